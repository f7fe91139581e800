//! Links between applications of one person: each leads to the application that
//! stands for the person, never in a circle.

use niims_record::application::Application;
use niims_record::person::PersonStatus;
use niims_record::{ApplicationId, PersonId};
use niims_store::{StoreError, Tx, applications, people};

/// Most links that are followed. Each is a decision of people about one person;
/// more than a handful does not happen, and a bound costs nothing.
const MOST_LINKS: usize = 256;

/// The application that stands for the person behind this one: itself, or where
/// its links lead.
pub(crate) async fn stands_for(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<ApplicationId, StoreError> {
    let mut at = application;
    for _ in 0..MOST_LINKS {
        match applications::get(tx, at).await?.map(|found| found.state) {
            Some(Application::Linked { to, .. } | Application::Replaced { by: to }) => at = to,
            _ => return Ok(at),
        }
    }
    Err(StoreError::MalformedRow { column: "application.state" })
}

/// The person whose record stands for this one now: itself, or into whose it is merged.
pub(crate) async fn person_now(tx: &mut Tx, person: PersonId) -> Result<PersonId, StoreError> {
    let mut at = person;
    for _ in 0..MOST_LINKS {
        match people::get(tx, at).await?.map(|found| found.status) {
            Some(PersonStatus::Merged { into, .. }) => at = into,
            _ => return Ok(at),
        }
    }
    Err(StoreError::MalformedRow { column: "person.status" })
}
