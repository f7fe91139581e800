//! Encounters between the standard's form and the service's.

use std::collections::BTreeSet;

use super::check;
use super::items::{self, Items};
use super::templates::{self, Wanted};
use crate::faces::FaceMatching;
use crate::osia::call::{self, ALL_GALLERIES, Document};
use crate::osia::fault::Fault;
use crate::osia::integrity;
use crate::osia::messages::biometric::BiometricData;
use crate::osia::messages::encounter::Encounter;
use crate::osia::messages::ids::ItemReport;
use crate::osia::messages::limits::LONGEST_WORD;
use crate::osia::messages::vocabulary::Status;
use crate::osia::refusal::Refusal;
use crate::service::{EncounterStatus, NewEncounter, StoredEncounter};
use crate::subject::GalleryName;

/// An encounter to enrol, and what becomes of each of its items.
pub fn taken(
    encounter: Encounter,
    document: &Document,
    faces: Option<&FaceMatching>,
) -> Result<(NewEncounter, Vec<ItemReport>), Fault> {
    check_texts(&encounter)?;
    let galleries = galleries(&encounter.galleries, "galleries")?;
    check_protection(&encounter, document)?;
    let Items { biometrics, reports, left_out } =
        items::read(&encounter.biometric_data, "biometricData", faces)?;
    if biometrics.is_empty() && biometrics.irises.is_empty() {
        return Err(left_out.unwrap_or(Fault::NothingToEnrol));
    }
    let new = NewEncounter {
        status: status_from(encounter.status),
        kind: encounter.encounter_type.clone(),
        galleries,
        biometrics,
        attachment: attachment(encounter)?,
        operators: Vec::new(),
    };
    Ok((new, reports))
}

/// A stored encounter as it came, with what is the server's or changed since. One that came through
/// another interface has no such document; its templates are given then.
///
/// # Errors
/// For a stored template that does not read.
pub fn given_back(stored: &StoredEncounter) -> Result<Encounter, Refusal> {
    let mut encounter = match serde_json::from_slice(&stored.attachment) {
        Ok(document) => document,
        Err(_) => from_elsewhere(stored)?,
    };
    encounter.encounter_id = Some(stored.key.encounter.as_str().to_owned());
    encounter.status = status_of(stored.status);
    encounter.galleries =
        stored.galleries.iter().map(|gallery| gallery.as_str().to_owned()).collect();
    if encounter.galleries.is_empty() {
        // Searches of all galleries find it, and the standard asks for at least one name.
        encounter.galleries.push(ALL_GALLERIES.to_owned());
    }
    encounter.created_date = Some(stored.created_at.to_string());
    encounter.updated_date = Some(stored.updated_at.to_string());
    Ok(encounter)
}

/// The names of galleries that an encounter is to be in.
pub fn galleries(names: &[String], at: &str) -> Result<BTreeSet<GalleryName>, Fault> {
    let refused = |must| Fault::Member { at: at.to_owned(), must };
    let mut found = BTreeSet::new();
    for name in names {
        if name == ALL_GALLERIES {
            return Err(refused("names other than ALL, which stands for every gallery"));
        }
        if !found.insert(call::gallery(name)?) {
            return Err(refused("each named once"));
        }
    }
    if found.is_empty() { Err(refused("at least one")) } else { Ok(found) }
}

/// The word of the standard.
pub const fn status_of(status: EncounterStatus) -> Status {
    match status {
        EncounterStatus::Active => Status::Active,
        EncounterStatus::Inactive => Status::Inactive,
    }
}

/// What the word means.
pub const fn status_from(status: Status) -> EncounterStatus {
    match status {
        Status::Active => EncounterStatus::Active,
        Status::Inactive => EncounterStatus::Inactive,
    }
}

fn check_texts(encounter: &Encounter) -> Result<(), Fault> {
    let at = |member: &'static str| move || member.to_owned();
    check::length(&encounter.encounter_type, LONGEST_WORD, at("encounterType"))?;
    for (date, member) in
        [(&encounter.created_date, "createdDate"), (&encounter.updated_date, "updatedDate")]
    {
        if let Some(date) = date {
            check::date_time(date, at(member))?;
        }
    }
    if let Some(data) = &encounter.client_data {
        check::bytes(data, at("clientData"))?;
    }
    Ok(())
}

fn check_protection(encounter: &Encounter, document: &Document) -> Result<(), Fault> {
    if encounter.encryption.is_some() {
        return Err(Fault::Encrypted { at: "the encounter".to_owned() });
    }
    let lists = [("biometricData", encounter.biometric_data.as_slice())];
    integrity::verify_all(encounter.integrity.as_deref(), &lists, document)
}

fn from_elsewhere(stored: &StoredEncounter) -> Result<Encounter, Refusal> {
    let wanted = Wanted::all();
    let templates = templates::computed(&stored.biometrics.fingers, &wanted)?;
    Ok(Encounter {
        encounter_id: None,
        status: status_of(stored.status),
        encounter_type: stored.kind.clone(),
        created_date: None,
        updated_date: None,
        galleries: Vec::new(),
        client_data: None,
        contextual_data: None,
        biographic_data: None,
        biometric_data: templates.into_iter().map(BiometricData::from).collect(),
        encryption: None,
        integrity: None,
    })
}

/// The document to keep: all of it but what the service keeps itself.
fn attachment(encounter: Encounter) -> Result<Vec<u8>, Fault> {
    let kept = Encounter {
        encounter_id: None,
        created_date: None,
        updated_date: None,
        galleries: Vec::new(),
        ..encounter
    };
    serde_json::to_vec(&kept).map_err(|_| Fault::BodyTooLarge)
}
