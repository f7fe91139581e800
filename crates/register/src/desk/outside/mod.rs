//! Cases that another desk looks at too. Its answer is one of the blind pair and never more, so that
//! nobody gets or loses a number by people of another desk alone.

mod answer;
mod offer;
mod shared;

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::adjudication::Seat;
use niims_record::{OfficerId, OutsideRequestId};
use niims_store::desk::outside::{self, OutsideRequest};
use niims_store::officers::{self, Officer, OfficerStatus};
use niims_store::{Keyring, Tx};
use niims_wire::Problem;
use niims_wire::desk::{
    AnswerStanding, OutsideAnswer, OutsideAsked, OutsideDesks, OutsideTerms, PersonAsked,
    ShareRead, SideExchanged,
};
use sha2::{Digest, Sha256};

use super::case::DeskCase;
use super::error::{DeskError, refused};
use super::roles::{OUTSIDE_DESK, has};
use crate::{Register, trail};

/// Longest name of a desk or platform, in characters.
pub(super) const LONGEST_NAME: usize = 40;
/// Requests that one look takes up.
const AT_ONCE: usize = 50;

#[async_trait]
impl OutsideDesks for Register {
    async fn join(&self, name: &str, at: Timestamp) -> Result<OfficerId, Problem> {
        join(self, name, at).await.map_err(DeskError::into_problem)
    }

    async fn offer(&self, terms: OutsideTerms, at: Timestamp) -> Result<usize, Problem> {
        offer::run(self, terms, at).await.map_err(DeskError::into_problem)
    }

    async fn unpublished(&self, desk: OfficerId) -> Result<Vec<OutsideAsked>, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            let mut asked = Vec::new();
            for request in outside::unpublished(&mut tx, desk, AT_ONCE).await? {
                asked.push(message(&mut tx, &request).await?);
            }
            Ok(asked)
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn published(&self, request: OutsideRequestId, at: Timestamp) -> Result<(), Problem> {
        let work = async {
            let mut tx = self.db.write().await?;
            outside::published(&mut tx, request, at).await?;
            tx.commit().await?;
            Ok(())
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn shared(&self, read: ShareRead, at: Timestamp) -> Result<SideExchanged, Problem> {
        shared::run(self, read, at).await.map_err(DeskError::into_problem)
    }

    async fn answer(
        &self,
        desk: OfficerId,
        answer: OutsideAnswer,
        at: Timestamp,
    ) -> Result<AnswerStanding, Problem> {
        answer::run(self, desk, answer, at).await.map_err(DeskError::into_problem)
    }

    async fn settle(&self, desk: OfficerId, at: Timestamp) -> Result<usize, Problem> {
        answer::settle(self, desk, at).await.map_err(DeskError::into_problem)
    }
}

/// Where an officer sits, as the rules of the desk ask.
pub(super) async fn seat(
    tx: &mut Tx,
    case: &DeskCase,
    officer: &Officer,
) -> Result<Seat, DeskError> {
    if !has(officer, &[OUTSIDE_DESK]) {
        return Ok(Seat::Own);
    }
    for opinion in case.stage().opinions() {
        if outside::desk_name(tx, opinion.officer).await?.is_some() {
            return Ok(Seat::Outside { another_before: true });
        }
    }
    Ok(Seat::Outside { another_before: false })
}

/// Whether a text can name a desk or platform: it stands in disclosure lines and reports.
pub(super) fn check_name(name: &str) -> Result<(), Problem> {
    let fits = (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        return Ok(());
    }
    let detail = "Use one to forty small letters, digits and hyphens.";
    Err(refused(422, "outside.name", "This name cannot be used", detail).at("name"))
}

async fn join(register: &Register, name: &str, at: Timestamp) -> Result<OfficerId, DeskError> {
    check_name(name)?;
    let id = officer_of(name);
    let mut tx = register.db.write().await?;
    if outside::desk_name(&mut tx, id).await?.is_some() {
        return Ok(id);
    }
    let officer = Officer {
        id,
        // A hash: nobody has a key to it, so nothing can be signed in the desk's name.
        signing_key: Sha256::digest(format!("niims outside desk key v1\n{name}")).into(),
        roles: vec![OUTSIDE_DESK.to_owned()],
        status: OfficerStatus::Active,
    };
    officers::insert(&mut tx, &officer).await?;
    outside::note_desk(&mut tx, id, name, at).await?;
    let details = serde_json::json!({ "name": name });
    trail::event(&mut tx, "register", "outside_desk.joined", &id.to_string(), details, at).await?;
    tx.commit().await?;
    Ok(id)
}

/// The officer under whom a desk's opinions stand: the same on every start.
fn officer_of(name: &str) -> OfficerId {
    let hash = Sha256::digest(format!("niims outside desk v1\n{name}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    OfficerId::from_bytes(bytes)
}

/// A request as it is published. Nothing in it is stored: who has the database alone, or a copy of
/// it, cannot open a share.
async fn message(tx: &mut Tx, request: &OutsideRequest) -> Result<OutsideAsked, DeskError> {
    let people = outside::shares(tx, request.id).await?;
    let people = people.iter().map(|shared| PersonAsked {
        reference: reference(tx.keyring(), request.id, shared.place),
        place: shared.place,
        secret: secret(tx.keyring(), request.id, shared.place),
    });
    let people = people.collect();
    Ok(OutsideAsked { request: request.id, asked_at: request.asked_at, people })
}

/// What the other desk calls a person of a request.
fn reference(keyring: &Keyring, request: OutsideRequestId, place: u32) -> String {
    hex::encode(keyring.blind("outside_share.reference", &share(request, place)))
}

/// What opens a share: 128 bits that follow from the root key alone.
fn secret(keyring: &Keyring, request: OutsideRequestId, place: u32) -> String {
    hex::encode(keyring.blind("outside_share.secret", &share(request, place)))
}

fn share(request: OutsideRequestId, place: u32) -> Vec<u8> {
    [request.as_bytes().as_slice(), &place.to_be_bytes()].concat()
}
