//! `niims fingerprint`: the engine for anyone's images, one file per operation.

mod extract;

mod score;

mod bench;

mod quality;

mod show;

mod input;

mod output;

mod progress;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::FingerprintCommand;

/// Exit code when the work is done and no print could be used.
const ALL_REFUSED: u8 = 3;

pub fn run(command: FingerprintCommand) -> Result<ExitCode> {
    match command {
        FingerprintCommand::Extract { input, out, format } => extract::run(&input, &out, format),
        FingerprintCommand::Score { input, out } => score::run(&input, &out),
        FingerprintCommand::Bench { list, dpi, runs, most, json } => {
            bench::run(&list, dpi, bench::Effort { runs, most }, json)
        }
        FingerprintCommand::Quality { image, dpi } => quality::run(&image, dpi),
        FingerprintCommand::Show { first, second, dpi, second_dpi, out } => {
            show::run((&first, &second), (dpi, second_dpi.unwrap_or(dpi)), out.as_deref())
        }
    }
}

/// A refused print is an outcome, told on the error stream, not a failure of the run; a list of
/// nothing else most likely is one.
fn exit_code(refused: usize, prints: usize) -> ExitCode {
    if refused < prints { ExitCode::SUCCESS } else { ExitCode::from(ALL_REFUSED) }
}
