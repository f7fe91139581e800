//! `niims abis identify` and `verify`.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use niims_abis::search::Effort;
use niims_abis::service::{Against, Identified, IdentifyQuestion, Probe, VerifyQuestion};
use niims_abis::subject::{GalleryName, PersonReference};

use super::args::{IdentifyArgs, VerifyArgs};
use super::health::told;
use super::{candidates, list, setup};

/// Exit code of a search that did not cover everybody, and of a comparison without a match.
const NOT_SO: u8 = 3;

pub async fn identify(args: IdentifyArgs) -> Result<ExitCode> {
    let probe = match (args.person, args.list) {
        (Some(person), _) => {
            Probe::EnrolledPerson(PersonReference::new(person).context("--person")?)
        }
        (None, Some(path)) => Probe::Given(list::read(&path)?),
        (None, None) => bail!("give --person or --list"),
    };
    let question = IdentifyQuestion {
        gallery: args.gallery.map(GalleryName::new).transpose().context("--gallery")?,
        most_candidates: args.most,
        threshold: args.threshold,
        effort: if args.exhaustive { Effort::Exhaustive } else { Effort::Usual },
        ..IdentifyQuestion::of(probe)
    };
    let service = setup::service(&args.abis).await?;
    let found = service.identify(question).await.map_err(told)?;
    candidates::print(found.candidates());
    match found {
        Identified::Complete { seen_below, .. } => {
            println!("complete\tbelow {seen_below}");
            Ok(ExitCode::SUCCESS)
        }
        Identified::Incomplete { covered_permille, .. } => {
            println!("incomplete\t{covered_permille} of 1000");
            Ok(ExitCode::from(NOT_SO))
        }
    }
}

pub async fn verify(args: VerifyArgs) -> Result<ExitCode> {
    let question = VerifyQuestion {
        probe: Probe::Given(list::read(&args.fingers.list)?),
        against: Against::Person(PersonReference::new(args.person).context("--person")?),
        gallery: None,
        threshold: args.threshold,
    };
    let service = setup::service(&args.abis).await?;
    let verified = service.verify(question).await.map_err(told)?;
    println!("{}\t{}", if verified.matched { "match" } else { "no match" }, verified.score);
    candidates::print_fingers(&verified.fingers);
    Ok(if verified.matched { ExitCode::SUCCESS } else { ExitCode::from(NOT_SO) })
}
