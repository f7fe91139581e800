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

/// Exit code when the work is done and some prints were refused.
const SOME_REFUSED: u8 = 3;

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

/// Success, or the code that says that some prints were refused.
fn exit_code(refused: usize) -> ExitCode {
    if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_REFUSED) }
}
