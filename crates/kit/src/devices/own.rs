//! Officers' own prints: kept as templates, to be held against every capture.

use niims_device::capture::{Block, CaptureAnswer, Wanted};
use niims_device::judge::segment_slap;
use niims_fingerprint::{FingerPosition, GrayImage, Template, extract};
use niims_record::OfficerId;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::KitError;
use crate::kit::{Kit, run};

/// Templates of the fingers of an answer that can be read.
pub fn own_templates(answer: &CaptureAnswer, wanted: &Wanted) -> Vec<(FingerPosition, Template)> {
    let mut pictures: Vec<(FingerPosition, GrayImage, u16)> = Vec::new();
    for one in &answer.biometrics {
        let Block::Print { picture, dpi, .. } = &one.block else { continue };
        if let Some(finger) = one.finger {
            pictures.push((finger, picture.clone(), *dpi));
        } else if let Wanted::Fingers { part, present, .. } = wanted
            && let Ok(fingers) = segment_slap(picture, *dpi, *part, present)
        {
            pictures.extend(fingers.into_iter().map(|(finger, print)| (finger, print, *dpi)));
        }
    }
    pictures
        .into_iter()
        .filter_map(|(finger, picture, dpi)| Some((finger, extract(&picture, dpi).ok()?.template)))
        .collect()
}

impl Kit {
    /// Keeps templates of an officer's own fingers.
    ///
    /// # Errors
    /// `kit.store_…`, `kit.disk_full`.
    pub fn keep_officer_prints(
        &mut self,
        officer: OfficerId,
        prints: &[(FingerPosition, Template)],
        rng: &mut impl CryptoRng,
    ) -> Result<(), KitError> {
        let prints: Vec<_> = prints
            .iter()
            .map(|(finger, template)| (finger.code(), Zeroizing::new(template.to_bytes())))
            .collect();
        Ok(run!(self, store => store.keep_officer_prints(officer, &prints, rng))?)
    }

    /// Which fingers of an officer are kept, by code.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn officer_prints_held(&mut self, officer: OfficerId) -> Result<Vec<u8>, KitError> {
        let kept = run!(self, store => store.officer_prints())?;
        Ok(kept.iter().filter(|(of, ..)| *of == officer).map(|(_, finger, _)| *finger).collect())
    }
}
