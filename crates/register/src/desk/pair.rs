//! A pair for the pool made of two captures: compared and explained as a case would be, so
//! that nobody can tell a planted pair from another.

use std::collections::BTreeMap;

use jiff::Timestamp;
use niims_country::Answers;
use niims_fingerprint::{FingerPosition, ImageLimits, decode_image, extract};
use niims_linkage::{LinkageRecord, LinkageScore, compare};
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
    // A planted pair must be one that a search would explain.
    linkage(register, &applicant.answers)?;
    linkage(register, &candidate.answers)?;
    let answers = (applicant.answers.clone(), candidate.answers.clone());
    let prints = (read_prints(&applicant.fingers), read_prints(&candidate.fingers));
    let mut images = Vec::new();
    let first = side(register, applicant, &prints.0, SideOf::Applicant, &mut images);
    let of = SideOf::Candidate { index: 0 };
    let second = side(register, candidate, &prints.1, of, &mut images);
    let missing = show::of_side(&first, "applicant");
    let ours = Compared { side: &first, prints: &prints.0, answers: &answers.0 };
    let mut beside = beside(register, &ours, second, &prints.1, &answers.1);
    beside.has_number = true;
    let evidence = EvidenceShown {
        applicant: first,
        candidates: vec![beside],
        missing,
        software: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(PlantedPair { kind, evidence, images })
}

/// The side that others are compared with.
pub(super) struct Compared<'a> {
    pub side: &'a SideShown,
    pub prints: &'a Prints,
    pub answers: &'a Answers,
}

/// A candidate beside the applicant, compared and explained.
pub(super) fn beside(
    register: &Register,
    applicant: &Compared<'_>,
    side: SideShown,
    prints: &Prints,
    answers: &Answers,
) -> CandidateShown {
    let records = (linkage(register, applicant.answers), linkage(register, answers));
    let particulars = match records {
        (Ok(one), Ok(other)) => Some(particulars(&compare(&one, &other, &register.names))),
        // Too little is known of one of them.
        _ => None,
    };
    let fingers = fingers::compare(applicant.prints, prints);
    let mut missing = show::of_side(applicant.side, "applicant");
    missing.extend(show::of_side(&side, "candidate"));
    match fingers.as_ref().map_or(0, |found| found.pairs.len()) {
        0 => missing.push(MissingEvidence::CommonFinger),
        1 => missing.push(MissingEvidence::OnlyOneCommonFinger),
        _ => {}
    }
    CandidateShown {
        side,
        has_number: false,
        particulars,
        differences: differences(&register.pack, &register.names, applicant.answers, answers),
        found_with: fingers.as_ref().map(|found| found.score),
        fingers,
        told_apart_before: false,
        missing,
    }
}

fn particulars(score: &LinkageScore) -> ParticularsShown {
    let parts = score.parts.iter().map(|part| ParticularShown {
        field: field_name(part.field).to_owned(),
        weight: part.weight,
        code: part.explanation.code().to_owned(),
    });
    ParticularsShown { total: score.total, parts: parts.collect() }
}

fn linkage(register: &Register, answers: &Answers) -> Result<LinkageRecord, DeskError> {
    let person = register.pack.view(answers).person()?;
    let areas = register.pack.geography();
    Ok(LinkageRecord::from_details(&person, &register.names)
        .with_area_parents(|code| areas.area(code)?.parent.clone()))
}

/// The templates of prints, where their images read.
pub(super) fn read_prints(fingers: &[(FingerPosition, u16, Image)]) -> Prints {
    let mut prints = BTreeMap::new();
    for (position, dpi, image) in fingers {
        let read = decode_image(&image.bytes, &ImageLimits::default()).ok();
        let template = read.and_then(|picture| extract(&picture, *dpi).ok()).map(|e| e.template);
        if let Some(template) = template {
            prints.insert(*position, (template.quality(), template));
        }
    }
    Prints(prints)
}

/// A side as it is shown, under an id drawn for it; its images are added to the list.
pub(super) fn side(
    register: &Register,
    of: PairSide,
    prints: &Prints,
    which: SideOf,
    images: &mut Vec<(SideOf, ImageOf, ImageBytes)>,
) -> SideShown {
    let mut add = |image: ImageOf, shown: &Image, dpi: Option<u16>| {
        let bytes =
            ImageBytes { media_type: shown.media_type.clone(), bytes: shown.bytes.clone(), dpi };
        images.push((which, image, bytes));
    };
    let mut fingers = Vec::with_capacity(of.fingers.len());
    for (position, dpi, image) in &of.fingers {
        add(ImageOf::Finger { position: *position }, image, Some(*dpi));
        let print = prints.0.get(position);
        fingers.push(FingerShown {
            position: *position,
            image: image_shown(image),
            dpi: *dpi,
            quality: print.map(|(quality, _)| *quality),
            minutiae: print.map(|(_, t)| fingers::minutiae(t, *dpi)).unwrap_or_default(),
            second: None,
        });
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
    SideShown {
        application: ApplicationId::random(&mut register.entropy.rng()),
        application_number: of.application_number,
        form_kind: of.form_kind,
        answers: plain_answers(&register.pack, &of.answers),
        portrait: of.portrait.as_ref().map(image_shown),
        fingers,
        missing_fingers: Vec::new(),
        exception_photo: None,
        documents: documents.collect(),
        captured_at: of.captured_at,
        exceptions: Vec::new(),
    }
}
