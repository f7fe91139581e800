//! A pair for the pool made of two captures: compared and explained as a case would be, so
//! that nobody can tell a planted pair from another.

use std::collections::BTreeMap;

use jiff::Timestamp;
use niims_country::Answers;
use niims_fingerprint::{FingerPosition, ImageLimits, decode_image, extract};
use niims_linkage::{LinkageRecord, compare};
use niims_packet::Image;
use niims_record::ApplicationId;
use niims_record::desk::PlantedKind;
use niims_wire::Problem;
use niims_wire::desk::{
    CandidateShown, DocumentShown, EvidenceShown, FingerShown, ImageBytes, ImageOf,
    MissingEvidence, ParticularShown, ParticularsShown, PlantedPair, SideOf, SideShown,
};

use super::differences::differences;
use super::error::DeskError;
use super::fingers::{self, Prints};
use super::show::{field_name, image_shown};
use super::{plain_answers, show};
use crate::Register;

/// One capture of a pair. Holds personal data, of somebody who agreed to it or of nobody.
pub struct PairSide {
    /// Its opaque number.
    pub application_number: String,
    /// Code of the form.
    pub form_kind: String,
    /// The answers.
    pub answers: Answers,
    /// The portrait.
    pub portrait: Option<Image>,
    /// The prints with their resolution in dots per inch, one of a finger.
    pub fingers: Vec<(FingerPosition, u16, Image)>,
    /// Codes of documents with their scans; the officer saw the originals.
    pub documents: Vec<(String, Image)>,
    /// When it was captured.
    pub captured_at: Timestamp,
}

impl core::fmt::Debug for PairSide {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PairSide(…)")
    }
}

impl Register {
    /// A pair of these captures, ready for [`niims_wire::desk::PlantedPairs::add_planted`].
    /// Extracts and compares: some tenths of a second for ten fingers.
    pub fn pair_of(
        &self,
        kind: PlantedKind,
        applicant: PairSide,
        candidate: PairSide,
    ) -> Result<PlantedPair, Problem> {
        make(self, kind, applicant, candidate).map_err(DeskError::into_problem)
    }
}

fn make(
    register: &Register,
    kind: PlantedKind,
    applicant: PairSide,
    candidate: PairSide,
) -> Result<PlantedPair, DeskError> {
    let score = compare(
        &linkage(register, &applicant.answers)?,
        &linkage(register, &candidate.answers)?,
        &register.names,
    );
    let parts = score.parts.iter().map(|part| ParticularShown {
        field: field_name(part.field).to_owned(),
        weight: part.weight,
        code: part.explanation.code().to_owned(),
    });
    let particulars = ParticularsShown { total: score.total, parts: parts.collect() };
    let found =
        differences(&register.pack, &register.names, &applicant.answers, &candidate.answers);
    let mut images = Vec::new();
    let (first, ours) = side(register, applicant, SideOf::Applicant, &mut images);
    let of = SideOf::Candidate { index: 0 };
    let (second, theirs) = side(register, candidate, of, &mut images);
    let fingers = fingers::compare(&ours, &theirs);
    let mut missing = show::of_side(&first, "applicant");
    let unmatched = show::of_side(&second, "candidate");
    let of_applicant = missing.clone();
    missing.extend(unmatched);
    match fingers.as_ref().map_or(0, |found| found.pairs.len()) {
        0 => missing.push(MissingEvidence::CommonFinger),
        1 => missing.push(MissingEvidence::OnlyOneCommonFinger),
        _ => {}
    }
    let found_with = fingers.as_ref().map(|found| found.score);
    let beside = CandidateShown {
        side: second,
        has_number: true,
        particulars: Some(particulars),
        differences: found,
        fingers,
        found_with,
        told_apart_before: false,
        missing,
    };
    let evidence = EvidenceShown {
        applicant: first,
        candidates: vec![beside],
        missing: of_applicant,
        software: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(PlantedPair { kind, evidence, images })
}

fn linkage(register: &Register, answers: &Answers) -> Result<LinkageRecord, DeskError> {
    let person = register.pack.view(answers).person()?;
    let areas = register.pack.geography();
    Ok(LinkageRecord::from_details(&person, &register.names)
        .with_area_parents(|code| areas.area(code)?.parent.clone()))
}

fn side(
    register: &Register,
    of: PairSide,
    which: SideOf,
    images: &mut Vec<(SideOf, ImageOf, ImageBytes)>,
) -> (SideShown, Prints) {
    let mut prints = BTreeMap::new();
    let mut add = |image: ImageOf, shown: &Image, dpi: Option<u16>| {
        let bytes =
            ImageBytes { media_type: shown.media_type.clone(), bytes: shown.bytes.clone(), dpi };
        images.push((which, image, bytes));
    };
    let mut fingers = Vec::with_capacity(of.fingers.len());
    for (position, dpi, image) in &of.fingers {
        add(ImageOf::Finger { position: *position }, image, Some(*dpi));
        let read = decode_image(&image.bytes, &ImageLimits::default()).ok();
        let template = read.and_then(|picture| extract(&picture, *dpi).ok()).map(|e| e.template);
        fingers.push(FingerShown {
            position: *position,
            image: image_shown(image),
            dpi: *dpi,
            quality: template.as_ref().map(niims_fingerprint::Template::quality),
            minutiae: template.as_ref().map(|t| fingers::minutiae(t, *dpi)).unwrap_or_default(),
        });
        if let Some(template) = template {
            prints.insert(*position, (template.quality(), template));
        }
    }
    fingers.sort_by_key(|finger| finger.position);
    if let Some(portrait) = &of.portrait {
        add(ImageOf::Portrait, portrait, None);
    }
    for (index, (_, image)) in of.documents.iter().enumerate() {
        add(ImageOf::Document { index }, image, None);
    }
    let documents = of.documents.iter().map(|(kind, image)| DocumentShown {
        kind: kind.clone(),
        original_sighted: true,
        image: image_shown(image),
    });
    let shown = SideShown {
        application: ApplicationId::random(&mut register.entropy.rng()),
        application_number: of.application_number,
        form_kind: of.form_kind,
        answers: plain_answers(&register.pack, &of.answers),
        portrait: of.portrait.as_ref().map(image_shown),
        fingers,
        missing_fingers: Vec::new(),
        documents: documents.collect(),
        captured_at: of.captured_at,
        exception: None,
    };
    (shown, Prints(prints))
}
