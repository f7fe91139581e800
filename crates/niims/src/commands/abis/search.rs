//! `niims abis identify` and `verify`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use niims_abis::search::Effort;
use niims_abis::service::{Against, By, Identified, IdentifyQuestion, Probe, VerifyQuestion};
use niims_abis::subject::{GalleryName, PersonReference};

use super::args::{IdentifyArgs, VerifyArgs};
use super::health::told;
use super::{candidates, list, setup};

/// Exit code of a search that did not cover everybody, and of a comparison without a match.
const NOT_SO: u8 = 3;

pub async fn identify(args: IdentifyArgs) -> Result<ExitCode> {
    let service = setup::service(&args.abis).await?;
    let probe = match args.person {
        Some(person) => Probe::EnrolledPerson(PersonReference::new(person).context("--person")?),
        None => {
            Probe::Given(list::read(args.list.as_deref(), args.face.as_deref(), service.faces())?)
        }
    };
    let question = IdentifyQuestion {
        gallery: args.gallery.map(GalleryName::new).transpose().context("--gallery")?,
        most_candidates: args.most,
        threshold: args.threshold,
        by: by(args.by_face),
        effort: if args.exhaustive { Effort::Exhaustive } else { Effort::Usual },
        ..IdentifyQuestion::of(probe)
    };
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
    let service = setup::service(&args.abis).await?;
    let (list, face) = (args.sample.list.as_deref(), args.sample.face.as_deref());
    let question = VerifyQuestion {
        probe: Probe::Given(list::read(list, face, service.faces())?),
        against: Against::Person(PersonReference::new(args.person).context("--person")?),
        gallery: None,
        threshold: args.threshold,
        by: by(args.by_face),
    };
    let verified = service.verify(question).await.map_err(told)?;
    println!("{}\t{}", if verified.matched { "match" } else { "no match" }, verified.score);
    candidates::print_parts(&verified.fingers, verified.face);
    Ok(if verified.matched { ExitCode::SUCCESS } else { ExitCode::from(NOT_SO) })
}

const fn by(face: bool) -> By {
    if face { By::Face } else { By::Any }
}
