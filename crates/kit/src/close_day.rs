//! Closes a day: what was enrolled, refused, sealed, uploaded and receipted, signed for by a
//! supervisor and kept.

use ed25519_dalek::Signer;
use jiff::Timestamp;
use jiff::civil::Date;
use niims_country::FormKind;
use niims_record::{KitId, OfficerId};
use niims_store::kit::{DayCount, KitStoreError};
use serde::{Deserialize, Serialize};

use crate::error::KitError;
use crate::kit::{Kit, run};
use crate::signed;

/// The report of one day. Counts only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayReport {
    /// The kit.
    pub kit: KitId,
    /// The civil day.
    pub day: Date,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// Who closed it.
    pub supervisor: OfficerId,
    /// Encounters completed on the day, by officer and form.
    pub completed: Vec<CompletedCount>,
    /// Attempts refused on the day, by stable code.
    pub refused: Vec<RefusedCount>,
    /// Complete encounters not sealed yet, of any day.
    pub waiting_to_seal: u64,
    /// Packets on the kit that the centre lacks, of any day.
    pub sealed: u64,
    /// Packets that the centre has without a receipt that holds.
    pub uploaded: u64,
    /// Packets with a verified receipt, still on the kit.
    pub receipted: u64,
    /// Packets deleted after their receipt.
    pub deleted: u64,
    /// Packets whose file is missing or damaged.
    pub faulty: u64,
    /// Packets for which a false receipt came.
    pub false_receipts: u64,
    /// Interviews begun and not finished, of any day.
    #[serde(default)]
    pub unfinished: u64,
    /// Paper forms counted on the day, against captures by the same form.
    #[serde(default)]
    pub papers: Vec<PaperAgainst>,
    /// Ed25519 signature of the supervisor over the report without it, 128 hexadecimal
    /// digits; see [`DayReport::is_signed_by`].
    #[serde(default)]
    pub signature: String,
}

/// Paper forms of one kind against captures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperAgainst {
    /// The form.
    pub form_kind: String,
    /// Paper forms that somebody counted.
    pub papers: u64,
    /// Captures completed on the day.
    pub captured: u64,
}

impl DayReport {
    /// The bytes that the supervisor signs.
    fn signed_bytes(&self) -> Result<Vec<u8>, KitError> {
        let unsigned = Self { signature: String::new(), ..self.clone() };
        signed::bytes("niims kit day report v1", &unsigned)
    }

    /// Whether the signature is by the holder of this key.
    pub fn is_signed_by(&self, key: &niims_packet::OfficerVerifyingKey) -> bool {
        self.signed_bytes()
            .is_ok_and(|bytes| signed::is_by(&key.to_bytes(), &bytes, &self.signature))
    }
}

/// Encounters that one officer completed with one form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletedCount {
    /// The officer.
    pub officer: OfficerId,
    /// The form.
    pub form_kind: String,
    /// How many.
    pub count: u64,
}

/// Attempts refused under one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedCount {
    /// Stable code.
    pub code: String,
    /// How many.
    pub count: u64,
}

impl Kit {
    /// What was completed on the day of `now`, by officer and form.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn counts_of_day(&mut self, now: Timestamp) -> Result<Vec<DayCount>, KitError> {
        let day = self.day(now);
        Ok(run!(self, store => store.day_counts(&day))?)
    }

    /// Closes a day and keeps the report. A day may be closed again, when a packet was
    /// uploaded later, say; every report is kept.
    ///
    /// # Errors
    /// `kit.not_supervisor`, `kit.officer_unknown`, `kit.store_…`, `kit.disk_full`.
    pub fn close_day(
        &mut self,
        day: Date,
        supervisor: OfficerId,
        now: Timestamp,
    ) -> Result<DayReport, KitError> {
        self.check_supervisor(supervisor)?;
        let name = day.to_string();
        let completed = run!(self, store => store.day_counts(&name))?;
        let refused = run!(self, store => store.day_refusals(&name))?;
        let drafts = self.draft_counts()?;
        let packets = self.packet_counts()?;
        let papers = self.papers_against(&name)?;
        let unfinished = self.interviews()?.len() as u64;
        let mut report = DayReport {
            kit: self.id(),
            day,
            closed_at: now,
            supervisor,
            completed: completed
                .into_iter()
                .map(|count| CompletedCount {
                    officer: count.officer,
                    form_kind: count.form_kind,
                    count: count.completed,
                })
                .collect(),
            refused: refused
                .into_iter()
                .map(|refusal| RefusedCount { code: refusal.code, count: refusal.refused })
                .collect(),
            waiting_to_seal: drafts.complete,
            sealed: packets.sealed,
            uploaded: packets.uploaded,
            receipted: packets.receipted,
            deleted: packets.deleted,
            faulty: packets.faulty,
            false_receipts: packets.false_receipts,
            unfinished,
            papers,
            signature: String::new(),
        };
        // The PIN that unlocked the key is the supervisor's hand.
        let seed = self.officer_key(supervisor)?.to_bytes();
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        report.signature = hex::encode(key.sign(&report.signed_bytes()?).to_bytes());
        let text = serde_json::to_string(&report)
            .map_err(|error| KitError::file("written", error.into()))?;
        run!(self, store => store.keep_day_report(&name, supervisor, &text, now))?;
        Ok(report)
    }

    /// Keeps how many paper forms of a kind were counted today.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn count_papers(
        &mut self,
        form_kind: FormKind,
        papers: u64,
        now: Timestamp,
    ) -> Result<(), KitError> {
        let day = self.day(now);
        Ok(run!(self, store => store.keep_paper_count(&day, form_kind.as_str(), papers))?)
    }

    /// Today's paper forms against captures, one line for each form of which there is either.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn papers_of_day(&mut self, now: Timestamp) -> Result<Vec<PaperAgainst>, KitError> {
        let day = self.day(now);
        self.papers_against(&day)
    }

    fn papers_against(&mut self, day: &str) -> Result<Vec<PaperAgainst>, KitError> {
        let papers = run!(self, store => store.paper_counts(day))?;
        let counts = run!(self, store => store.day_counts(day))?;
        let line = |kind: FormKind| {
            let name = kind.as_str();
            let of = |count: &&DayCount| count.form_kind == name;
            let captured = counts.iter().filter(of).map(|count| count.completed).sum();
            let counted = papers.iter().find(|count| count.form_kind == name);
            let against = PaperAgainst {
                form_kind: name.to_owned(),
                papers: counted.map_or(0, |count| count.papers),
                captured,
            };
            (counted.is_some() || captured > 0).then_some(against)
        };
        Ok(FormKind::ALL.into_iter().filter_map(line).collect())
    }

    /// The reports of a day in the order in which they were written.
    ///
    /// # Errors
    /// `kit.store_…`; `kit.store_unreadable` for a report of another version.
    pub fn day_reports(&mut self, day: Date) -> Result<Vec<DayReport>, KitError> {
        let name = day.to_string();
        let unreadable = |_| KitError::Store(KitStoreError::Unreadable { what: "day report" });
        run!(self, store => store.day_reports(&name))?
            .iter()
            .map(|report| serde_json::from_str(report).map_err(unreadable))
            .collect()
    }
}
