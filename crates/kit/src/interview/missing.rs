//! Fingers that cannot be captured: a reason, a photo where it can be seen, and a second officer.

use jiff::Timestamp;
use niims_device::judge::{Exception, ExceptionReason, check_exception};
use niims_fingerprint::FingerPosition;
use niims_record::OfficerId;
use rand_core::CryptoRng;

use super::begin::Parts;
use super::scan::wipe;
use super::scans::FingerMissing;
use super::{InterviewOf, Stage};
use crate::capture::{CaptureProblem, EnrolRefused, fingers};
use crate::kit::Kit;

/// What two officers say of fingers.
pub struct MissingNoted {
    /// Which.
    pub fingers: Vec<FingerPosition>,
    /// Why, a code of the country pack.
    pub reason: String,
    /// Whether it is for good.
    pub permanent: bool,
    /// The second officer.
    pub second: OfficerId,
    /// Their PIN.
    pub pin: String,
}

impl Kit {
    /// Notes that fingers cannot be captured. What was kept of them is wiped: a finger is
    /// captured or missing, never both.
    ///
    /// # Errors
    /// `exception.…` for what is lacking, `capture.exception_…`, `kit.pin_…`; as of every change.
    pub fn note_missing(
        &mut self,
        of: InterviewOf,
        noted: &MissingNoted,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        if noted.second == of.officer {
            return Err(CaptureProblem::ExceptionSameOfficer.into());
        }
        let listed = self.options.pack.code_list(fingers::REASON_LIST);
        let reason = ExceptionReason::from_name(&noted.reason)
            .filter(|_| listed.is_none_or(|list| list.code(&noted.reason).is_some()))
            .ok_or(CaptureProblem::ExceptionReasonUnknown)?;
        let scans = self.interview(of)?.scans;
        for finger in &noted.fingers {
            let exception = Exception {
                finger: *finger,
                reason,
                permanent: noted.permanent,
                photo: scans.exception_photo.is_some(),
                tries: scans.finger(*finger).map_or(0, |one| one.used),
                officer: of.officer,
                second: Some(noted.second),
            };
            check_exception(&exception).map_err(CaptureProblem::Exception)?;
        }
        self.vouch(noted.second, &noted.pin, now)?;
        self.change_with_parts(of, Stage::Body, now, rng, |interview, _| {
            if interview.body_opened_at.is_none() || interview.body.is_some() {
                return Err(EnrolRefused::NotYet { stage: Stage::Body });
            }
            let mut parts = Parts::new();
            for finger in &noted.fingers {
                wipe(interview.scans.take_out(*finger), &mut parts);
                interview.scans.missing.retain(|one| one.position != finger.code());
                interview.scans.missing.push(FingerMissing {
                    position: finger.code(),
                    reason: noted.reason.clone(),
                    permanent: noted.permanent,
                    second: noted.second,
                    noted_at: now,
                });
            }
            interview.scans.keep_statements(&[], &mut parts);
            interview.scans.missing.sort_by_key(|one| one.position);
            interview.scans.told.clear();
            Ok(parts)
        })
    }

    /// Takes a note back: the finger was found after all.
    ///
    /// # Errors
    /// As of every change.
    pub fn note_present(
        &mut self,
        of: InterviewOf,
        finger: FingerPosition,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_interview(of, Stage::Body, now, rng, |interview, _| {
            if interview.body.is_none() {
                interview.scans.missing.retain(|one| one.position != finger.code());
            }
            Ok(())
        })
    }
}
