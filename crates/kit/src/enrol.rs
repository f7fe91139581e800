//! Enrols one resident from a capture folder.

use std::path::Path;

use jiff::Timestamp;
use niims_country::FormKind;
use niims_packet::CaptureOutcome;
use niims_record::{ApplicationId, OfficerId};
use niims_store::kit::NewDraft;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::capture::folder::CaptureFolder;
use crate::capture::form::CaptureForm;
use crate::capture::judge::{Judged, judge};
use crate::capture::{self, Desk, EnrolRefused};
use crate::disk;
use crate::error::KitError;
use crate::kit::{Kit, run};

/// An encounter that is saved: it survives any crash from now on.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolReport {
    /// The application.
    pub application: ApplicationId,
    /// The opaque number for the resident's slip.
    pub application_number: String,
    /// Which form.
    pub form_kind: FormKind,
    /// Each finger in the order of its code, 1 to 10.
    pub fingers: Vec<FingerReport>,
    /// How many documents were scanned.
    pub documents: usize,
    /// Whether a second officer vouched for something missing.
    pub exception: bool,
}

/// What became of one finger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FingerReport {
    /// ISO/IEC 19794-2 code, 1 to 10.
    pub position: u8,
    /// Quality, 1 to 100; `None` for a finger that was not captured.
    pub quality: Option<u8>,
    /// Why it was not captured.
    pub reason: Option<String>,
}

/// The number on the slip leads to the resident, and is not printed.
impl core::fmt::Debug for EnrolReport {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("EnrolReport")
            .field("application", &self.application)
            .field("form_kind", &self.form_kind)
            .finish_non_exhaustive()
    }
}

