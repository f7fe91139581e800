//! `niims abis insert` and `delete`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use niims_abis::service::{Finding, NewEncounter};
use niims_abis::subject::{EncounterKey, EncounterReference, GalleryName, PersonReference};

use super::args::{DeleteArgs, InsertArgs};
use super::health::told;
use super::{list, setup};

pub async fn insert(args: InsertArgs) -> Result<ExitCode> {
    let service = setup::service(&args.abis).await?;
    let (list, face) = (args.sample.list.as_deref(), args.sample.face.as_deref());
    let new = NewEncounter {
        biometrics: list::read(list, face, service.faces())?,
        galleries: args.gallery.into_iter().map(GalleryName::new).collect::<Result<_, _>>()?,
        operators: args.operator.into_iter().map(PersonReference::new).collect::<Result<_, _>>()?,
        ..NewEncounter::default()
    };
    let key = key(args.person, args.encounter)?;
    let inserted = service.insert(&key, new).await.map_err(told)?;
    println!("sequence\t{}", inserted.sequence);
    for finding in inserted.findings {
        match finding {
            Finding::LowQuality { finger, quality } => {
                println!("{}\t{}\tquality {quality}", finding.code(), finger.name());
            }
            Finding::LowQualityFace { quality } => {
                println!("{}\tquality {quality}", finding.code());
            }
            Finding::OperatorFinger { finger } => {
                println!("{}\t{}", finding.code(), finger.name());
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn delete(args: DeleteArgs) -> Result<ExitCode> {
    let service = setup::service(&args.abis).await?;
    if let Some(encounter) = args.encounter {
        service.delete(&key(args.person, encounter)?).await.map_err(told)?;
    } else {
        let person = PersonReference::new(args.person).context("--person")?;
        service.delete_person(&person).await.map_err(told)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn key(person: String, encounter: String) -> Result<EncounterKey> {
    Ok(EncounterKey {
        person: PersonReference::new(person).context("--person")?,
        encounter: EncounterReference::new(encounter).context("--encounter")?,
    })
}
