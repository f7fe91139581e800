//! `niims abis count`, `ping` and `jobs`, and how refusals are told.

use std::process::ExitCode;

use anyhow::Result;
use niims_abis::service::ServiceError;
use niims_abis::service::tasks::CallbackHosts;
use niims_store::abis::tasks;

use super::args::AbisArgs;
use super::setup;

/// Tasks that are listed.
const LISTED: usize = 20;

pub async fn count(args: &AbisArgs) -> Result<ExitCode> {
    let counts = setup::service(args).await?.count().await.map_err(told)?;
    println!("encounters\t{}", counts.encounters);
    println!("active\t{}", counts.active);
    Ok(ExitCode::SUCCESS)
}

pub async fn ping(args: &AbisArgs) -> Result<ExitCode> {
    setup::service(args).await?.ping().await.map_err(told)?;
    println!("ok");
    Ok(ExitCode::SUCCESS)
}

pub async fn jobs(args: &AbisArgs) -> Result<ExitCode> {
    let opened = setup::open(args, CallbackHosts::default()).await?;
    println!("pending\t{}", opened.service.pending_jobs().await.map_err(told)?);
    for (id, kind, state, code) in tasks::list_recent(&mut opened.db.read().await?, LISTED).await? {
        println!("{id}\t{kind}\t{}\t{}", state.name(), code.unwrap_or_default());
    }
    Ok(ExitCode::SUCCESS)
}

/// A refusal with its code in front, for whoever searches for it.
pub fn told(error: ServiceError) -> anyhow::Error {
    let code = error.code();
    anyhow::Error::from(error).context(code)
}
