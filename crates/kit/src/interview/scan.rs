//! Captures of devices, saved one by one: on disk before a page says so.

use std::sync::Arc;

use jiff::Timestamp;
use niims_device::capture::{CaptureChain, SignedText};
use niims_device::judge::{Assessment, ExceptionReason, Hands, Tries, assess};
use niims_face::{check, decode_photo};
use niims_fingerprint::{FingerPosition, ImageLimits, Prepared, decode_image, encode_png};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::begin::Parts;
use super::scans::{FingerScans, KeptPrint, PortraitScan, Scans, Told};
use super::{Interview, InterviewOf, PictureNote, Stage, StatementNote};
use crate::capture::picture::{PORTRAIT_LEAST_SIDE, clean};
use crate::capture::{EnrolRefused, PictureProblem};
use crate::kit::Kit;

/// Name of the part with the portrait, and of the one with the photo of an exception.
const PORTRAIT: &str = "portrait";
const EXCEPTION_PHOTO: &str = "exception_photo";

/// Where the captures of an interview stand.
#[derive(Debug, Clone)]
pub struct Scanning {
    /// The fingers, with their prints.
    pub hands: Hands,
    /// What is held.
    pub scans: Scans,
}

/// What a capture of fingers gave.
#[derive(Debug, Clone)]
pub struct Scanned {
    /// The chain from which it was asked.
    pub before: CaptureChain,
    /// The chain behind it.
    pub chain: CaptureChain,
    /// The hands with it.
    pub hands: Hands,
    /// Fingers whose tries changed, with the advice of this try.
    pub fingers: Vec<(FingerPosition, Vec<String>)>,
    /// What the officer is told.
    pub told: Vec<Told>,
    /// What devices signed of the captures.
    pub signed: Vec<(StatementNote, Option<SignedText>)>,
}

/// A picture of a camera.
#[derive(Debug, Clone, Copy)]
pub struct PictureCapture<'a> {
    /// The file.
    pub file: &'a [u8],
    /// The chain from which it was asked, and the one behind it.
    pub chains: (&'a CaptureChain, &'a CaptureChain),
    /// What the camera signed of it.
    pub signed: &'a StatementNote,
}

impl Kit {
    /// Where the captures of an interview stand. It measures the kept prints anew, some 30 ms
    /// for each.
    ///
    /// # Errors
    /// `interview.not_yet` unless fingers and portrait are open; `kit.…`.
    pub fn scanning(&mut self, of: InterviewOf, now: Timestamp) -> Result<Scanning, EnrolRefused> {
        self.may_work(now)?;
        let interview = self.interview(of)?;
        is_open(&interview)?;
        let scans = interview.scans;
        let mut tries = Vec::new();
        for one in &scans.fingers {
            let Some(finger) = FingerPosition::from_code(one.position) else { continue };
            let mut kept = Vec::new();
            for print in &one.kept {
                let bytes = self.interview_part(of, &print.part)?;
                if let Ok(picture) = decode_image(&bytes, &ImageLimits::default()) {
                    kept.push(Assessment { block: print.block, ..assess(picture, print.dpi) });
                }
            }
            tries.push((finger, Tries::restored(one.used, kept)));
        }
        let missing = scans.missing.iter().filter_map(|one| {
            let finger = FingerPosition::from_code(one.position)?;
            Some((finger, ExceptionReason::from_name(&one.reason)?))
        });
        let hands = Hands::restored(self.officer_prints()?, tries, missing);
        Ok(Scanning { hands, scans })
    }

    /// Saves what a capture of fingers gave, its prints and its place in the chain together.
    ///
    /// # Errors
    /// `interview.not_yet` when another capture came between; as of every change.
    pub fn keep_scan(
        &mut self,
        of: InterviewOf,
        scanned: &Scanned,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_with_parts(of, Stage::Body, now, rng, |interview, _| {
            let scans = opened(interview, &scanned.before)?;
            scans.chain = scanned.chain.clone();
            scans.told.clone_from(&scanned.told);
            let mut parts = Parts::new();
            // A suspicion may have dropped prints of fingers that were not captured now.
            for finger in FingerPosition::all() {
                if scans.missing(finger).is_some() {
                    continue;
                }
                let touched = scanned.fingers.iter().find(|(one, _)| *one == finger);
                let kept = scanned.hands.prints(finger);
                let held = scans.finger(finger).map_or(0, |one| one.kept.len());
                if touched.is_none() && held == kept.len() {
                    continue;
                }
                let advice = touched.map(|(_, advice)| advice.clone()).unwrap_or_default();
                wipe(scans.take_out(finger), &mut parts);
                let notes = keep_prints(finger, kept, &mut parts);
                let used = scanned.hands.used(finger);
                let position = finger.code();
                scans.fingers.push(FingerScans { position, used, kept: notes, advice });
            }
            scans.fingers.sort_by_key(|one| one.position);
            scans.keep_statements(&scanned.signed, &mut parts);
            Ok(parts)
        })
    }

