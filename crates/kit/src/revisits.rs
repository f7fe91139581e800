//! Whom the centre asks to meet again: fetched after a contact, kept encrypted, shown to the
//! officers of this kit, and answered by an interview or by a reason why not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use niims_country::{FormKind, REVISIT_OUTCOMES};
use niims_packet::reply::MAX_REPLY_BYTES;
use niims_packet::{ReplyKey, seal_letter};
use niims_record::{OfficerId, RevisitId};
use niims_store::kit::{KitStoreError, RevisitDone, RevisitOutcome};
use niims_wire::revisit::{
    MOST_NOT_DONE, NOT_DONE_LABEL, REVISITS_LABEL, REVISITS_VERSION, Revisit, RevisitList,
    RevisitNotDone, RevisitsAsked, RevisitsGiven, given_text,
};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::capture::EnrolRefused;
use crate::certificate::PapersError;
use crate::client::{Client, HttpError, Link, Request};
use crate::error::KitError;
use crate::held::Held;
use crate::interview::InterviewOf;
use crate::kit::{Kit, run};
use crate::standing::heed_refusal;

/// Largest answer that is read, bytes: the sealed list in Base64, with what stands beside it.
const LARGEST_ANSWER: u64 = (MAX_REPLY_BYTES as u64) / 3 * 4 + 16 * 1024;

/// The list as the kit holds it.
#[derive(Debug)]
pub struct RevisitsHeld {
    /// When the centre gave it.
    pub given_at: Timestamp,
    /// Requests, the oldest first.
    pub revisits: Vec<RevisitHeld>,
}

/// A request, and what officers of this kit did about it.
#[derive(Debug)]
pub struct RevisitHeld {
    /// The request.
    pub revisit: Revisit,
    /// What was done.
    pub done: Option<RevisitDone>,
}

impl RevisitsHeld {
    /// How many wait for an officer.
    pub fn open(&self) -> usize {
        self.revisits.iter().filter(|one| one.done.is_none()).count()
    }
}

impl Kit {
    /// Tells the centre what could not be done, and takes its list in place of the one before.
    ///
    /// # Errors
    /// Refusals of the centre, `link.…`, `kit.store_…`. The list before stands, unless the
    /// centre says that this kit is revoked or suspended: then it is forgotten.
    pub fn fetch_revisits(
        &mut self,
        link: &mut Link<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<(), PapersError> {
        revisits_all(self, link, rng)
    }

    /// The list, as far as the centre gave one to this kit.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn revisits(&mut self) -> Result<Option<RevisitsHeld>, KitError> {
        let Some((given_at, bytes)) = run!(self, store => store.revisits())? else {
            return Ok(None);
        };
        let list: RevisitList = serde_json::from_slice(&bytes)
            .map_err(|_| KitStoreError::Unreadable { what: "list of people to be met" })?;
        let done = run!(self, store => store.revisits_done())?;
        let revisits = list
            .revisits
            .into_iter()
            .map(|revisit| {
                let done = done.iter().find(|one| one.revisit == revisit.id).copied();
                RevisitHeld { revisit, done }
            })
            .collect();
        Ok(Some(RevisitsHeld { given_at, revisits }))
    }

    /// One request of the list.
    ///
    /// # Errors
    /// `kit.store_not_there` for one that is not in it.
    pub fn revisit(&mut self, id: RevisitId) -> Result<RevisitHeld, KitError> {
        let held = self.revisits()?.map(|held| held.revisits).unwrap_or_default();
        held.into_iter().find(|one| one.revisit.id == id).ok_or_else(|| nothing_asked().into())
    }

