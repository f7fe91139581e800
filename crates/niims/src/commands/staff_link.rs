//! `niims staff link`: which person an officer is.

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use niims_record::{ApplicationId, EventId, OfficerId};
use niims_store::events::{self, AuditEvent};
use niims_store::{applications, officers};

use crate::ambient;
use crate::centre::Centre;

pub async fn run(centre: &Centre, officer: &str, application: &str) -> Result<()> {
    let officer: OfficerId = officer.parse().context("--officer")?;
    let application: ApplicationId = application.parse().context("--application")?;
    let mut tx = centre.db.write().await?;
    if officers::get(&mut tx, officer).await?.is_none() {
        bail!("there is no officer of this id; niims staff add and add-kit print them");
    }
    if applications::get(&mut tx, application).await?.is_none() {
        bail!("there is no application of this id; the officer must have been captured first");
    }
    officers::link_person(&mut tx, officer, application).await?;
    let event = AuditEvent {
        id: EventId::random(&mut ambient::entropy().rng()),
        at: Timestamp::now(),
        actor: "operator".to_owned(),
        action: "officer.linked".to_owned(),
        subject: officer.to_string(),
        details: serde_json::json!({ "application": application.to_string() }),
    };
    events::append(&mut tx, &event).await?;
    tx.commit().await?;
    println!("officer {officer} is linked");
    Ok(())
}
