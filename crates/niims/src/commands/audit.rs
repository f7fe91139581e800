//! `niims audit verify`.

use std::process::ExitCode;

use anyhow::Result;
use niims_audit::{VerifyOptions, verify_directory};

use crate::centre;
use crate::cli::AuditCommand;

pub fn run(command: AuditCommand) -> Result<ExitCode> {
    let AuditCommand::Verify { log, key, since } = command;
    let key = centre::read_log_key(&key)?;
    let previous_checkpoint = since.map(std::fs::read_to_string).transpose()?;
    match verify_directory(&log, &key, &VerifyOptions { previous_checkpoint }) {
        Ok(report) => {
            println!("the log holds: {} entries, {} tiles", report.size, report.tiles);
            for (kind, count) in &report.kinds {
                println!("{count:>8} {}", kind.as_str());
            }
            println!("it continues {} older checkpoints", report.older_checkpoints);
            Ok(ExitCode::SUCCESS)
        }
        Err(findings) => {
            for finding in findings {
                println!("{finding}");
            }
            Ok(ExitCode::FAILURE)
        }
    }
}
