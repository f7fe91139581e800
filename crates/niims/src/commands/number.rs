//! `niims number`.

use std::process::ExitCode;

use anyhow::Result;
use niims_record::number::{HudumaNamba, RemainingSpace};
use niims_store::numbers;

use crate::centre;
use crate::cli::NumberCommand;

pub fn run(command: NumberCommand) -> Result<ExitCode> {
    match command {
        NumberCommand::Space(args) => super::runtime()?.block_on(async {
            let centre =
                centre::open(&args.data, args.database.as_deref(), args.country.as_deref()).await?;
            let mut tx = centre.db.read().await?;
            let space = RemainingSpace::after(numbers::count(&mut tx).await?);
            println!("{} numbers given, {} left", space.assigned, space.free());
            Ok(ExitCode::SUCCESS)
        }),
        NumberCommand::Check { number } => match number.parse::<HudumaNamba>() {
            Ok(_) => {
                println!("well formed; that says nothing about whether it was given to anybody");
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                println!("{error} ({})", error.code());
                Ok(ExitCode::FAILURE)
            }
        },
    }
}
