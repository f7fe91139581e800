//! What came of everybody: the facts behind the table.

use anyhow::Result;
use jiff::Timestamp;
use niims_audit::{VerifyOptions, verify_directory};
use niims_record::ApplicationId;
use niims_record::application::Application;
use niims_record::date::DateOfBirth;
use niims_record::number::{HudumaNamba, RemainingSpace};
use niims_sim::plants::{Plant, Scenario};
use niims_store::applications::StoredApplication;
use niims_store::cards::{self, CardState};
use niims_store::{applications, disclosures, numbers, people};

use super::agencies::{AgencyReport, Known};
use super::capture::AtKit;
use super::desk::DeskReport;
use super::table::{self, Row};
use super::upload::DayReport;
use super::world::World;

/// Cards verified at most; more than any demonstration makes.
const MOST_CARDS: usize = 10_000;

/// Everything that the table is made of.
pub struct Shown<'a> {
    /// Who came.
    pub scenario: &'a Scenario,
    /// What the kits did.
    pub at_kit: &'a [AtKit],
    /// What the day's end brought.
    pub day: &'a DayReport,
    /// What the desk did.
    pub desk: &'a DeskReport,
}

/// The people whose number is known, for agencies to ask about: those who came
/// once and were neither planted nor refused.
pub async fn known(world: &World, scenario: &Scenario, at_kit: &[AtKit]) -> Result<Vec<Known>> {
    let mut known = Vec::new();
    for (visit, outcome) in scenario.visits.iter().zip(at_kit) {
        let (None, AtKit::Saved { application_number }) = (visit.plant, outcome) else { continue };
        let Some((_, Some(number))) = find(world, application_number).await? else { continue };
        let person = &visit.claimed;
        let mut names = vec![person.given_name.as_str()];
        names.extend(person.other_name.as_deref());
        names.push(&person.surname);
        known.push(Known {
            application_number: application_number.clone(),
            number: number.digits(),
            name: names.join(" "),
            day: match person.date_of_birth {
                DateOfBirth::Day { date } => Some(date.to_string()),
                _ => None,
            },
        });
    }
    Ok(known)
}

/// Prints the table; true when every planted case was caught and no innocent
/// person was refused, merged or left waiting.
pub async fn print(world: &World, shown: &Shown<'_>, agencies: &AgencyReport) -> Result<bool> {
    let rows = rows(world, shown, agencies).await?;
    let planted = table::print("What was planted, and what was caught", &rows);
    let innocent = innocent(world, shown).await?;
    println!("\n{innocent}");
    print_counts(world).await?;
    let log = verify_log(world);
    let cards = verify_cards(world).await?;
    Ok(planted && innocent.all_well() && log && cards)
}

/// A row of the table.
fn row(what: &'static str, planted: usize, caught: usize, by: &str) -> Row {
    Row { what, planted, caught, by: by.to_owned() }
}

async fn rows(world: &World, shown: &Shown<'_>, agencies: &AgencyReport) -> Result<Vec<Row>> {
    let count = |fits: fn(Plant) -> bool| {
        shown.scenario.visits.iter().filter(|visit| visit.plant.is_some_and(fits)).count()
    };
    let refused = |fits: fn(Plant) -> bool, prefix: &str| {
        let pairs = shown.scenario.visits.iter().zip(shown.at_kit);
        pairs
            .filter(|(visit, _)| visit.plant.is_some_and(fits))
            .filter(
                |(_, at_kit)| matches!(at_kit, AtKit::Refused { code } if code.starts_with(prefix)),
            )
            .count()
    };
    let double = |p| matches!(p, Plant::DoubleRegistration { .. });
    let young = |p| p == Plant::ChildUnderSix;
    let minor = |p| p == Plant::MinorWithoutConsent;
    let printless = |p| p == Plant::NoUsablePrints;
    let mut rows = vec![
        row(
            "double registrations with changed names",
            count(double),
            linked_doubles(world, shown).await?,
            "fingerprints, then two officers; no second number",
        ),
        row("child under six", count(young), refused(young, "law.under_six"), "kit: law.under_six"),
        row(
            "minors without a guardian's consent",
            count(minor),
            refused(minor, "law.guardian_consent"),
            "kit: law.guardian_consent_missing",
        ),
        row(
            "people without usable prints",
            count(printless),
            numbered(world, shown, printless).await?,
            "two officers let them through; they have a number",
        ),
        row(
            "tampered packet",
            1,
            usize::from(shown.day.tampered.iter().any(|word| word == "packet.unknown")),
            "register: set aside, no receipt, genuine one taken",
        ),
        row(
            "replayed packet",
            1,
            usize::from(shown.day.replayed.iter().any(|word| word == "stored")),
            "register: same packet, same receipt, one application",
        ),
    ];
    rows.extend(asked(agencies));
    Ok(rows)
}

/// What the exchange must refuse or answer with no.
fn asked(agencies: &AgencyReport) -> Vec<Row> {
    vec![
        row(
            "question with a wrong name",
            1,
            usize::from(agencies.wrong_name_refused),
            "exchange: answered no",
        ),
        row(
            "question under another agency's purpose",
            1,
            usize::from(agencies.foreign_purpose == 403 && agencies.other_agency == 200),
            "exchange: 403 for NHIF, an answer for KRA",
        ),
        row(
            "question under a freeze, and after it",
            2,
            usize::from(agencies.frozen == 423) + usize::from(agencies.lifted == 200),
            "exchange: 423, then answered",
        ),
    ]
}

