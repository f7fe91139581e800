//! Whether the kit may be used: not revoked, not suspended, in its term, with a clock that can
//! be right.

use jiff::Timestamp;
use niims_store::kit::ClockMarks;

use crate::clock::{self, ClockBounds};
use crate::error::KitError;
use crate::kit::{Kit, run};

impl Kit {
    /// Revokes the kit here and now, as the centre does through an upload's answer: it
    /// enrols and seals no more.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn revoke(&mut self, now: Timestamp) -> Result<(), KitError> {
        Ok(run!(self, store => store.note_revoked(now))?)
    }

    /// Sets the last moment at which the kit may be used: from then on it takes nobody in.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn set_valid_until(&mut self, until: Timestamp) -> Result<(), KitError> {
        Ok(run!(self, store => store.set_valid_until(until))?)
    }

    /// Whether the kit may take somebody in at `now`: neither revoked nor suspended, not past
    /// its term, and with a clock that can be right.
    ///
    /// # Errors
    /// `kit.revoked`, `kit.suspended`, `kit.expired`, `kit.clock_…`, `kit.store_…`.
    pub fn may_work(&mut self, now: Timestamp) -> Result<(), KitError> {
        let marks: ClockMarks = run!(self, store => store.clock_marks())?;
        if marks.revoked_at.is_some() {
            return Err(KitError::Revoked);
        }
        if marks.suspended_at.is_some() {
            return Err(KitError::Suspended);
        }
        if let Some(until) = marks.valid_until.filter(|until| *until < now) {
            return Err(KitError::Expired { until });
        }
        let bounds = ClockBounds {
            pack_from: self.pack_from(),
            reference: marks.last_server_at.unwrap_or(marks.last_seen_at),
            last_seen: marks.last_seen_at,
        };
        Ok(clock::judge(now, &bounds)?)
    }

    /// Midnight of the day before the pack's oldest notice: no pack is older than that.
    fn pack_from(&self) -> Timestamp {
        let first = self.options.pack.notices().map(|notice| notice.from).min();
        first
            .and_then(|day| day.yesterday().ok())
            .and_then(|day| {
                let offset = self.options.pack.settings().utc_offset;
                offset.to_timestamp(day.at(0, 0, 0, 0)).ok()
            })
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }
}
