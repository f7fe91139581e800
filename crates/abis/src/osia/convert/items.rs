//! Items of biometrics as they are compared: pictures become templates, records are read, and what
//! nothing here compares stays in the client's document.

use std::collections::BTreeMap;

use niims_fingerprint::{FingerPosition, TemplateFormat};
use niims_wire::abis::FingerTemplate;

use super::{check, parts, picture};
use crate::faces::FaceMatching;
use crate::intake::{self, IntakeError};
use crate::modality::{Biometrics, Eye, FaceTemplate, IrisRecord};
use crate::osia::fault::Fault;
use crate::osia::messages::biometric::BiometricData;
use crate::osia::messages::ids::{ItemReport, ItemUse};
use crate::osia::messages::limits::{LONGEST_ADDRESS, LONGEST_NOTE, LONGEST_WORD};
use crate::osia::messages::vocabulary::{BiometricSubType, BiometricType};

/// What is compared, and what became of each item.
#[derive(Debug)]
pub struct Items {
    /// At most one print of each finger, and one face.
    pub biometrics: Biometrics,
    /// Why a face is only kept that might have been compared: what to say where nothing else is there.
    pub left_out: Option<Fault>,
    /// In the order of the items.
    pub reports: Vec<ItemReport>,
}

/// Reads a list of items that stands at `at`.
///
/// # Errors
/// [`Fault`] for the first item that does not read, is not what it says, holds nothing, is only
/// referred to, or is encrypted.
pub fn read(
    list: &[BiometricData],
    at: &str,
    matching: Option<&FaceMatching>,
) -> Result<Items, Fault> {
    let (mut prints, mut irises, mut faces) = (Vec::new(), Vec::new(), Vec::new());
    let mut left_out = None;
    let mut reports = Vec::with_capacity(list.len());
    for (place, item) in list.iter().enumerate() {
        let at = format!("{at}[{place}]");
        check_texts(item, &at)?;
        let taken = take(item, matching, &at)?;
        reports.push(ItemReport {
            biometric_type: item.biometric_type,
            biometric_sub_type: item.biometric_sub_type,
            comparison: match taken {
                Taken::Print(_) | Taken::Face(_) => ItemUse::Compared,
                Taken::Kept | Taken::Iris(_) | Taken::FaceLeftOut(_) => ItemUse::KeptOnly,
                Taken::Missing => ItemUse::Missing,
            },
            quality: match &taken {
                Taken::Print(print) => Some(print.quality),
                Taken::Face(face) => Some(face.quality),
                _ => None,
            },
        });
        match taken {
            Taken::Print(print) => prints.push((place, print)),
            Taken::Face(face) => faces.push((place, face)),
            Taken::FaceLeftOut(why) => left_out = left_out.or(Some(why)),
            // The first of each eye; the others stay in the document.
            Taken::Iris(iris) if irises.iter().all(|known: &IrisRecord| known.eye != iris.eye) => {
                irises.push(iris);
            }
            Taken::Iris(_) | Taken::Kept | Taken::Missing => {}
        }
    }
    let fingers = best_of_each(prints, &mut reports);
    let faces = best_face(faces, &mut reports).into_iter().collect();
    Ok(Items { biometrics: Biometrics { fingers, faces, irises }, reports, left_out })
}

enum Taken {
    Print(FingerTemplate),
    Face(FaceTemplate),
    FaceLeftOut(Fault),
    Iris(IrisRecord),
    Kept,
    Missing,
}

fn take(item: &BiometricData, faces: Option<&FaceMatching>, at: &str) -> Result<Taken, Fault> {
    if item.encryption.is_some() {
        return Err(Fault::Encrypted { at: at.to_owned() });
    }
    let part = item.biometric_sub_type.unwrap_or(BiometricSubType::Unknown);
    if !parts::belongs(item.biometric_type, part) {
        let must = "a part of the body of its biometricType";
        return Err(Fault::Member { at: check::at(at, "biometricSubType"), must });
    }
    let (image, template) = (item.image.as_deref(), item.template.as_deref());
    if image.is_none() && template.is_none() {
        return without_data(item, at);
    }
    let image = image.map(|text| check::bytes(text, || check::at(at, "image"))).transpose()?;
    let template =
        template.map(|text| check::bytes(text, || check::at(at, "template"))).transpose()?;
    let finger = match (item.biometric_type, parts::eye(part)) {
        (BiometricType::Finger, _) => parts::finger(part),
        (BiometricType::Iris, Some(eye)) => return iris(image.as_deref(), eye, at),
        (BiometricType::Face, _) if parts::is_frontal(part) => {
            return image.map_or(Ok(Taken::Kept), |image| face(item, &image, faces, at));
        }
        _ => None,
    };
    let Some(finger) = finger else { return Ok(Taken::Kept) };
    // A picture says more than the minutiae that somebody else saw in it.
    match (image, template) {
        (Some(image), _) => picture::read(item, &image, finger, at).map(Taken::Print),
        (None, Some(template)) => record(item, &template, finger, at).map(Taken::Print),
        (None, None) => Ok(Taken::Kept),
    }
}

/// An iris is kept; that it is one is all that is looked at.
fn iris(image: Option<&[u8]>, eye: Eye, at: &str) -> Result<Taken, Fault> {
    let Some(image) = image else { return Ok(Taken::Kept) };
    let at = check::at(at, "image");
    intake::iris_record(image, eye, 0).map(Taken::Iris).map_err(|why| Fault::intake(at, &why))
}

