//! Cases that the demonstration leaves open at the desk, to be tried: pairs of captures whose
//! answer it knows, put before reviewers as the register does with its planted pairs.

use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::Timestamp;
use niims_country::CountryPack;
use niims_packet::Image;
use niims_record::CaseId;
use niims_record::desk::PlantedKind;
use niims_register::desk::PairSide;
use niims_sim::census::Census;
use niims_sim::form::{Sitting, answers, paper};
use niims_sim::pairs::{Pair, pairs};
use niims_sim::prints::{Hands, PrintSource};
use niims_sim::village::{Resident, Setting};
use niims_sim::{document, portrait};
use niims_wire::desk::PlantedPairs;
use serde_json::{Value, json};

use super::progress;
use super::world::{self, World};
use crate::cli::DemoArgs;

/// A case that waits at the desk, with its answer.
pub struct OpenCase {
    case: CaseId,
    kind: PlantedKind,
}

/// Opens so many.
pub async fn open(args: &DemoArgs, world: &World) -> Result<Vec<OpenCase>> {
    let count = args.open_cases as usize;
    let pack = &world.centre.pack;
    let now = Timestamp::now();
    let setting = Setting { county: world::COUNTY, today: pack.today(now) };
    let mut seed = [9; 32];
    seed[..8].copy_from_slice(&args.seed.to_le_bytes());
    let drawn = pairs(count, setting, &Census::embedded()?, pack, seed);
    let bar = progress::bar("open cases for you to try", count as u64);
    let mut open = Vec::with_capacity(count);
    for (number, pair) in drawn.into_iter().enumerate() {
        let (register, pack) = (Arc::clone(&world.centre.register), Arc::clone(pack));
        let kind = pair.kind;
        let made = tokio::task::spawn_blocking(move || {
            let applicant = side(&pack, &pair, number, true, now)?;
            let candidate = side(&pack, &pair, number, false, now)?;
            Ok::<_, anyhow::Error>(register.pair_of(kind, applicant, candidate)?)
        });
        world.centre.register.add_planted(made.await??, now).await?;
        let case = world.centre.register.plant(now).await?.context("the pool is empty")?;
        open.push(OpenCase { case, kind });
        bar.inc(1);
    }
    progress::done(&bar, &format!("open       {count} cases wait at the desk for you to try"));
    Ok(open)
}

/// The open cases with their answers, for the browser tests.
pub fn json(open: &[OpenCase]) -> Value {
    let one = |open: &OpenCase| {
        let answer = if open.kind.one_person() { "same_person" } else { "different_people" };
        json!({ "case": open.case.to_string(), "kind": open.kind.name(), "answer": answer })
    };
    Value::Array(open.iter().map(one).collect())
}

fn side(
    pack: &CountryPack,
    pair: &Pair,
    number: usize,
    applies: bool,
    now: Timestamp,
) -> Result<PairSide> {
    let (resident, impression) =
        if applies { (&pair.applicant, pair.impression) } else { (&pair.candidate, 0) };
    let sitting = Sitting { county: world::COUNTY, consented_at: now, guardian_consents: true };
    let (kind, answers) = answers(resident, pack, &sitting);
    let png = |bytes| Image { media_type: "image/png".to_owned(), bytes };
    let prints = PrintSource::Synthetic.capture(resident, impression, Hands::Usable)?;
    let fingers = prints.into_iter().map(|print| (print.position, print.dpi, png(print.bytes)));
    Ok(PairSide {
        application_number: slip(resident, number, applies),
        form_kind: kind.as_str().to_owned(),
        answers,
        portrait: Some(png(portrait::portrait(resident))),
        fingers: fingers.collect(),
        documents: paper(resident)
            .map(|(kind, _)| (kind.to_owned(), png(document::scan(resident, kind))))
            .into_iter()
            .collect(),
        captured_at: now,
    })
}

/// A number like those on slips: three groups of four letters.
fn slip(resident: &Resident, number: usize, applies: bool) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let seeds = resident.fingers.iter().take(12).enumerate();
    let letters: Vec<char> = seeds
        .map(|(place, seed)| {
            let drawn = usize::from(*seed) + place * number + usize::from(applies) * 7;
            char::from(LETTERS[drawn % LETTERS.len()])
        })
        .collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}
