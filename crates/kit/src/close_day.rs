//! Closes a day: what was enrolled, refused, sealed, uploaded and receipted, signed for by a
//! supervisor and kept.

use jiff::Timestamp;
use jiff::civil::Date;
use niims_record::{KitId, OfficerId};
use niims_store::kit::KitStoreError;
use serde::{Deserialize, Serialize};

use crate::error::KitError;
use crate::kit::{Kit, run};

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
        let report = DayReport {
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
        };
        let text = serde_json::to_string(&report)
            .map_err(|error| KitError::file("written", error.into()))?;
        run!(self, store => store.keep_day_report(&name, supervisor, &text, now))?;
        Ok(report)
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
