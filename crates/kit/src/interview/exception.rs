//! What cannot be taken from a body: a second officer looks, and vouches by their own PIN.

use jiff::Timestamp;
use niims_packet::CaptureException;
use niims_record::OfficerId;
use rand_core::CryptoRng;

use super::{InterviewOf, Stage};
use crate::capture::{CaptureProblem, EnrolRefused, fingers};
use crate::kit::Kit;

/// The word of a second officer.
pub struct Vouching {
    /// The second officer.
    pub officer: OfficerId,
    /// Their PIN.
    pub pin: String,
    /// Why, a code of the country pack.
    pub reason: String,
}

impl Kit {
    /// Saves that a second officer looked and vouches for what is missing.
    ///
    /// # Errors
    /// `capture.exception_same_officer`, `capture.exception_reason_unknown`, `kit.pin_…`; as of
    /// every change.
    pub fn vouch_for(
        &mut self,
        of: InterviewOf,
        vouching: &Vouching,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        if vouching.officer == of.officer {
            return Err(CaptureProblem::ExceptionSameOfficer.into());
        }
        let reasons = self.options.pack.code_list(fingers::REASON_LIST);
        if reasons.is_some_and(|list| list.code(&vouching.reason).is_none()) {
            return Err(CaptureProblem::ExceptionReasonUnknown.into());
        }
        self.vouch(vouching.officer, &vouching.pin, now)?;
        self.change_interview(of, Stage::Body, now, rng, |interview, _| {
            if interview.body.is_none() {
                return Err(EnrolRefused::NotYet { stage: Stage::Body });
            }
            interview.exception = Some(CaptureException {
                reason: vouching.reason.clone(),
                approved_by: vouching.officer,
                approved_at: now,
            });
            Ok(())
        })
    }
}
