//! What cannot be taken from a body: a second officer looks, and vouches by their own PIN.

use jiff::Timestamp;
use niims_packet::{CaptureException, ExceptionOf};
use niims_record::OfficerId;
use rand_core::CryptoRng;

use super::{Interview, InterviewOf, Stage};
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

/// What is lacking and nobody has vouched for yet. Nothing before fingers and portrait are taken.
pub fn to_vouch(interview: &Interview) -> Vec<ExceptionOf> {
    let Some(body) = &interview.body else { return Vec::new() };
    let mut lacking = Vec::new();
    let is_finger = |of: ExceptionOf| matches!(of, ExceptionOf::Finger(_) | ExceptionOf::Fingers);
    if !body.is_usable() && !interview.exceptions.iter().any(|one| is_finger(one.of)) {
        lacking.push(ExceptionOf::Fingers);
    }
    if body.portrait.is_none()
        && !interview.exceptions.iter().any(|one| one.of == ExceptionOf::Portrait)
    {
        lacking.push(ExceptionOf::Portrait);
    }
    lacking
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
            let vouched = to_vouch(interview).into_iter().map(|of| CaptureException {
                of,
                reason: vouching.reason.clone(),
                approved_by: vouching.officer,
                approved_at: now,
            });
            interview.exceptions.extend(vouched.collect::<Vec<_>>());
            Ok(())
        })
    }
}