/// Double registrations that ended as a link to the first.
async fn linked_doubles(world: &World, shown: &Shown<'_>) -> Result<usize> {
    let mut linked = 0;
    for visit in &shown.scenario.visits {
        let Some(Plant::DoubleRegistration { of }) = visit.plant else { continue };
        let pair = [of, visit.number].map(|number| &shown.at_kit[number]);
        let [AtKit::Saved { application_number: a }, AtKit::Saved { application_number: b }] = pair
        else {
            continue;
        };
        let (Some((a, number_a)), Some((b, number_b))) =
            (find(world, a).await?, find(world, b).await?)
        else {
            continue;
        };
        let links = |from: &StoredApplication, to: ApplicationId| matches!(from.state, Application::Linked { to: end, .. } if end == to);
        let one_number = number_a.is_some() != number_b.is_some();
        linked += usize::from((links(&b, a.id) || links(&a, b.id)) && one_number);
    }
    Ok(linked)
}

/// Planted visits that ended with a number.
async fn numbered(world: &World, shown: &Shown<'_>, fits: fn(Plant) -> bool) -> Result<usize> {
    let mut numbered = 0;
    for (visit, at_kit) in shown.scenario.visits.iter().zip(shown.at_kit) {
        let (true, AtKit::Saved { application_number }) = (visit.plant.is_some_and(fits), at_kit)
        else {
            continue;
        };
        if let Some((_, Some(_))) = find(world, application_number).await? {
            numbered += usize::from(shown.desk.printless_applications.contains(application_number));
        }
    }
    Ok(numbered)
}

/// How the innocent fared.
struct Innocent {
    came: usize,
    numbered: usize,
    refused: usize,
    merged: usize,
    waiting: usize,
}

impl Innocent {
    const fn all_well(&self) -> bool {
        self.numbered == self.came
    }
}

impl core::fmt::Display for Innocent {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Of {} innocent people {} have a number; {} refused, {} merged, {} still waiting.",
            self.came, self.numbered, self.refused, self.merged, self.waiting
        )
    }
}

/// People who did nothing unusual, the first visits of those who came twice
/// included: a double counts through whichever visit founded the record.
async fn innocent(world: &World, shown: &Shown<'_>) -> Result<Innocent> {
    let doubles: Vec<usize> = shown
        .scenario
        .visits
        .iter()
        .filter_map(|visit| match visit.plant {
            Some(Plant::DoubleRegistration { of }) => Some(of),
            _ => None,
        })
        .collect();
    let mut fared = Innocent { came: 0, numbered: 0, refused: 0, merged: 0, waiting: 0 };
    for (visit, at_kit) in shown.scenario.visits.iter().zip(shown.at_kit) {
        let planted = !matches!(
            visit.plant,
            None | Some(Plant::TamperedPacket | Plant::Replay | Plant::NoUsablePrints)
        );
        if planted || doubles.contains(&visit.number) {
            continue;
        }
        fared.came += 1;
        match at_kit {
            AtKit::Refused { code } => {
                fared.refused += 1;
                println!("an innocent person was refused: {code}");
            }
            AtKit::Saved { application_number } => match find(world, application_number).await? {
                Some((_, Some(_))) => fared.numbered += 1,
                Some((application, None)) => match application.state {
                    Application::Linked { .. } => fared.merged += 1,
                    Application::Refused { .. } | Application::CorrectionAsked { .. } => {
                        fared.refused += 1;
                        println!("an innocent person was refused: {:?}", application.state);
                    }
                    _ => fared.waiting += 1,
                },
                None => fared.waiting += 1,
            },
        }
    }
    Ok(fared)
}

/// An application and the number that its own record has.
async fn find(
    world: &World,
    application_number: &str,
) -> Result<Option<(StoredApplication, Option<HudumaNamba>)>> {
    let mut tx = world.centre.db.read().await?;
    let Some(id) = applications::by_application_number(&mut tx, application_number).await? else {
        return Ok(None);
    };
    let Some(application) = applications::get(&mut tx, id).await? else { return Ok(None) };
    let number = match application.state {
        Application::Numbered { person } => numbers::number_of(&mut tx, person).await?,
        _ => None,
    };
    Ok(Some((application, number)))
}

async fn print_counts(world: &World) -> Result<()> {
    let mut tx = world.centre.db.read().await?;
    let space = RemainingSpace::after(numbers::count(&mut tx).await?);
    println!(
        "{} people in the register, {} disclosure lines, {} numbers left.",
        people::count(&mut tx).await?,
        disclosures::count(&mut tx).await?,
        space.free()
    );
    Ok(())
}

/// Verifies the QR of every card as anybody could, without the register.
async fn verify_cards(world: &World) -> Result<bool> {
    let mut tx = world.centre.db.read().await?;
    let orders = cards::list_by_state(&mut tx, CardState::Made, MOST_CARDS).await?;
    let mut genuine = 0;
    for order in &orders {
        let Some(made) = cards::artefact(&mut tx, order.id).await? else { continue };
        let verified =
            niims_card::verify(&made.credential, &world.centre.issuer_key, Timestamp::now());
        genuine += usize::from(verified.is_ok());
    }
    println!("{genuine} of {} cards verify offline by their QR.", orders.len());
    Ok(genuine == orders.len() && genuine > 0)
}

fn verify_log(world: &World) -> bool {
    let key = world.centre.register.log_public_key();
    let folder = world.centre.folder.join("log");
    match verify_directory(&folder, &key, &VerifyOptions::default()) {
        Ok(report) => {
            println!(
                "The transparency log holds: {} entries, verified from its files.",
                report.size
            );
            true
        }
        Err(findings) => {
            for finding in findings {
                println!("{finding}");
            }
            false
        }
    }
}
