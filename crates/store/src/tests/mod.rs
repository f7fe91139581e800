//! One suite for both databases. Each test runs on SQLite and, where a server is
//! named, on PostgreSQL (see [`crate::testing`]).

mod append_only;
mod arrival;
mod concurrency;
mod deciding;
mod leaving;
mod resident;
mod revisits;
mod schema;
mod secrecy;
mod steps;

use jiff::Timestamp;
use niims_record::application::Application;
use niims_record::{ApplicationId, KitId, PacketId, PersonId};

use crate::applications::{self, NewApplication};
use crate::testing::TestDatabase;
use crate::{Tx, people};

/// A moment, in seconds after an arbitrary one.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

/// An application id.
pub(crate) fn application_id(n: u8) -> ApplicationId {
    ApplicationId::from_bytes([n; 16])
}

/// A person id.
pub(crate) fn person_id(n: u8) -> PersonId {
    PersonId::from_bytes([n; 16])
}

/// A fresh database of each kind.
pub(crate) async fn each() -> Vec<TestDatabase> {
    TestDatabase::each().await.unwrap()
}

/// Stores a fresh application, which other rows refer to.
pub(crate) async fn add_application(tx: &mut Tx, n: u8) -> ApplicationId {
    let new = NewApplication {
        id: application_id(n),
        packet: PacketId::from_bytes([n; 16]),
        kit: KitId::from_bytes([1; 16]),
        state: Application::Received,
        at: at(0),
    };
    applications::insert(tx, &new).await.unwrap();
    new.id
}

/// Stores a fresh person with its application.
pub(crate) async fn add_person(tx: &mut Tx, n: u8) -> PersonId {
    let application = add_application(tx, n).await;
    people::insert(tx, person_id(n), application, at(0)).await.unwrap();
    person_id(n)
}
