//! Captures of devices become fingers and portrait of the interview.

use jiff::Timestamp;
use niims_fingerprint::FingerPosition;
use niims_packet::{CaptureException, CaptureStation, ExceptionOf};
use rand_core::CryptoRng;
use serde_json::{Value, json};

use super::body::SecondNote;
use super::body::tell;
use super::scans::Scans;
use super::{BodyTaken, FingerMissing, FingerNote, InterviewOf, KeptPrint, PictureNote, Stage};
use crate::capture::{CaptureProblem, EnrolRefused};
use crate::kit::Kit;

impl Kit {
    /// Takes over what devices captured: every finger has a print or a reason.
    ///
    /// # Errors
    /// `capture.finger_unaccounted` with the first finger that has neither;
    /// `interview.not_yet` when fingers and portrait are not open; as of every change.
    pub fn settle_scans(
        &mut self,
        of: InterviewOf,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_interview(of, Stage::Body, now, rng, |interview, kit| {
            if interview.body_opened_at.is_none() {
                return Err(EnrolRefused::NotYet { stage: Stage::Body });
            }
            if let Some(finger) = interview.scans.unsettled() {
                return Err(CaptureProblem::FingerUnaccounted { finger: finger.name() }.into());
            }
            tell(interview, &kit.options.pack, missing(&interview.scans), now)?;
            interview.exceptions = exceptions(&interview.scans);
            interview.body = Some(taken(&interview.scans, now));
            Ok(())
        })
    }
}

/// The reasons as the form asks for them.
fn missing(scans: &Scans) -> Vec<Value> {
    let one = |finger: FingerPosition| {
        let note = scans.missing(finger)?;
        Some(json!({"finger": finger.name().to_ascii_uppercase(), "reason": note.reason}))
    };
    FingerPosition::all().into_iter().filter_map(one).collect()
}

/// The second officers who looked at what is missing, finger by finger. A reason for a finger
/// excuses no portrait: for that, somebody vouches on a page of its own.
fn exceptions(scans: &Scans) -> Vec<CaptureException> {
    let one = |note: &FingerMissing| CaptureException {
        of: ExceptionOf::Finger(note.position),
        reason: note.reason.clone(),
        approved_by: note.second,
        approved_at: note.noted_at,
    };
    scans.missing.iter().map(one).collect()
}

fn taken(scans: &Scans, now: Timestamp) -> BodyTaken {
    let note = |finger: FingerPosition| {
        let position = finger.code();
        if let Some(note) = scans.missing(finger) {
            let (reason, permanent) = (note.reason.clone(), note.permanent);
            return Some(FingerNote::Missing { position, reason, permanent });
        }
        let kept = &scans.finger(finger)?.kept;
        let best = kept.first()?;
        let second = kept.get(1).map(|second| SecondNote {
            picture: picture(second),
            dpi: second.dpi,
            quality: second.quality,
        });
        let (picture, dpi, quality) = (picture(best), best.dpi, best.quality);
        Some(FingerNote::Captured { position, picture, dpi, quality, second })
    };
    BodyTaken {
        taken_at: now,
        fingers: FingerPosition::all().into_iter().filter_map(note).collect(),
        portrait: scans.portrait.as_ref().map(|held| held.picture.clone()),
        exception_photo: scans.exception_photo.clone(),
        statements: scans.statements_taken(),
        station: CaptureStation::Devices,
    }
}

fn picture(print: &KeptPrint) -> PictureNote {
    PictureNote { part: print.part.clone(), media_type: "image/png".to_owned() }
}
