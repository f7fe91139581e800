//! Addresses and log-ins of the demonstration: on the terminal, on a page, as JSON.

use anyhow::Result;
use niims_portal::demo_pages::{DemoEntry, DemoSection};
use niims_sim::plants::Scenario;
use serde_json::json;

use super::agencies::Known;
use super::capture::AtKit;
use super::open_cases::{self, OpenCase};
use super::world::World;
use crate::cli::DemoArgs;

/// How many residents are listed.
const LISTED: usize = 12;

/// Residents with a telephone whose packet was saved, as far as the list goes.
fn residents<'a>(
    scenario: &'a Scenario,
    at_kit: &'a [AtKit],
) -> impl Iterator<Item = &'a str> + 'a {
    scenario
        .visits
        .iter()
        .zip(at_kit)
        .filter(|(visit, _)| visit.plant.is_none() && visit.claimed.telephone.is_some())
        .filter_map(|(_, at_kit)| match at_kit {
            AtKit::Saved { application_number } => Some(application_number.as_str()),
            AtKit::Refused { .. } => None,
        })
        .take(LISTED)
}

/// The sections of the index page.
pub fn sections(world: &World, scenario: &Scenario, at_kit: &[AtKit]) -> Vec<DemoSection> {
    let entry = |name: &str, address: Option<&str>, details: Vec<String>| DemoEntry {
        name: name.to_owned(),
        address: address.map(str::to_owned),
        details,
    };
    vec![
        DemoSection {
            title: "Residents".to_owned(),
            entries: vec![
                entry("Portal", Some("/sign-in"), vec!["Sign in with a number below.".into()]),
                entry("Messages sent", Some("/demo/outbox"), vec!["Codes arrive here.".into()]),
                entry(
                    "Application numbers",
                    None,
                    residents(scenario, at_kit).map(str::to_owned).collect(),
                ),
            ],
        },
        DemoSection {
            title: "Agencies".to_owned(),
            entries: vec![
                entry("Contract", Some("/exchange/v1/openapi.json"), vec![]),
                entry("Purposes", Some("/exchange/v1/purposes"), vec![]),
                entry(
                    "A client of NHIF",
                    None,
                    vec![
                        format!("client_id {}", world.nhif.client_id),
                        format!("client_secret {}", world.nhif.secret),
                    ],
                ),
            ],
        },
    ]
}

/// Prints the addresses.
pub fn print(base: &str, known: &[Known], world: &World) {
    println!("\nThe pages are open until you press Ctrl-C:");
    println!("  everything        {base}/demo");
    println!("  portal            {base}/");
    println!("  messages sent     {base}/demo/outbox");
    println!("  exchange          {base}/exchange/v1/openapi.json");
    println!("Residents to sign in as:");
    for person in known.iter().take(3) {
        println!("  application {}   Huduma Namba {}", person.application_number, person.number);
    }
    world.staff.print(base);
    println!("Cases to decide: {base}/staff/queue, as an adjudicator or the senior.");
    println!("Agency client of NHIF: {}", world.nhif.client_id);
}

/// What is given out besides log-ins.
pub struct Given<'a> {
    /// Residents with their numbers.
    pub known: &'a [Known],
    /// Cases that wait at the desk.
    pub open: &'a [OpenCase],
}

/// Writes the log-ins as JSON, for the browser tests.
pub fn write(
    args: &DemoArgs,
    base: &str,
    given: &Given<'_>,
    scenario: &Scenario,
    at_kit: &[AtKit],
    world: &World,
) -> Result<()> {
    let Some(path) = &args.logins else { return Ok(()) };
    let reachable: Vec<&str> = residents(scenario, at_kit).collect();
    let residents: Vec<_> = given
        .known
        .iter()
        .filter(|person| reachable.contains(&person.application_number.as_str()))
        .map(|person| {
            json!({
                "application_number": person.application_number,
                "huduma_namba": person.number,
            })
        })
        .collect();
    let logins = json!({
        "portal": base,
        "outbox": format!("{base}/demo/outbox"),
        "demo": format!("{base}/demo"),
        "exchange": base,
        "agency": { "client_id": world.nhif.client_id.to_string(), "client_secret": world.nhif.secret },
        "residents": residents,
        "staff": world.staff.json(),
        "desk": open_cases::json(given.open),
    });
    // Whole or not at all: readers wait for the file to appear.
    let temporary = path.with_extension("part");
    std::fs::write(&temporary, serde_json::to_vec_pretty(&logins)?)?;
    std::fs::rename(&temporary, path)?;
    Ok(())
}
