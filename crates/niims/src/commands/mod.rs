//! One file per group of commands.

pub mod abis;
mod adjudicate;
mod agency;
mod audit;
mod card;
mod card_trust;
mod country;
mod devices;
mod face;
mod fingerprint;
mod freeze;
mod init;
mod kit;
mod kit_browser;
mod kit_devices;
mod kit_serve;
mod number;
mod serve;
mod sim;
pub mod staff;
mod staff_link;
mod stick;

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::cli::{Cli, Command};
use crate::demo;

/// Runs a command.
pub fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Demo(args) => runtime()?.block_on(demo::run(args)),
        Command::Init(args) => init::run(&args),
        Command::Serve(args) => runtime()?.block_on(serve::run(args)),
        Command::Staff(command) => runtime()?.block_on(staff::run(command)),
        Command::Devices(command) => devices::run(command),
        Command::Kit(command) => kit::run(command),
        Command::Adjudicate(command) => runtime()?.block_on(adjudicate::run(command)),
        Command::Freeze(command) => runtime()?.block_on(freeze::run(command)),
        Command::Abis(command) => abis::run(command),
        Command::Agency(command) => runtime()?.block_on(agency::run(command)),
        Command::Stick(command) => stick::run(command),
        Command::Card(command) => card::run(command),
        Command::Audit(command) => audit::run(command),
        Command::Country(command) => Ok(country::run(command)),
        Command::Fingerprint(command) => fingerprint::run(command),
        Command::Face(command) => face::run(command),
        Command::Sim(command) => sim::run(command),
        Command::Number(command) => number::run(command),
    }
}

/// The runtime of everything that waits.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime did not start")
}
