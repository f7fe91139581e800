//! The end of an interview: all answers were read aloud and confirmed. Judged once more as a
//! whole, saved as an encounter, and sealed at once, so that the kit cannot read it any more.

use std::collections::BTreeMap;

use jiff::Timestamp;
use niims_country::FormKind;
use niims_packet::{
    CaptureOutcome, CaptureStation, DocumentScan, Encounter, FingerCapture, Image, SecondPrint,
};
use niims_record::ApplicationId;
use niims_store::kit::NewDraft;
use rand_core::CryptoRng;
use serde_json::Value;
use zeroize::Zeroizing;

use super::body::{FingerNote, PictureNote};
use super::{Interview, InterviewOf, Stage, documents, reached, unconfirmed};
use crate::capture::form::{CaptureForm, Sighting};
use crate::capture::judge::judge;
use crate::capture::{self, CaptureProblem, Desk, EnrolRefused};
use crate::kit::{Kit, run};

/// An enrolment that is saved.
#[derive(Clone, PartialEq, Eq)]
pub struct Finished {
    /// The application.
    pub application: ApplicationId,
    /// The number for the slip.
    pub application_number: String,
    /// Which form.
    pub form_kind: FormKind,
    /// Whether it is sealed already; else it is when the day is closed.
    pub is_sealed: bool,
}

impl core::fmt::Debug for Finished {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Finished").field("application", &self.application).finish_non_exhaustive()
    }
}