    /// Saves a portrait, if it is better than the one before, and what the checks found.
    ///
    /// # Errors
    /// `image.…` for a picture that cannot be used; as of [`Kit::keep_scan`].
    pub fn keep_portrait(
        &mut self,
        of: InterviewOf,
        capture: PictureCapture<'_>,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        let PictureCapture { file, chains: (before, after), signed } = capture;
        let image = clean(PORTRAIT, file, PORTRAIT_LEAST_SIDE)?;
        let photo = decode_photo(file).map_err(|error| EnrolRefused::Picture {
            file: PORTRAIT.to_owned(),
            problem: PictureProblem { code: "image.damaged", words: error.to_string() },
        })?;
        let report = check(&photo);
        self.change_with_parts(of, Stage::Body, now, rng, |interview, _| {
            let scans = opened(interview, before)?;
            scans.chain = after.clone();
            let findings: Vec<String> =
                report.findings.iter().map(|finding| finding.code().to_owned()).collect();
            scans.told = findings.iter().map(|code| told(code)).collect();
            let tries = scans.portrait.as_ref().map_or(0, |held| held.tries) + 1;
            let quality = report.quality();
            match &mut scans.portrait {
                Some(held) if held.quality > quality => {
                    held.tries = tries;
                    scans.told.push(told("portrait.earlier_kept"));
                    Ok(Parts::new())
                }
                held => {
                    let picture =
                        PictureNote { part: PORTRAIT.to_owned(), media_type: image.media_type };
                    let block = Some(signed.block);
                    *held = Some(PortraitScan { picture, quality, findings, tries, block });
                    let mut parts = vec![(PORTRAIT.to_owned(), Zeroizing::new(image.bytes))];
                    scans.keep_statements(&[(signed.clone(), None)], &mut parts);
                    Ok(parts)
                }
            }
        })
    }

    /// Saves a photo that shows missing or bandaged fingers.
    ///
    /// # Errors
    /// As of [`Kit::keep_portrait`].
    pub fn keep_exception_photo(
        &mut self,
        of: InterviewOf,
        capture: PictureCapture<'_>,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        let PictureCapture { file, chains: (before, after), signed } = capture;
        let image = clean(EXCEPTION_PHOTO, file, PORTRAIT_LEAST_SIDE)?;
        self.change_with_parts(of, Stage::Body, now, rng, |interview, _| {
            let scans = opened(interview, before)?;
            scans.chain = after.clone();
            scans.told.clear();
            let part = EXCEPTION_PHOTO.to_owned();
            scans.exception_photo =
                Some(PictureNote { part: part.clone(), media_type: image.media_type });
            scans.exception_block = Some(signed.block);
            let mut parts = vec![(part, Zeroizing::new(image.bytes))];
            scans.keep_statements(&[(signed.clone(), None)], &mut parts);
            Ok(parts)
        })
    }

    /// Prints of all officers of this kit, ready to be compared.
    fn officer_prints(&mut self) -> Result<Vec<Arc<Prepared>>, EnrolRefused> {
        let kept = crate::kit::run!(self, store => store.officer_prints())?;
        let prints = kept.iter().filter_map(|(_, _, template)| {
            let template = niims_fingerprint::Template::from_bytes(template).ok()?;
            Some(Arc::new(Prepared::new(&template)))
        });
        Ok(prints.collect())
    }
}

/// A finger has neither prints nor notes before fingers and portrait are open, nor after.
fn is_open(interview: &Interview) -> Result<(), EnrolRefused> {
    if interview.body_opened_at.is_some() && interview.body.is_none() {
        Ok(())
    } else {
        Err(EnrolRefused::NotYet { stage: Stage::Body })
    }
}

/// What is held, if it is still where the capture began.
fn opened<'i>(
    interview: &'i mut Interview,
    before: &CaptureChain,
) -> Result<&'i mut Scans, EnrolRefused> {
    is_open(interview)?;
    if interview.scans.chain == *before {
        Ok(&mut interview.scans)
    } else {
        Err(EnrolRefused::NotYet { stage: Stage::Body })
    }
}

fn keep_prints(finger: FingerPosition, prints: &[Assessment], parts: &mut Parts) -> Vec<KeptPrint> {
    let mut notes = Vec::new();
    for (place, print) in prints.iter().enumerate() {
        let part = format!("finger.{}.{place}", finger.code());
        parts.retain(|(name, _)| *name != part);
        parts.push((part.clone(), Zeroizing::new(encode_png(&print.picture))));
        let (dpi, quality, block) = (print.dpi, print.quality, print.block);
        notes.push(KeptPrint { part, dpi, quality, block });
    }
    notes
}

/// Overwrites parts with nothing: what is not kept must not lie on the disk.
pub(super) fn wipe(names: Vec<String>, parts: &mut Parts) {
    parts.extend(names.into_iter().map(|name| (name, Zeroizing::new(Vec::new()))));
}

fn told(code: &str) -> Told {
    Told { code: code.to_owned(), finger: None }
}