impl Kit {
    /// Enrols the resident whose capture lies in `folder`; when this returns `Ok`, the
    /// encounter is saved.
    ///
    /// Gates in order: revocation, clock, officer, disk, layout, form and law, evidence, then
    /// the pictures. The folder is not changed:
    ///
    /// ```text
    /// form.json        {"form_kind": "adult", "answers": {…}, "portrait_taken_live": true,
    ///                   "confirmed_at", and optional: "application_number", "consents": […],
    ///                   "capture_opened_at", "captured_at", "sightings": [{"kind", "attested_by"}],
    ///                   "exceptions": [{"of", "reason", "approved_by", "approved_at"}], "declined"}
    /// fingers.json     optional: {"dpi": 500,
    ///                   "missing": {"left_little": {"reason": "AMPUTATED", "permanent": true}}}
    /// fingers/         right_thumb … right_little, left_thumb … left_little
    ///                  as .png, .tif, .bmp, .pgm, .jpg, .jp2, .wsq or .fir
    /// portrait.png     or .jpg, .jpeg; at least 240 × 240 pixels
    /// documents/       <kind>_<n>.png, .jpg or .jpeg, such as national_id_1.png
    /// ```
    ///
    /// Each of the ten fingers has a picture, or a reason in `fingers.json` or among the
    /// answers. Consents stand among the answers or under `consents`, as in a packet. What
    /// the answers tick as seen has a scan, or a sighting by an officer of this kit.
    ///
    /// # Errors
    /// [`EnrolRefused`] with a stable code and plain words; nothing of the capture is kept,
    /// and refusals are counted for the day's report, except that of a resident who declines.
    pub fn enrol_from_folder(
        &mut self,
        folder: &Path,
        officer: OfficerId,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<EnrolReport, EnrolRefused> {
        let result = self.enrol(folder, officer, now, rng);
        if let Err(refused) = &result
            && !matches!(refused, EnrolRefused::Declined)
        {
            let (day, code) = (self.day(now), refused.code());
            // A count that cannot be written must not hide why the enrolment was refused.
            let _ = run!(self, store => store.count_refusal(&day, code));
        }
        result
    }

    fn enrol(
        &mut self,
        folder: &Path,
        officer: OfficerId,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<EnrolReport, EnrolRefused> {
        self.may_begin(officer, now)?;
        self.officer_key(officer)?;
        self.has_room()?;
        let pack = self.options.pack.clone();
        let folder = CaptureFolder::list(folder, pack.settings())?;
        let form = CaptureForm::read(&folder.form()?)?;
        let judged = judge(&form, &pack, now)?;

        let officers = self.officer_ids();
        let sublocation = self.identity.sublocation.clone();
        let desk = Desk {
            application: ApplicationId::random(rng),
            application_number: number_of(&form, rng),
            officer,
            kit: self.id(),
            sublocation: &sublocation,
            officers: &officers,
            pack: &pack,
        };
        if run!(self, store => store.has_number(&desk.application_number))? {
            return Err(EnrolRefused::AlreadyCaptured);
        }
        capture::check_before_pictures(&folder, &form, &judged, &desk)?;

        let saved = self.capture(&folder, &form, &judged, &desk, now, rng);
        if saved.is_err() {
            // What cannot be withdrawn now is withdrawn when the next capture or the kit is
            // opened; it is in no count until then.
            let _ = run!(self, store => store.withdraw_open_drafts());
        }
        saved
    }

    /// Saves the consents, then captures, then saves the whole: no picture of a body is
    /// looked at before the consents are on disk.
    fn capture(
        &mut self,
        folder: &CaptureFolder,
        form: &CaptureForm,
        judged: &Judged,
        desk: &Desk<'_>,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<EnrolReport, EnrolRefused> {
        let opened = capture::open(form, judged, desk);
        let content = Zeroizing::new(capture::encode(&opened)?);
        let draft = NewDraft {
            application: desk.application,
            application_number: &desk.application_number,
            content: &content,
        };
        run!(self, store => store.open_draft(&draft, now, rng))?;

        let encounter = capture::complete(opened, folder, form, desk)?;
        let content = Zeroizing::new(capture::encode(&encounter)?);
        let day = self.day(now);
        let count = (day.as_str(), desk.officer, judged.kind.as_str());
        run!(self, store => store.complete_draft(desk.application, &content, count, now, rng))?;

        Ok(EnrolReport {
            application: desk.application,
            application_number: desk.application_number.clone(),
            form_kind: judged.kind,
            fingers: encounter.fingers.iter().map(finger_report).collect(),
            documents: encounter.documents.len(),
            exception: !encounter.exceptions.is_empty(),
        })
    }

    pub(crate) fn has_room(&self) -> Result<(), EnrolRefused> {
        let need = self.options.capture_needs_bytes;
        let free =
            disk::free_bytes(&self.folder).map_err(|error| KitError::file("measured", error))?;
        if free < need { Err(EnrolRefused::NoRoom { free, need }) } else { Ok(()) }
    }
}

fn finger_report(finger: &niims_packet::FingerCapture) -> FingerReport {
    let (quality, reason) = match &finger.outcome {
        CaptureOutcome::Captured { quality, .. } => (Some(*quality), None),
        CaptureOutcome::Missing { reason, .. } => (None, Some(reason.clone())),
    };
    FingerReport { position: finger.position, quality, reason }
}

/// Letters and digits of a drawn number: none is mistaken for another when read aloud or
/// copied by hand. A power of two, so that none is likelier.
const NUMBER_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The number on the slip, or a fresh one of twelve letters: 60 bits, so that two kits draw
/// the same with a chance below 10⁻³ for the whole country.
fn number_of(form: &CaptureForm, rng: &mut impl CryptoRng) -> String {
    if let Some(number) = form.application_number.as_deref().map(str::trim)
        && !number.is_empty()
    {
        return number.to_owned();
    }
    draw_number(rng)
}

/// A fresh application number.
pub(crate) fn draw_number(rng: &mut impl CryptoRng) -> String {
    let mut drawn = [0_u8; 12];
    rng.fill_bytes(&mut drawn);
    let letters: Vec<char> =
        drawn.iter().map(|byte| char::from(NUMBER_LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}
