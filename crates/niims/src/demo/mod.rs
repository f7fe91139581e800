//! `niims demo`: the life of a record, shown on a synthetic village in one process
//! on embedded storage. The stages stand here in the order of a record's life.

mod agencies;
mod capture;
mod colleagues;
mod courier;
mod desk;
mod logins;
mod open_cases;
mod outcome;
mod progress;
mod table;
mod upload;
mod world;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use niims_console::Site;
use niims_sim::census::Census;
use niims_sim::images::RealImages;
use niims_sim::plants::{self, Scenario};
use niims_sim::prints::PrintSource;
use niims_sim::village::Setting;
use niims_store::jobs;

use crate::cli::DemoArgs;
use crate::pages;
use crate::serve::{self, Running};
use capture::{AtKit, Station};
use desk::DeskReport;
use upload::DayReport;
use world::World;

/// How many workers run steps: one per core of a small machine.
const WORKERS: usize = 2;
/// Longest wait for the register to finish what it was given.
const DRAINED_WITHIN: Duration = Duration::from_mins(10);

/// Runs the demonstration.
pub async fn run(args: DemoArgs) -> Result<ExitCode> {
    let begun = Instant::now();
    println!("niims demo: a synthetic village of {} people; nobody in it exists.\n", args.people);
    let world = world::make(&args).await?;
    let (scenario, source) = plan(&args, &world)?;
    let stations = stations(&world);
    let at_kit = capture(&args, &world, &scenario, source, &stations).await?;
    let sealed = seal(&world, &stations).await?;
    let running = start(&args, &world, &scenario, &at_kit).await?;
    let base = format!("http://{}", running.address);
    let day = upload_all(&world, &stations, &base, sealed).await?;
    let people = people_by_application(&scenario, &at_kit);
    let desk = decide(&world, &people).await?;
    let known = outcome::known(&world, &scenario, &at_kit).await?;
    let open = open_cases::open(&args, &world).await?;
    let agencies = agencies::ask_all(&world, &base, &known).await?;
    world.centre.register.publish_log().await?;
    let shown = outcome::Shown { scenario: &scenario, at_kit: &at_kit, day: &day, desk: &desk };
    let fine = outcome::print(&world, &shown, &agencies).await?;
    let seconds = begun.elapsed().as_secs_f32();
    println!("\nThe work took {seconds:.1} s.");
    let logins = logins::Given { known: &known, open: &open };
    logins::write(&args, &base, &logins, &scenario, &at_kit, &world)?;
    if args.no_serve {
        running.stop().await;
    } else {
        logins::print(&base, &known, &world);
        tokio::signal::ctrl_c().await?;
        running.stop().await;
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn plan(args: &DemoArgs, world: &World) -> Result<(Scenario, PrintSource)> {
    let census = Census::embedded()?;
    let setting =
        Setting { county: world::COUNTY, today: world.centre.pack.today(Timestamp::now()) };
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&args.seed.to_le_bytes());
    let people = args.people as usize;
    let scenario = plants::plan(people, setting, &census, &world.centre.pack, seed)?;
    let source = match &args.images {
        None => PrintSource::Synthetic,
        Some(folder) => {
            let mut images = RealImages::open(folder)?;
            let fingers = images.deal(&scenario.printed())?;
            println!("Real prints: {fingers} fingers each, of {} in the folder.", images.fingers());
            PrintSource::Folder(images)
        }
    };
    Ok((scenario, source))
}

fn stations(world: &World) -> Arc<Vec<Station>> {
    let stations = world.kits.iter().map(|(kit, folder)| Station {
        folder: folder.clone(),
        officer: kit.officers[0],
        second_officer: kit.officers[1],
    });
    Arc::new(stations.collect())
}

/// Captures everybody on three kits that see no network.
async fn capture(
    args: &DemoArgs,
    world: &World,
    scenario: &Scenario,
    source: PrintSource,
    stations: &Arc<Vec<Station>>,
) -> Result<Vec<AtKit>> {
    let bar = progress::bar("capture on three kits, offline", scenario.visits.len() as u64);
    let (scenario, stations) = (scenario.clone(), Arc::clone(stations));
    let (pack, scratch) = (Arc::clone(&world.centre.pack), args.data.join("desks"));
    let (captured, bar) = tokio::task::spawn_blocking(move || {
        let done = capture::capture_all(&scenario, &source, &pack, &stations, &scratch, &bar);
        let _ = std::fs::remove_dir_all(&scratch);
        (done, bar)
    })
    .await?;
    let captured = captured?;
    let saved = captured.iter().filter(|c| matches!(c, AtKit::Saved { .. })).count();
    let refused = captured.len() - saved;
    progress::done(&bar, &format!("captured   {saved} encounters, {refused} refused by law"));
    Ok(captured)
}

/// Seals and closes the day on each kit; from here on no kit can read its packets.
async fn seal(world: &World, stations: &Arc<Vec<Station>>) -> Result<usize> {
    let bar = progress::bar("seal and close the day", stations.len() as u64);
    let (stations, pack) = (Arc::clone(stations), Arc::clone(&world.centre.pack));
    let (sealed, bar) = tokio::task::spawn_blocking(move || {
        let mut sealed = 0;
        for station in stations.iter() {
            sealed += upload::seal_and_close(station, &pack)?;
            bar.inc(1);
        }
        Ok::<_, anyhow::Error>((sealed, bar))
    })
    .await??;
    progress::done(&bar, &format!("sealed     {sealed} packets, chained per kit"));
    Ok(sealed)
}

/// Opens the centre's doors: kits, agencies, residents, and the demonstration's pages.
async fn start(
    args: &DemoArgs,
    world: &World,
    scenario: &Scenario,
    at_kit: &[AtKit],
) -> Result<Running> {
    let sections = logins::sections(world, scenario, at_kit);
    let routes = serve::routes(&world.centre, &Site::loopback(), true);
    let staff = world.staff.clone();
    let sections = move || {
        let mut all = sections.clone();
        all.insert(1, staff.section(Timestamp::now()));
        all
    };
    let pack = Arc::clone(&world.centre.pack);
    let routes = pages::routes(world.centre.db.clone(), pack, sections, routes);
    serve::start(&world.centre, args.listen, WORKERS, routes).await
}

/// Uploads from all kits at once, with the dishonest courier at the first.
async fn upload_all(
    world: &World,
    stations: &Arc<Vec<Station>>,
    base: &str,
    sealed: usize,
) -> Result<DayReport> {
    let bar = progress::bar("upload and receipts", sealed as u64);
    let mut tasks = Vec::new();
    for place in 0..stations.len() {
        let (stations, pack) = (Arc::clone(stations), Arc::clone(&world.centre.pack));
        let (base, bar) = (base.to_owned(), bar.clone());
        tasks.push(tokio::task::spawn_blocking(move || {
            upload::upload(&stations[place], &pack, &base, place == 0, &bar)
        }));
    }
    let mut total = DayReport::default();
    for task in tasks {
        let one = task.await??;
        total.receipted += one.receipted;
        total.deleted += one.deleted;
        total.tampered.extend(one.tampered);
        total.replayed.extend(one.replayed);
    }
    let line = format!(
        "uploaded   {} packets, {} receipts verified, {} deleted on the kits",
        sealed, total.receipted, total.deleted
    );
    progress::done(&bar, &line);
    Ok(total)
}

/// Who is behind each application number: the truth that only the simulator knows.
fn people_by_application(scenario: &Scenario, at_kit: &[AtKit]) -> BTreeMap<String, usize> {
    let pairs = scenario.visits.iter().zip(at_kit).filter_map(|(visit, outcome)| match outcome {
        AtKit::Saved { application_number } => Some((application_number.clone(), visit.resident)),
        AtKit::Refused { .. } => None,
    });
    pairs.collect()
}

/// Lets the register work and the desk decide until nothing is left to do.
async fn decide(world: &World, people: &BTreeMap<String, usize>) -> Result<DeskReport> {
    let bar = progress::bar("search, decide, number, card", people.len() as u64);
    let until = Instant::now() + DRAINED_WITHIN;
    let mut report = DeskReport::default();
    loop {
        let left = unfinished(world).await?;
        bar.set_position((people.len() as u64).saturating_sub(left));
        let cases = desk::decide_all(world, people, &mut report).await?;
        if left == 0 && cases == 0 {
            break;
        }
        if Instant::now() > until {
            bail!("{left} applications did not come to an end");
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    let line = format!("decided    {} cases by people, every card made", report.decided);
    progress::done(&bar, &line);
    Ok(report)
}

/// Jobs not yet done, parked ones being an error.
async fn unfinished(world: &World) -> Result<u64> {
    let mut tx = world.centre.db.read().await?;
    let counts = jobs::counts(&mut tx, Timestamp::now()).await?;
    if counts.parked > 0 {
        let parked = jobs::list_parked(&mut tx, 1).await?;
        let job = parked.first().context("a parked job")?;
        bail!("a step failed for good: {} {:?}", job.kind, job.last_error);
    }
    Ok(counts.waiting + counts.leased)
}
