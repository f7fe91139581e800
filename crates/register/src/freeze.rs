//! Freezing and lifting, each with its line in the transparency log.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_audit::LeafKind;
use niims_record::FreezeId;
use niims_record::freeze::{Freeze, Lifted};
use niims_store::{Owner, StoreError, freezes};
use niims_wire::Problem;
use niims_wire::freeze::{FreezeControl, FreezeOrder};

use crate::{Register, trail};

/// Longest reference to an order, in characters.
const LONGEST_ORDER: usize = 200;

#[async_trait]
impl FreezeControl for Register {
    async fn freeze(&self, order: FreezeOrder, at: Timestamp) -> Result<FreezeId, Problem> {
        check_order(&order.order)?;
        if let Some(agency) = &order.agency
            && self.pack.agency(agency).is_none()
        {
            let problem = Problem::new(422, "freeze.agency_unknown", "There is no such agency");
            return Err(problem.detail("Use a code of the country pack's list of agencies."));
        }
        if let Some(county) = &order.county
            && self.pack.geography().county(county).is_none()
        {
            let problem = Problem::new(422, "freeze.county_unknown", "There is no such county");
            return Err(problem.detail("Use a code of the country pack's list of counties."));
        }
        let freeze = Freeze {
            id: FreezeId::random(&mut self.entropy.rng()),
            power: order.power,
            agency: order.agency,
            county: order.county,
            order: order.order,
            since: at,
            lifted: None,
        };
        self.put(&freeze).await.map_err(|error| failed(&error))?;
        Ok(freeze.id)
    }

    async fn lift(&self, id: FreezeId, order: &str, at: Timestamp) -> Result<(), Problem> {
        check_order(order)?;
        let lifted = Lifted { at, order: order.to_owned() };
        let done = self.put_lifted(id, &lifted).await.map_err(|error| failed(&error))?;
        if done {
            return Ok(());
        }
        let problem = Problem::new(404, "freeze.not_in_force", "No such freeze is in force");
        Err(problem.detail("List the freezes to see which are in force."))
    }

    async fn freezes(&self) -> Result<Vec<Freeze>, Problem> {
        let list = async {
            let mut tx = self.db.read().await?;
            freezes::all(&mut tx).await
        };
        list.await.map_err(|error: StoreError| failed(&error))
    }
}

impl Register {
    async fn put(&self, freeze: &Freeze) -> Result<(), StoreError> {
        let mut tx = self.db.write().await?;
        freezes::insert(&mut tx, freeze).await?;
        let details = serde_json::json!({
            "power": freeze.power, "agency": freeze.agency, "county": freeze.county,
        });
        let event = format!("niims freeze v1\n{}\n{details}\n{}\n", freeze.id, freeze.order);
        let (kind, owner) = (LeafKind::Freeze, Owner::Register);
        trail::commit_to(&mut tx, kind, event.as_bytes(), owner, freeze.since).await?;
        let subject = freeze.id.to_string();
        trail::event(&mut tx, "order", "freeze.set", &subject, details, freeze.since).await?;
        tx.commit().await
    }

    async fn put_lifted(&self, id: FreezeId, lifted: &Lifted) -> Result<bool, StoreError> {
        let mut tx = self.db.write().await?;
        if !freezes::lift(&mut tx, id, lifted).await? {
            return Ok(false);
        }
        let event = format!("niims freeze lifted v1\n{id}\n{}\n", lifted.order);
        let (kind, owner) = (LeafKind::Freeze, Owner::Register);
        trail::commit_to(&mut tx, kind, event.as_bytes(), owner, lifted.at).await?;
        let details = serde_json::json!({});
        trail::event(&mut tx, "order", "freeze.lifted", &id.to_string(), details, lifted.at)
            .await?;
        tx.commit().await?;
        self.bell.notify_waiters();
        Ok(true)
    }
}

fn check_order(order: &str) -> Result<(), Problem> {
    let length = order.trim().chars().count();
    if (1..=LONGEST_ORDER).contains(&length) {
        return Ok(());
    }
    let problem = Problem::new(422, "freeze.order_missing", "A freeze rests on an order");
    Err(problem.detail("Name the order, such as the court and the number of the case."))
}

fn failed(error: &StoreError) -> Problem {
    tracing::error!(code = error.code(), "a freeze could not be recorded");
    Problem::new(503, "centre.unavailable", "The order could not be recorded")
        .detail("Nothing changed. Try again.")
}
