//! `niims abis`: an ABIS of its own, in a folder or on a database.

pub mod args;

mod setup;

mod candidates;
mod client;
mod enrol;
mod health;
mod list;
mod model;
mod search;

mod edges;
mod mosip;
mod serve;
mod shard;
mod status;

use std::process::ExitCode;

use anyhow::Result;

use super::runtime;
use args::AbisCommand;

pub fn run(command: AbisCommand) -> Result<ExitCode> {
    match command {
        AbisCommand::Init(args) => setup::init(args),
        AbisCommand::FaceModel(args) => model::run(&args),
        command => runtime()?.block_on(answer(command)),
    }
}

async fn answer(command: AbisCommand) -> Result<ExitCode> {
    match command {
        AbisCommand::Init(args) => setup::init(args),
        AbisCommand::FaceModel(args) => model::run(&args),
        AbisCommand::Serve(args) => serve::run(args).await,
        AbisCommand::Shard(args) => shard::hold(args).await,
        AbisCommand::Move(args) => shard::move_to(args).await,
        AbisCommand::Client(command) => client::run(command).await,
        AbisCommand::Insert(args) => enrol::insert(args).await,
        AbisCommand::Delete(args) => enrol::delete(args).await,
        AbisCommand::Identify(args) => search::identify(args).await,
        AbisCommand::Verify(args) => search::verify(args).await,
        AbisCommand::Count(args) => health::count(&args).await,
        AbisCommand::Status(args) => status::show(args).await,
        AbisCommand::Ping(args) => health::ping(&args).await,
        AbisCommand::Jobs(args) => health::jobs(&args).await,
    }
}