impl Kit {
    /// Finishes an interview whose answers the resident has confirmed.
    ///
    /// # Errors
    /// `interview.not_yet` with the part that is not fulfilled; every gate of
    /// [`Kit::enrol_from_folder`]. The interview is as before then, and the refusal counted.
    pub fn finish_interview(
        &mut self,
        of: InterviewOf,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<Finished, EnrolRefused> {
        self.finish(of, now, rng).map_err(|refused| self.counted(refused, now))
    }

    fn finish(
        &mut self,
        of: InterviewOf,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<Finished, EnrolRefused> {
        self.may_work(now)?;
        self.check_certified(of.officer)?;
        self.has_room()?;
        let interview = self.interview(of)?;
        let pack = self.options.pack.clone();
        let at = reached(&interview, &pack, pack.today(now));
        if at != Stage::Check {
            return Err(EnrolRefused::NotYet { stage: at });
        }
        if !unconfirmed(&interview).is_empty() {
            return Err(EnrolRefused::PrefillUnconfirmed);
        }
        let encounter = self.encounter(of, &interview, now)?;
        capture::approval::check(&encounter, &pack)?;
        let content = Zeroizing::new(capture::encode(&encounter)?);
        let draft = NewDraft {
            application: interview.application,
            application_number: &interview.application_number,
            content: &content,
        };
        let day = self.day(now);
        let count = (day.as_str(), of.officer, interview.form_kind.as_str());
        let answers = interview.revisit.as_ref().map(|revisit| revisit.id);
        run!(self, store => store.complete_interview(&draft, count, answers, now, rng))?;
        // What cannot be sealed now is saved, and is sealed when the day is closed.
        let is_sealed = self.seal_application(interview.application, now, rng).is_ok();
        Ok(Finished {
            application: interview.application,
            application_number: interview.application_number,
            form_kind: interview.form_kind,
            is_sealed,
        })
    }

    /// The encounter, by the same judgement as that of a capture folder.
    pub(super) fn encounter(
        &mut self,
        of: InterviewOf,
        interview: &Interview,
        now: Timestamp,
    ) -> Result<Encounter, EnrolRefused> {
        let pack = self.options.pack.clone();
        let form = form(interview, now);
        let judged = judge(&form, &pack, now)?;
        let officers = self.officer_ids();
        let shown = || interview.documents.iter().filter(|shown| shown.photograph.is_some());
        let photographed: Vec<&str> = shown().map(|shown| shown.kind.as_str()).collect();
        capture::documents::check_evidence(
            &photographed,
            &judged.answers,
            &form.sightings,
            &officers,
            &pack,
        )?;
        let sublocation = self.identity.sublocation.clone();
        let desk = Desk {
            application: interview.application,
            application_number: interview.application_number.clone(),
            officer: of.officer,
            kit: self.id(),
            sublocation: &sublocation,
            officers: &officers,
            pack: &pack,
        };
        let mut encounter = capture::open(&form, &judged, &desk);
        let Some(body) = &interview.body else {
            return Err(EnrolRefused::NotYet { stage: Stage::Body });
        };
        if let Some(portrait) = &body.portrait {
            encounter.portrait = Some(self.image(of, portrait)?);
        }
        if let Some(photo) = &body.exception_photo {
            encounter.exception_photo = Some(self.image(of, photo)?);
        }
        for finger in &body.fingers {
            encounter.fingers.push(self.finger(of, finger)?);
        }
        encounter.statements = self.statements(of, &body.statements)?;
        let named = documents::of(interview, &pack);
        for document in shown() {
            let Some(photograph) = &document.photograph else { continue };
            encounter.documents.push(DocumentScan {
                kind: document.kind.clone(),
                number: named.get(document.place).and_then(|named| named.number.clone()),
                original_sighted: document.sighted_by.is_some(),
                image: self.image(of, photograph)?,
            });
        }
        let encounter = capture::lighten::lighten(encounter);
        encounter.check().map_err(CaptureProblem::Bound)?;
        Ok(encounter)
    }

    fn image(&mut self, of: InterviewOf, note: &PictureNote) -> Result<Image, EnrolRefused> {
        let bytes = self.interview_part(of, &note.part)?.to_vec();
        Ok(Image { media_type: note.media_type.clone(), bytes })
    }

    fn finger(
        &mut self,
        of: InterviewOf,
        note: &FingerNote,
    ) -> Result<FingerCapture, EnrolRefused> {
        Ok(match note {
            FingerNote::Captured { position, picture, dpi, quality, second } => FingerCapture {
                position: *position,
                outcome: CaptureOutcome::Captured {
                    image: self.image(of, picture)?,
                    dpi: *dpi,
                    quality: *quality,
                    second: match second {
                        Some(second) => Some(SecondPrint {
                            image: self.image(of, &second.picture)?,
                            dpi: second.dpi,
                            quality: second.quality,
                        }),
                        None => None,
                    },
                },
            },
            FingerNote::Missing { position, reason, permanent } => FingerCapture {
                position: *position,
                outcome: CaptureOutcome::Missing { reason: reason.clone(), permanent: *permanent },
            },
        })
    }
}

/// The interview as the form that the gates judge.
fn form(interview: &Interview, now: Timestamp) -> CaptureForm {
    let answers: BTreeMap<String, Value> =
        interview.answers.iter().map(|(id, value)| (id.to_owned(), value.clone())).collect();
    let sighted = |shown: &super::DocumentShown| {
        Some(Sighting { kind: shown.kind.clone(), attested_by: shown.sighted_by? })
    };
    CaptureForm {
        application_number: Some(interview.application_number.clone()),
        form_kind: interview.form_kind.as_str().to_owned(),
        answers,
        consents: interview.consents.clone(),
        guardian: interview.guardian_identified.clone(),
        forms: interview.prefill.forms.clone(),
        revisit: interview.revisit.as_ref().map(|revisit| revisit.id),
        capture_opened_at: interview.body_opened_at,
        captured_at: Some(now),
        // Finishing is what the page does when the resident has agreed to what was read aloud.
        confirmed_at: Some(now),
        portrait_taken_live: true,
        sightings: interview.documents.iter().filter_map(sighted).collect(),
        exceptions: interview.exceptions.clone(),
        station: interview.body.as_ref().map_or(CaptureStation::Folder, |body| body.station),
        approval: interview.approval.clone(),
        declined: false,
    }
}
