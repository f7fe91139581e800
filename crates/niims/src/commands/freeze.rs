//! `niims freeze`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use jiff::Timestamp;
use niims_record::freeze::Power;
use niims_wire::freeze::{FreezeControl, FreezeOrder};

use crate::centre::{self, Centre};
use crate::cli::{CentreArgs, FreezeCommand};

pub async fn run(command: FreezeCommand) -> Result<ExitCode> {
    match command {
        FreezeCommand::Set { centre, power, agency, county, order } => {
            let centre = open(&centre).await?;
            let power = Power::from_name(&power).context("the power is enrol, share or issue")?;
            let order = FreezeOrder { power, agency, county, order };
            println!("{}", centre.register.freeze(order, Timestamp::now()).await?);
        }
        FreezeCommand::Lift { centre, freeze, order } => {
            let centre = open(&centre).await?;
            let id = freeze.parse().context("the freeze")?;
            centre.register.lift(id, &order, Timestamp::now()).await?;
            println!("lifted");
        }
        FreezeCommand::List(args) => {
            for freeze in open(&args).await?.register.freezes().await? {
                let state = freeze.lifted.map_or("in force", |_| "lifted");
                println!(
                    "{} {} {} agency {} county {} since {} under {}",
                    freeze.id,
                    freeze.power.name(),
                    state,
                    freeze.agency.as_deref().unwrap_or("all"),
                    freeze.county.as_deref().unwrap_or("all"),
                    freeze.since,
                    freeze.order
                );
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(args: &CentreArgs) -> Result<Centre> {
    centre::open(&args.data, args.database.as_deref(), args.country.as_deref()).await
}
