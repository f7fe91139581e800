//! Begins, opens, lists, and takes back interviews.

use std::collections::BTreeSet;

use jiff::Timestamp;
use niims_country::{Answers, FormKind};
use niims_record::{ApplicationId, OfficerId};
use niims_store::kit::{InterviewRow, NewInterview};
use niims_wire::revisit::Revisit;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Interview, InterviewOf, Prefilling, Scans, Stage, reached};
use crate::capture::{EnrolRefused, FolderProblem};
use crate::error::KitError;
use crate::kit::{Kit, run};

impl Kit {
    /// Begins an interview; it is on disk when this returns.
    ///
    /// # Errors
    /// `kit.revoked`, `kit.suspended`, `kit.expired`, `kit.pack_not_certified`, `kit.clock_…`, `kit.officer_…`, `kit.disk_full`, `kit.store_…`.
    pub fn begin_interview(
        &mut self,
        officer: OfficerId,
        form_kind: FormKind,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<InterviewOf, EnrolRefused> {
        self.begin_with(officer, form_kind, None, now, rng)
    }

    /// As [`Kit::begin_interview`], in answer to a request of the centre.
    pub(crate) fn begin_with(
        &mut self,
        officer: OfficerId,
        form_kind: FormKind,
        revisit: Option<Revisit>,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<InterviewOf, EnrolRefused> {
        self.settle_pack()?;
        self.may_begin(officer, now)?;
        self.has_room()?;
        let interview = Interview {
            application: ApplicationId::random(rng),
            application_number: crate::enrol::draw_number(rng),
            form_kind,
            begun_at: now,
            revisit,
            answers: Answers::new(),
            put: BTreeSet::new(),
            notice: None,
            guardian_identified: None,
            consents: Vec::new(),
            documents: Vec::new(),
            body_opened_at: None,
            prefill: Prefilling::default(),
            scans: Scans::default(),
            body: None,
            exceptions: Vec::new(),
            approval: None,
        };
        let of = InterviewOf { interview: interview.application, officer };
        let seed = self.officer_key(officer)?.to_bytes();
        let bytes = encode(&interview)?;
        let key = NewInterview { interview: of.interview, officer, seed: &seed };
        run!(self, store => store.begin_interview(key, &bytes, now, rng))?;
        Ok(of)
    }

    /// What an interview holds.
    ///
    /// # Errors
    /// `kit.officer_locked`; `kit.store_not_there` also for another officer's.
    pub fn interview(&mut self, of: InterviewOf) -> Result<Interview, EnrolRefused> {
        let seed = self.officer_key(of.officer)?.to_bytes();
        let key = NewInterview { interview: of.interview, officer: of.officer, seed: &seed };
        let bytes = run!(self, store => store.interview(key))?;
        serde_json::from_slice(&bytes).map_err(|_| unreadable())
    }

    /// Every unfinished interview of the kit: whose, and when, and nothing of the person.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn interviews(&mut self) -> Result<Vec<InterviewRow>, KitError> {
        Ok(run!(self, store => store.interviews())?)
    }

    /// Takes an interview back, with its key: the resident declines, or must come another
    /// day. Nothing is counted and nothing is left.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn withdraw_interview(&mut self, of: InterviewOf) -> Result<(), KitError> {
        run!(self, store => store.remove_interview(of.interview, of.officer))?;
        match run!(self, store => store.empty_log()) {
            Ok(()) | Err(niims_store::kit::KitStoreError::Full) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Loads an interview whose part `stage` is open, changes it, and saves it.
    pub(crate) fn change_interview<T>(
        &mut self,
        of: InterviewOf,
        stage: Stage,
        now: Timestamp,
        rng: &mut impl CryptoRng,
        change: impl FnOnce(&mut Interview, &Self) -> Result<T, EnrolRefused>,
    ) -> Result<T, EnrolRefused> {
        self.may_work(now)?;
        let mut interview = self.interview(of)?;
        let pack = self.options.pack.clone();
        let at = reached(&interview, &pack, pack.today(now));
        if stage > at {
            return Err(EnrolRefused::NotYet { stage: at });
        }
        interview.approval = None;
        let result = change(&mut interview, self)?;
        self.save_interview(of, &interview, now, rng)?;
        Ok(result)
    }

    /// As [`Kit::change_interview`], with parts that are saved in the same transaction.
    pub(crate) fn change_with_parts(
        &mut self,
        of: InterviewOf,
        stage: Stage,
        now: Timestamp,
        rng: &mut impl CryptoRng,
        change: impl FnOnce(&mut Interview, &Self) -> Result<Parts, EnrolRefused>,
    ) -> Result<(), EnrolRefused> {
        self.may_work(now)?;
        self.has_room()?;
        let mut interview = self.interview(of)?;
        let pack = self.options.pack.clone();
        let at = reached(&interview, &pack, pack.today(now));
        if stage > at {
            return Err(EnrolRefused::NotYet { stage: at });
        }
        interview.approval = None;
        let parts = change(&mut interview, self)?;
        let bytes = encode(&interview)?;
        let seed = self.officer_key(of.officer)?.to_bytes();
        let key = NewInterview { interview: of.interview, officer: of.officer, seed: &seed };
        Ok(run!(self, store => store.save_parts(key, &parts, &bytes, now, rng))?)
    }

    /// A part of an interview, such as the picture of a document.
    ///
    /// # Errors
    /// `kit.store_not_there` also for another officer's.
    pub fn interview_part(
        &mut self,
        of: InterviewOf,
        name: &str,
    ) -> Result<Zeroizing<Vec<u8>>, EnrolRefused> {
        let seed = self.officer_key(of.officer)?.to_bytes();
        let key = NewInterview { interview: of.interview, officer: of.officer, seed: &seed };
        Ok(run!(self, store => store.part(key, name))?)
    }

    fn save_interview(
        &mut self,
        of: InterviewOf,
        interview: &Interview,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        let bytes = encode(interview)?;
        let seed = self.officer_key(of.officer)?.to_bytes();
        let key = NewInterview { interview: of.interview, officer: of.officer, seed: &seed };
        Ok(run!(self, store => store.save_interview(key, &bytes, now, rng))?)
    }

    /// Counts a refusal, and hands it on. One who declines is not even counted.
    pub(crate) fn counted(&mut self, refused: EnrolRefused, now: Timestamp) -> EnrolRefused {
        if !matches!(refused, EnrolRefused::Declined) {
            let (day, code) = (self.day(now), refused.code());
            // A count that cannot be written must not hide why somebody was refused.
            let _ = run!(self, store => store.count_refusal(&day, code));
        }
        refused
    }
}

/// Parts of an interview with their names.
pub(crate) type Parts = Vec<(String, Zeroizing<Vec<u8>>)>;

/// The bytes of an interview, wiped when dropped.
pub(super) fn encode(interview: &Interview) -> Result<Zeroizing<Vec<u8>>, EnrolRefused> {
    serde_json::to_vec(interview).map(Zeroizing::new).map_err(|_| unreadable())
}

fn unreadable() -> EnrolRefused {
    EnrolRefused::Folder { name: "?".to_owned(), problem: FolderProblem::Unreadable }
}
