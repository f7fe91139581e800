//! `niims adjudicate`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use jiff::Timestamp;
use niims_wire::desk::AdjudicationDesk;

use crate::centre::{self, Centre};
use crate::cli::{AdjudicateCommand, CentreArgs};

pub async fn run(command: AdjudicateCommand) -> Result<ExitCode> {
    match command {
        AdjudicateCommand::List(args) => {
            let centre = open(&args).await?;
            print!("{}", niims_console::list(desk(&centre), Timestamp::now()).await?);
        }
        AdjudicateCommand::Show { centre, case, officer, out } => {
            let centre = open(&centre).await?;
            let (case, officer) = (case.parse().context("the case")?, officer.parse()?);
            let shown = niims_console::show(
                desk(&centre),
                &centre.pack,
                case,
                officer,
                Timestamp::now(),
                &out,
            )
            .await?;
            println!("{}", shown.page.display());
            println!("This folder holds personal data. When the case is decided:");
            println!("niims adjudicate forget {}", out.display());
        }
        AdjudicateCommand::Forget { folder } => {
            niims_console::forget(&folder)?;
            println!("removed");
        }
        AdjudicateCommand::Decide { centre, case, officer, verdict, reason } => {
            let centre = open(&centre).await?;
            let (case, officer) = (case.parse().context("the case")?, officer.parse()?);
            let standing = niims_console::opine(
                desk(&centre),
                case,
                officer,
                &verdict,
                &reason,
                Timestamp::now(),
            )
            .await?;
            println!("the case is now {}", standing.stage);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(args: &CentreArgs) -> Result<Centre> {
    centre::open(&args.data, args.database.as_deref(), args.country.as_deref()).await
}

fn desk(centre: &Centre) -> &dyn AdjudicationDesk {
    centre.register.as_ref()
}
