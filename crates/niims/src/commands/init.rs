//! `niims init`.

use std::process::ExitCode;

use anyhow::Result;

use crate::centre;
use crate::cli::CentreArgs;

pub fn run(args: &CentreArgs) -> Result<ExitCode> {
    centre::create(&args.data)?;
    println!("A new centre is in {}.", args.data.display());
    println!(
        "Keep {} safe and copied: what it sealed cannot be read without it.",
        args.data.join("keys").display()
    );
    Ok(ExitCode::SUCCESS)
}