    /// Begins the interview that answers a request, of the same form; goes on with it where this
    /// officer began it before.
    ///
    /// # Errors
    /// As of [`Kit::begin_interview`]; `kit.store_not_there` also for one that was captured.
    pub fn begin_revisit(
        &mut self,
        officer: OfficerId,
        id: RevisitId,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<InterviewOf, EnrolRefused> {
        let RevisitHeld { revisit, done } = self.revisit(id)?;
        if done.is_some_and(|done| done.outcome == RevisitOutcome::Captured) {
            return Err(KitError::from(nothing_asked()).into());
        }
        for row in self.interviews()?.into_iter().filter(|row| row.officer == officer) {
            let of = InterviewOf { interview: row.interview, officer };
            if self.interview(of)?.revisit.is_some_and(|known| known.id == id) {
                return Ok(of);
            }
        }
        let kind = FormKind::from_name(&revisit.form_kind)
            .ok_or(KitError::Store(KitStoreError::Unreadable { what: "form" }))?;
        self.begin_with(officer, kind, Some(revisit), now, rng)
    }

    /// Notes why a request could not be done, sealed to the centre.
    ///
    /// # Errors
    /// `kit.store_not_there` for a request that is not in the list, or a reason that the country
    /// pack does not have; as of every act of a kit that may not work.
    pub fn note_not_done(
        &mut self,
        officer: OfficerId,
        id: RevisitId,
        reason: &str,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), KitError> {
        self.may_work(now)?;
        self.revisit(id)?;
        let known =
            self.options.pack.code_list(REVISIT_OUTCOMES).and_then(|list| list.code(reason));
        let reason = known.ok_or(KitStoreError::NotThere { what: "reason" })?.code.clone();
        let told = RevisitNotDone { revisit: id, officer, reason, at: now };
        let text =
            serde_json::to_vec(&told).map_err(|error| KitError::file("written", error.into()))?;
        let sealed = seal_letter(NOT_DONE_LABEL, &text, &self.signing_key, &self.centre, rng)
            .map_err(KitError::Seal)?;
        Ok(run!(self, store => store.keep_not_done(id, &sealed, now))?)
    }

    fn not_done_letters(&mut self) -> Result<Vec<String>, KitError> {
        let letters = run!(self, store => store.not_done_letters(MOST_NOT_DONE))?;
        Ok(letters.iter().map(|letter| STANDARD.encode(letter)).collect())
    }

    pub(crate) fn forget_revisits(&mut self) -> Result<(), KitError> {
        Ok(run!(self, store => store.forget_revisits())?)
    }

    /// Keeps a list that is signed by the centre for this request.
    fn keep_revisits(
        &mut self,
        given: &RevisitsGiven,
        reply: &ReplyKey,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), PapersError> {
        let protocol = |what| PapersError::Http(HttpError::Protocol { what });
        if given.version != REVISITS_VERSION {
            return Err(protocol("the version of its list"));
        }
        let sealed = STANDARD.decode(&given.sealed).map_err(|_| protocol("its list"))?;
        let hash = hex::encode(Sha256::digest(&sealed));
        let wanted = given_text(self.id(), &hex::encode(reply.public_bytes()), &hash);
        let signed = self.log_key.open(&given.note).map_err(|_| protocol("its signature"))?;
        if signed != wanted {
            return Err(protocol("its signature"));
        }
        let content = reply
            .open(REVISITS_LABEL, self.id(), &sealed)
            .map_err(|_| protocol("the seal of its list"))?;
        let list: RevisitList =
            serde_json::from_slice(&content).map_err(|_| protocol("its list"))?;
        if !list.is_bounded() {
            return Err(protocol("the bounds of its list"));
        }
        let listed: Vec<RevisitId> = list.revisits.iter().map(|one| one.id).collect();
        // What is kept is what was understood, not what was sent.
        let kept = serde_json::to_vec(&list).map(Zeroizing::new);
        let kept = kept.map_err(|_| protocol("its list"))?;
        let known = &given.kept;
        run!(self, store => store.keep_revisits(&kept, &listed, known, now, rng))
            .map_err(KitError::from)?;
        // A list before this one may still stand in the log of the store.
        match run!(self, store => store.empty_log()) {
            Ok(()) | Err(KitStoreError::Full) => Ok(()),
            Err(error) => Err(KitError::from(error).into()),
        }
    }
}

const fn nothing_asked() -> KitStoreError {
    KitStoreError::NotThere { what: "request to meet this person again" }
}

/// [`Kit::fetch_revisits`], with the kit held for short acts only.
pub(crate) fn revisits_all(
    held: &mut impl Held,
    link: &mut Link<'_>,
    rng: &mut impl CryptoRng,
) -> Result<(), PapersError> {
    let (kit, key, not_done) =
        held.with(|kit| (kit.id(), kit.signing_key.clone(), kit.not_done_letters()));
    let reply = ReplyKey::generate(rng);
    let asked = RevisitsAsked {
        version: REVISITS_VERSION,
        key: hex::encode(reply.public_bytes()),
        not_done: not_done?,
    };
    let body =
        serde_json::to_vec(&asked).map_err(|_| HttpError::Protocol { what: "the question" })?;
    let path = format!("/kit/v1/revisits/{}", hex::encode(Sha256::digest(&body)));
    let mut client = Client::new(link, kit, &key);
    let answer = client.send(&Request {
        method: "POST",
        path: &path,
        headers: &[("content-type", "application/json".to_owned())],
        body: Some(&body),
        largest_answer: LARGEST_ANSWER,
    });
    let (confirmed, now) = (client.confirmed_time(), client.now());
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            heed_refusal(held, &mut client, &error)?;
            return Err(error.into());
        }
    };
    held.with(|kit| {
        kit.note_centre_time(confirmed)?;
        kit.keep_revisits(&answer.json()?, &reply, now, rng)
    })
}
