//! Whether a capture can be taken, and what is to be noticed about it.

use std::collections::BTreeSet;

use niims_fingerprint::person::SAME_FINGER;
use niims_fingerprint::{PersonTemplates, Prepared, Template, compare, repeated_fingers};
use niims_store::abis::encounters;

use super::encounter::{Finding, NewEncounter};
use super::error::{
    LONGEST_ATTACHMENT, LONGEST_EMBEDDING, LONGEST_IRIS, MOST_FACES, MOST_FINGERS, MOST_GALLERIES,
    MOST_IRISES, MOST_OPERATORS, Missing, ServiceError,
};
use super::{Service, comparison};
use crate::modality::Biometrics;
use crate::search::SearchError;
use crate::subject::{LONGEST_NAME, PersonReference};

/// Least quality, 0 to 100, of a finger that is not remarked on. Range 10 to 40. Below it the
/// register too counts a finger as no evidence against a likeness of names.
const LOW_QUALITY: u8 = 20;
/// Least quality, 0 to 100, of a portrait that is not remarked on. Range 20 to 70: one remark that
/// makes a photo hard to use takes more than half.
const LOW_PHOTO_QUALITY: u8 = 50;
/// Least minutiae of a finger that can be compared. Cylinders need neighbours: with fewer there is
/// hardly one, and every score is near zero.
const LEAST_MINUTIAE: usize = 8;

/// A capture that can be taken.
pub(super) struct Checked {
    /// As the database keeps it.
    pub bytes: Vec<u8>,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

impl Service {
    /// Checks everything about a new encounter that needs no place in the order.
    pub(super) async fn check(&self, new: &NewEncounter) -> Result<Checked, ServiceError> {
        at_most("galleries", new.galleries.len(), MOST_GALLERIES)?;
        no_longer("kind", new.kind.chars().count(), LONGEST_NAME)?;
        no_longer("attachment", new.attachment.len(), LONGEST_ATTACHMENT)?;
        self.check_biometrics(&new.biometrics, &new.operators).await
    }

    /// Checks biometrics that came from outside.
    pub(super) async fn check_biometrics(
        &self,
        biometrics: &Biometrics,
        operators: &[PersonReference],
    ) -> Result<Checked, ServiceError> {
        bounded(biometrics)?;
        self.check_faces(biometrics)?;
        at_most("operators", operators.len(), MOST_OPERATORS)?;
        let operators = self.operators(operators).await?;
        let captured = biometrics.clone();
        let findings = tokio::task::spawn_blocking(move || examine(&captured, &operators))
            .await
            .map_err(|_| ServiceError::Search(SearchError::Template))??;
        let bytes = biometrics.to_bytes().map_err(|_| ServiceError::TooLong {
            what: "biometrics",
            found: biometrics.fingers.iter().map(|finger| finger.template.len()).sum(),
            limit: MOST_FINGERS * usize::from(u16::MAX),
        })?;
        Ok(Checked { bytes, findings })
    }

    /// Faces are taken only where a later search compares them.
    fn check_faces(&self, biometrics: &Biometrics) -> Result<(), ServiceError> {
        match self.faces() {
            _ if biometrics.faces.is_empty() => Ok(()),
            None => Err(ServiceError::FaceModelMissing),
            Some(matching) if biometrics.faces.iter().all(|face| matching.made(face)) => Ok(()),
            Some(_) => Err(ServiceError::FaceModelOther),
        }
    }

    async fn operators(&self, names: &[PersonReference]) -> Result<Vec<Biometrics>, ServiceError> {
        let mut found = Vec::new();
        if names.is_empty() {
            return Ok(found);
        }
        let mut tx = self.db().read().await?;
        for name in names {
            let references = encounters::of_person(&mut tx, name.as_str()).await?;
            if references.is_empty() {
                return Err(ServiceError::NotFound(Missing::Person));
            }
            for reference in references {
                if let Some(stored) = encounters::get(&mut tx, reference).await? {
                    found.push(comparison::stored(&stored.content.biometrics)?);
                }
            }
        }
        Ok(found)
    }
}

/// What counts can tell, before a template is read.
fn bounded(biometrics: &Biometrics) -> Result<(), ServiceError> {
    let Biometrics { fingers, faces, irises } = biometrics;
    if fingers.is_empty() && faces.is_empty() && irises.is_empty() {
        return Err(ServiceError::BiometricsEmpty);
    }
    at_most("fingers", fingers.len(), MOST_FINGERS)?;
    at_most("faces", faces.len(), MOST_FACES)?;
    at_most("irises", irises.len(), MOST_IRISES)?;
    for finger in fingers {
        no_longer("template", finger.template.len(), usize::from(u16::MAX))?;
    }
    for face in faces {
        no_longer("embedding", face.embedding.len(), LONGEST_EMBEDDING)?;
    }
    for iris in irises {
        no_longer("iris record", iris.record.len(), LONGEST_IRIS)?;
    }
    let mut named = BTreeSet::new();
    match fingers.iter().find(|finger| !named.insert(finger.position)) {
        Some(twice) => Err(ServiceError::FingerTwice(twice.position)),
        None => Ok(()),
    }
}

fn examine(captured: &Biometrics, operators: &[Biometrics]) -> Result<Vec<Finding>, ServiceError> {
    let mut person = PersonTemplates::new();
    let mut usable = 0;
    for finger in &captured.fingers {
        let template = Template::from_bytes(&finger.template)
            .map_err(|_| ServiceError::BiometricsFormat(finger.position))?;
        usable += usize::from(template.minutiae().len() >= LEAST_MINUTIAE);
        person.insert(finger.position, Prepared::new(&template));
    }
    if usable == 0 && !captured.fingers.is_empty() {
        return Err(ServiceError::QualityTooLow);
    }
    if let Some(pair) = repeated_fingers(&person).first() {
        return Err(ServiceError::FingerRepeated(pair.probe, pair.reference));
    }
    let mut findings: Vec<Finding> = captured
        .fingers
        .iter()
        .filter(|finger| finger.quality < LOW_QUALITY)
        .map(|finger| Finding::LowQuality { finger: finger.position, quality: finger.quality })
        .collect();
    findings.extend(
        captured
            .faces
            .iter()
            .filter(|face| face.quality < LOW_PHOTO_QUALITY)
            .map(|face| Finding::LowQualityFace { quality: face.quality }),
    );
    for operator in operators {
        let operator = comparison::prepared(operator)?;
        for (finger, print) in person.iter() {
            let is_theirs =
                operator.iter().any(|(_, theirs)| compare(print, theirs).score >= SAME_FINGER);
            if is_theirs {
                findings.push(Finding::OperatorFinger { finger });
            }
        }
    }
    findings.sort_unstable();
    findings.dedup();
    Ok(findings)
}

pub(super) fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), ServiceError> {
    if found > limit { Err(ServiceError::TooMany { what, found, limit }) } else { Ok(()) }
}

pub(super) fn no_longer(
    what: &'static str,
    found: usize,
    limit: usize,
) -> Result<(), ServiceError> {
    if found > limit { Err(ServiceError::TooLong { what, found, limit }) } else { Ok(()) }
}
