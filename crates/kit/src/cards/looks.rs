//! Looks at cards: sealed to the centre before anything is shown, sent when there is a line.

use jiff::Timestamp;
use niims_packet::seal_letter;
use niims_record::{DisclosureId, OfficerId};
use niims_store::kit::SealedLook;
use niims_wire::card::{CardAct, CardLook};
use niims_wire::kit::{CARD_LOOK_LABEL, CardLooks, CardLooksKept, MOST_CARD_LOOKS};
use rand_core::CryptoRng;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::client::{Client, HttpError, Link, Request};
use crate::error::KitError;
use crate::held::Held;
use crate::kit::{Kit, run};
use crate::standing::heed_refusal;

/// Largest answer that is read, bytes: a hundred ids in JSON.
const LARGEST_ANSWER: u64 = 16 * 1024;
/// Most messages of one sending. A hundred looks each: more than a kit makes in a campaign.
const MOST_MESSAGES: usize = 100;

/// One look, to be noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookNote {
    /// Who looked.
    pub officer: OfficerId,
    /// The card, by its serial number; `None` where it could not be believed.
    pub serial: Option<String>,
    /// What was done.
    pub act: CardAct,
    /// The stable code of why it was refused, where it was.
    pub refused: Option<String>,
}

/// What became of the looks that were sent.
#[derive(Debug, Default)]
pub struct LooksSent {
    /// How many the centre has now.
    pub kept: usize,
    /// Why the rest waits.
    pub failed: Option<HttpError>,
}

impl Kit {
    /// Notes a look, sealed to the centre: from here on the kit cannot read it.
    ///
    /// # Errors
    /// `kit.store_…`, `kit.disk_full`.
    pub fn note_look(
        &mut self,
        note: LookNote,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), KitError> {
        let LookNote { officer, serial, act, refused } = note;
        let id = DisclosureId::random(rng);
        let look = CardLook { id, at: now, officer, serial, act, refused };
        let text =
            serde_json::to_vec(&look).map_err(|error| KitError::file("written", error.into()))?;
        let sealed = seal_letter(CARD_LOOK_LABEL, &text, &self.signing_key, &self.centre, rng)
            .map_err(KitError::Seal)?;
        let look = SealedLook { id, sealed };
        Ok(run!(self, store => store.keep_card_look(&look, now))?)
    }

    /// How many looks the centre has not confirmed.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn looks_waiting(&mut self) -> Result<u64, KitError> {
        Ok(run!(self, store => store.card_look_count())?)
    }

    /// Sends looks to the centre and forgets those that it confirms.
    ///
    /// # Errors
    /// `kit.store_…`. Faults of the line and of the centre are told in [`LooksSent`].
    pub fn send_looks(&mut self, link: &mut Link<'_>) -> Result<LooksSent, KitError> {
        looks_all(self, link)
    }

    fn some_looks(&mut self) -> Result<Vec<SealedLook>, KitError> {
        Ok(run!(self, store => store.card_looks(MOST_CARD_LOOKS))?)
    }

    fn forget_looks(&mut self, kept: &[DisclosureId]) -> Result<(), KitError> {
        Ok(run!(self, store => store.forget_card_looks(kept))?)
    }
}

/// [`Kit::send_looks`], with the kit held for short acts only.
pub(crate) fn looks_all(held: &mut impl Held, link: &mut Link<'_>) -> Result<LooksSent, KitError> {
    let (kit, key) = held.with(|kit| (kit.id(), kit.signing_key.clone()));
    let mut client = Client::new(link, kit, &key);
    let mut sent = LooksSent::default();
    for _ in 0..MOST_MESSAGES {
        let looks = held.with(Kit::some_looks)?;
        if looks.is_empty() {
            break;
        }
        match post(&mut client, &looks) {
            Ok(mut kept) => {
                // Only what was sent can be confirmed.
                kept.retain(|id| looks.iter().any(|look| look.id == *id));
                if kept.is_empty() {
                    break;
                }
                held.with(|kit| kit.forget_looks(&kept))?;
                sent.kept += kept.len();
            }
            Err(error) => {
                heed_refusal(held, &mut client, &error)?;
                sent.failed = Some(error);
                break;
            }
        }
    }
    held.with(|kit| kit.note_centre_time(client.confirmed_time()))?;
    Ok(sent)
}

fn post(client: &mut Client<'_, '_>, looks: &[SealedLook]) -> Result<Vec<DisclosureId>, HttpError> {
    let letters = looks.iter().map(|look| STANDARD.encode(&look.sealed)).collect();
    let body = serde_json::to_vec(&CardLooks { letters })
        .map_err(|_| HttpError::Protocol { what: "the message to it" })?;
    let answer = client.send(&Request {
        method: "POST",
        path: "/kit/v1/card-looks",
        headers: &[("content-type", "application/json".to_owned())],
        body: Some(&body),
        largest_answer: LARGEST_ANSWER,
    })?;
    Ok(answer.json::<CardLooksKept>()?.kept)
}