/// A portrait is compared where there is a model and one face in it; beside fingers it may be without.
fn face(
    item: &BiometricData,
    image: &[u8],
    faces: Option<&FaceMatching>,
    at: &str,
) -> Result<Taken, Fault> {
    let at = check::at(at, "image");
    if faces.is_some() && !picture::is_as_stated(item, image) {
        let must = "compressed as compression states";
        return Err(Fault::Biometrics { at, must });
    }
    match intake::face_image(image, faces) {
        Ok(face) => Ok(Taken::Face(face)),
        Err(why @ (IntakeError::NoFaceModel | IntakeError::NoFace(_))) => {
            Ok(Taken::FaceLeftOut(Fault::intake(at, &why)))
        }
        Err(why) => Err(Fault::intake(at, &why)),
    }
}

/// An item without data may only say that something is missing.
fn without_data(item: &BiometricData, at: &str) -> Result<Taken, Fault> {
    if item.image_ref.is_some() {
        return Err(Fault::NotFetched { at: check::at(at, "imageRef") });
    }
    if item.template_ref.is_some() {
        return Err(Fault::NotFetched { at: check::at(at, "templateRef") });
    }
    if item.missing.as_ref().is_some_and(|missing| !missing.is_empty()) {
        return Ok(Taken::Missing);
    }
    let must = "given an image, a template, or what is missing";
    Err(Fault::Member { at: at.to_owned(), must })
}

/// A template that somebody else made.
fn record(
    item: &BiometricData,
    bytes: &[u8],
    finger: FingerPosition,
    at: &str,
) -> Result<FingerTemplate, Fault> {
    let at = check::at(at, "template");
    let stated = match item.template_format.as_deref() {
        None => None,
        Some(word) => Some(stated_format(word).ok_or_else(|| Fault::Biometrics {
            at: at.clone(),
            must: "ISO_19794_2, ISO_19794_2_2011 or ANSI_378; this server reads no other form",
        })?),
    };
    let format = stated.or_else(|| TemplateFormat::recognise(bytes)).ok_or_else(|| {
        let must = "a minutiae record of ISO/IEC 19794-2 or ANSI 378";
        Fault::Biometrics { at: at.clone(), must }
    })?;
    intake::finger_template(bytes, format, finger).map_err(|why| Fault::intake(at, &why))
}

fn stated_format(word: &str) -> Option<TemplateFormat> {
    super::templates::format(word).map(|(_, format)| format)
}

/// Of several prints of one finger the best is compared, the first of equal ones. Several fingers
/// that nobody could name stay, for the service to refuse: which of them count would be a guess.
fn best_of_each(
    prints: Vec<(usize, FingerTemplate)>,
    reports: &mut [ItemReport],
) -> Vec<FingerTemplate> {
    let mut best: BTreeMap<FingerPosition, (usize, FingerTemplate)> = BTreeMap::new();
    let mut unnamed = Vec::new();
    for (place, print) in prints {
        if print.position == FingerPosition::Unknown {
            unnamed.push(print);
            continue;
        }
        let worse = match best.get(&print.position) {
            Some((_, known)) if known.quality >= print.quality => place,
            _ => match best.insert(print.position, (place, print)) {
                Some((before, _)) => before,
                None => continue,
            },
        };
        reports[worse].comparison = ItemUse::BetterOneCompared;
    }
    unnamed.into_iter().chain(best.into_values().map(|(_, print)| print)).collect()
}

/// Of several portraits the best is compared, the first of equal ones.
fn best_face(
    faces: Vec<(usize, FaceTemplate)>,
    reports: &mut [ItemReport],
) -> Option<FaceTemplate> {
    let best = faces.iter().map(|(_, face)| face.quality).max()?;
    let mut compared = None;
    for (place, face) in faces {
        if compared.is_none() && face.quality == best {
            compared = Some(face);
        } else {
            reports[place].comparison = ItemUse::BetterOneCompared;
        }
    }
    compared
}

fn check_texts(item: &BiometricData, at: &str) -> Result<(), Fault> {
    for (text, member, most) in [
        (&item.instance, "instance", LONGEST_WORD),
        (&item.encounter_id, "encounterId", LONGEST_WORD),
        (&item.capture_device, "captureDevice", LONGEST_WORD),
        (&item.mime_type, "mimeType", LONGEST_WORD),
        (&item.template_format, "templateFormat", LONGEST_WORD),
        (&item.quality_format, "qualityFormat", LONGEST_WORD),
        (&item.algorithm, "algorithm", LONGEST_WORD),
        (&item.vendor, "vendor", LONGEST_WORD),
        (&item.image_ref, "imageRef", LONGEST_ADDRESS),
        (&item.template_ref, "templateRef", LONGEST_ADDRESS),
        (&item.metadata, "metadata", LONGEST_NOTE),
        (&item.comment, "comment", LONGEST_NOTE),
    ] {
        if let Some(text) = text {
            check::length(text, most, || check::at(at, member))?;
        }
    }
    for (text, member) in [(&item.image_ref, "imageRef"), (&item.template_ref, "templateRef")] {
        if let Some(text) = text {
            check::address(text, || check::at(at, member))?;
        }
    }
    match &item.capture_date {
        Some(date) => check::date_time(date, || check::at(at, "captureDate")),
        None => Ok(()),
    }
}
