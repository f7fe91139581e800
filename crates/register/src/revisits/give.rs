//! A kit is told whom to meet again: the whole list, sealed to its request.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use niims_country::REVISIT_OUTCOMES;
use niims_packet::{KitVerifyingKey, open_letter, seal_reply};
use niims_record::revisit::{MOST_REVISITS, Whereabouts, goes_to, is_told};
use niims_record::{KitId, RevisitId};
use niims_store::fleet::kits as fleet;
use niims_store::revisits::{self, NotDone};
use niims_store::{StoreError, Tx, applications, kits};
use niims_wire::revisit::{
    NOT_DONE_LABEL, REVISITS_LABEL, REVISITS_VERSION, Revisit, RevisitList, RevisitNotDone,
    RevisitsAsked, RevisitsGiven, given_text,
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Met;
use crate::disclose::{self, Look};
use crate::{Register, trail};

/// Requests read at a time, and how often at most: those that a kit captured and that go to
/// another are passed over.
const PAGE: usize = MOST_REVISITS;
const MOST_PAGES: usize = 5;
/// What a kit is told of a person.
const TOLD: &[&str] = &["name", "current_residence"];

impl Register {
    /// Takes what officers could not do, and gives the list. A kit that is not told of anybody
    /// gets an empty one. `None` where the kit is not enrolled or the key is none.
    pub(crate) async fn give_revisits(
        &self,
        kit: KitId,
        asked: &RevisitsAsked,
        at: Timestamp,
    ) -> Result<Option<RevisitsGiven>, StoreError> {
        let mut key = [0; 32];
        if hex::decode_to_slice(&asked.key, &mut key).is_err() {
            return Ok(None);
        }
        let mut tx = self.db.write().await?;
        let managed = fleet::get_for_update(&mut tx, kit).await?;
        let (Some(managed), Some(enrolled)) = (managed, kits::get(&mut tx, kit).await?) else {
            return Ok(None);
        };
        let (kept, unreadable) = self.take_not_done(&mut tx, &enrolled, asked, at).await?;
        let revisits = if is_told(&managed.state, at) {
            self.revisits_for(&mut tx, kit, managed.place.as_deref(), at).await?
        } else {
            Vec::new()
        };
        let list = RevisitList { version: REVISITS_VERSION, revisits };
        let Some((sealed, note)) = self.sealed_list(&list, &key, kit, &asked.key) else {
            return Ok(None);
        };
        tx.commit().await?;
        let version = REVISITS_VERSION;
        Ok(Some(RevisitsGiven { version, note, sealed, kept, unreadable }))
    }

    fn sealed_list(
        &self,
        list: &RevisitList,
        key: &[u8; 32],
        kit: KitId,
        shown_key: &str,
    ) -> Option<(String, String)> {
        let message = Zeroizing::new(serde_json::to_vec(list).ok()?);
        let mut rng = self.entropy.rng();
        let sealed = seal_reply(REVISITS_LABEL, &message, key, kit, &mut rng)
            .inspect_err(|error| {
                tracing::error!(code = error.code(), "a list for a kit could not be sealed");
            })
            .ok()?;
        let text = given_text(kit, shown_key, &hex::encode(Sha256::digest(&sealed)));
        let note = self.log_key.sign(&text).ok()?;
        Some((STANDARD.encode(sealed), note))
    }

    /// Everybody whom this kit is to meet again. Each person's first telling to this kit leaves
    /// a line that the person sees.
    async fn revisits_for(
        &self,
        tx: &mut Tx,
        kit: KitId,
        place: Option<&str>,
        at: Timestamp,
    ) -> Result<Vec<Revisit>, StoreError> {
        let mut found = Vec::new();
        let mut served = BTreeMap::new();
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let page = revisits::list_for_kit(tx, kit, place, after.as_ref(), PAGE).await?;
            let is_last = page.len() < PAGE;
            after = page.last().cloned();
            for one in page {
                let met = match revisits::person(tx, &one).await {
                    Ok(bytes) => read(&bytes)?,
                    // The person was erased: there is nobody to be met.
                    Err(StoreError::KeyDestroyed) => continue,
                    Err(error) => return Err(error),
                };
                let home_is_served = is_served(tx, &met.home, &mut served, at).await?;
                let person = Whereabouts { home: &met.home, captured_by: one.kit, home_is_served };
                if !goes_to(kit, place, &person) {
                    continue;
                }
                if let Some(told) = self.tell(tx, kit, one, met, at).await? {
                    found.push(told);
                }
                if found.len() == MOST_REVISITS {
                    return Ok(found);
                }
            }
            if is_last {
                break;
            }
        }
        Ok(found)
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        kit: KitId,
        one: revisits::Revisit,
        met: Met,
        at: Timestamp,
    ) -> Result<Option<Revisit>, StoreError> {
        let application = applications::get(tx, one.application).await?;
        let form_kind = application.and_then(|application| application.form_kind);
        let number = applications::application_number(tx, one.application).await?;
        let (Some(form_kind), Some(application_number)) = (form_kind, number) else {
            return Ok(None);
        };
        if revisits::tell(tx, one.id, kit, at).await? {
            let look = Look {
                application: Some(one.application),
                asker: "kit",
                officer: &kit.to_string(),
                purpose: "revisit",
                attributes: TOLD,
                denied: None,
                at,
            };
            disclose::line(tx, &look).await?;
        }
        Ok(Some(Revisit {
            id: one.id,
            application_number,
            form_kind,
            ask: one.ask,
            name: met.name,
            village: met.village,
            area: met.home.into_iter().next(),
            asked_at: one.asked_at,
        }))
    }

    /// Keeps why officers could not do a revisit. The reason says nothing against the person and
    /// changes nothing of the application: the desk sees it.
    async fn take_not_done(
        &self,
        tx: &mut Tx,
        kit: &kits::Kit,
        asked: &RevisitsAsked,
        at: Timestamp,
    ) -> Result<(Vec<RevisitId>, usize), StoreError> {
        let key = KitVerifyingKey::from_bytes(&kit.signing_key).ok();
        let (mut kept, mut unreadable) = (Vec::new(), 0);
        for letter in &asked.not_done {
            let bytes = STANDARD.decode(letter).unwrap_or_default();
            let opened = key
                .as_ref()
                .and_then(|key| open_letter(NOT_DONE_LABEL, &bytes, key, &self.centre_key).ok());
            let told = opened.and_then(|text| serde_json::from_slice::<RevisitNotDone>(&text).ok());
            match told {
                Some(told) => {
                    self.note_not_done(tx, kit.id, &told, at).await?;
                    kept.push(told.revisit);
                }
                None => unreadable += 1,
            }
        }
        Ok((kept, unreadable))
    }

    async fn note_not_done(
        &self,
        tx: &mut Tx,
        kit: KitId,
        told: &RevisitNotDone,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let known = self.pack.code_list(REVISIT_OUTCOMES).and_then(|list| list.code(&told.reason));
        let Some(reason) = known else { return Ok(()) };
        // Only who was told of somebody can say that they could not be met.
        if !revisits::was_told(tx, told.revisit, kit).await? {
            return Ok(());
        }
        let why = NotDone { reason: reason.code.clone(), at: told.at.min(at), by: told.officer };
        if revisits::note_not_done(tx, told.revisit, &why).await? {
            let details = serde_json::json!({ "reason": why.reason, "kit": kit });
            let (actor, subject) = (told.officer.to_string(), told.revisit.to_string());
            trail::event(tx, &actor, "revisit.not_done", &subject, details, at).await?;
        }
        Ok(())
    }
}

/// Whether a kit that works has one of these areas for its place.
async fn is_served(
    tx: &mut Tx,
    home: &[String],
    known: &mut BTreeMap<Vec<String>, bool>,
    at: Timestamp,
) -> Result<bool, StoreError> {
    if let Some(served) = known.get(home) {
        return Ok(*served);
    }
    let states = revisits::kits_at(tx, home).await?;
    let served = states.iter().any(|state| is_told(state, at));
    known.insert(home.to_vec(), served);
    Ok(served)
}

pub(super) fn read(bytes: &[u8]) -> Result<Met, StoreError> {
    serde_json::from_slice(bytes)
        .map_err(|_| StoreError::MalformedRow { column: "revisit.person_sealed" })
}
