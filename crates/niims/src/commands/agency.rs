//! `niims agency`.

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::AgencyCommand;
use crate::{ambient, centre};

pub async fn run(command: AgencyCommand) -> Result<ExitCode> {
    let AgencyCommand::Add { centre: c, agency } = command;
    let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
    let mut rng = ambient::entropy().rng();
    let client = niims_exchange::add_client(&centre.db, &centre.pack, &agency, &mut rng).await?;
    println!("client_id {}", client.client_id);
    println!("client_secret {}", client.secret);
    println!("The secret is shown this once. Hand it over in a sealed envelope.");
    Ok(ExitCode::SUCCESS)
}
