//! `niims sim`: simulations at the size of a nation.

mod cost;
mod cost_page;
mod device;
mod gallery;
mod gallery_words;
mod queue;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::SimCommand;

pub fn run(command: SimCommand) -> Result<ExitCode> {
    match command {
        SimCommand::Cost(args) => cost::run(&args),
        SimCommand::Device(args) => super::runtime()?.block_on(device::run(&args)),
        SimCommand::Queue(args) => super::runtime()?.block_on(queue::run(&args)),
        SimCommand::Gallery(args) => super::runtime()?.block_on(gallery::run(&args)),
    }
}
