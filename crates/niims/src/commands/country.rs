//! `niims country check`.

use std::process::ExitCode;

use crate::cli::CountryCommand;

pub fn run(command: CountryCommand) -> ExitCode {
    let CountryCommand::Check { pack } = command;
    let report = niims_country::check(&pack);
    println!("{report}");
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
