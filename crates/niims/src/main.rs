//! One executable, several roles: `niims demo | serve | kit | adjudicate | …`.
//!
//! This is the only place that asks the operating system for the time, for
//! randomness and for settings; everything inward gets them passed in.

mod ambient;
mod centre;
mod cli;
mod commands;
mod demo;
mod foreign_desk;
mod pages;
mod secrets;
mod serve;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match commands::run(cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("niims: {error:#}");
            ExitCode::FAILURE
        }
    }
}
