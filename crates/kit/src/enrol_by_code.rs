//! A kit is set up once, by a one-time code: it makes its own keys and gets its certificate.

use std::collections::BTreeMap;
use std::path::Path;

use ed25519_dalek::{Signer, SigningKey};
use niims_audit::LogPublicKey;
use niims_packet::{CentrePublicKey, KitSigningKey, OfficerSigningKey};
use niims_record::KitId;
use niims_record::fleet::EnrolmentCode;
use niims_wire::kit::{ENROLMENT, EnrolmentRequest, KitCertificate, KitPapers, enrolment_text};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};

use crate::certificate::{self, LARGEST_PAPERS, PapersError, PapersFault};
use crate::client::{Client, HttpError, Link, Request};
use crate::keys::KitKeys;
use crate::kit::{Kit, KitOptions, KitSetup, OfficerRole};
use crate::{pack, pending};

/// Stands where a kit's id is wanted that the centre has not told yet.
const NO_ID: KitId = KitId::from_bytes([0; 16]);

impl Kit {
    /// Sets a kit up in a folder: keys made here, everything else certified by the centre
    /// that made the code. The keys are on disk before the code is sent, so that an answer
    /// that was lost, with the line or with the power, is given again: run it once more. With
    /// the device of a TPM they open by that TPM alone.
    ///
    /// # Errors
    /// `kit.code_refused` and other refusals of the centre, `link.…`, `kit.papers_…`, `tpm.…`,
    /// and as [`Kit::create`].
    pub fn enrol_by_code(
        folder: &Path,
        code: &EnrolmentCode,
        link: &mut Link<'_>,
        options: KitOptions,
        tpm: Option<&Path>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, PapersError> {
        let KitKeys { kit: key, officers: spare, store, binding, .. } =
            pending::keys(folder, tpm, rng)?;
        let spare: Vec<OfficerSigningKey> = spare.into_values().collect();
        let body = serde_json::to_vec(&request(code, &key, &spare))
            .map_err(|_| HttpError::Protocol { what: "the request" })?;
        let now = (link.clock)();
        let mut client = Client::new(link, NO_ID, &key);
        let answer = client.send(&Request {
            method: "POST",
            path: ENROLMENT,
            headers: &[("content-type", "application/json".to_owned())],
            body: Some(&body),
            largest_answer: LARGEST_PAPERS,
        })?;
        let papers: KitPapers = answer.json()?;
        let centre: LogPublicKey = papers.key.parse().map_err(|_| PapersFault::Key)?;
        if !code.is_of(&Sha256::digest(centre.to_string()).into()) {
            return Err(PapersFault::Key.into());
        }
        let certified = certificate::read(&papers, &centre, &key)?;
        if certified.country_pack != options.pack.version() {
            // Signed by the kit that the centre knows from now on.
            let mut client = Client::new(link, certified.kit, &key);
            pack::fetch(&mut client, folder, &certified.country_pack)?;
        }
        let (setup, officers, spares) = setup(&certified, centre, spare)?;
        let keys = KitKeys { kit: key, officers, store, spares, binding };
        let mut kit = Self::create(folder, &setup, &keys, options, now)?;
        kit.keep_papers(&papers, &certified, now)?;
        kit.settle_pack()?;
        Ok(kit)
    }
}

fn request(
    code: &EnrolmentCode,
    key: &KitSigningKey,
    spare: &[OfficerSigningKey],
) -> EnrolmentRequest {
    let public = hex::encode(key.verifying_key().to_bytes());
    let officer_keys: Vec<String> =
        spare.iter().map(|key| hex::encode(key.verifying_key().to_bytes())).collect();
    let text = enrolment_text(code.secret(), &public, &officer_keys);
    let signature = SigningKey::from_bytes(&key.to_bytes()).sign(text.as_bytes());
    EnrolmentRequest {
        code: code.secret().to_owned(),
        key: public,
        officer_keys,
        signature: hex::encode(signature.to_bytes()),
    }
}

type Officers = BTreeMap<niims_record::OfficerId, OfficerSigningKey>;
type Spares = BTreeMap<usize, OfficerSigningKey>;

/// What the certificate says, with the keys that the centre gave to officers, and those that are
/// left for officers to come.
fn setup(
    certified: &KitCertificate,
    centre: LogPublicKey,
    spare: Vec<OfficerSigningKey>,
) -> Result<(KitSetup, Officers, Spares), PapersFault> {
    let mut seal_to = [0; 32];
    hex::decode_to_slice(&certified.centre_key, &mut seal_to)
        .map_err(|_| PapersFault::Certificate)?;
    let mut by_public: BTreeMap<String, OfficerSigningKey> =
        spare.into_iter().map(|key| (hex::encode(key.verifying_key().to_bytes()), key)).collect();
    let (mut roles, mut officers) = (BTreeMap::new(), BTreeMap::new());
    for officer in certified.officers.iter().flatten() {
        let key = by_public.remove(&officer.key).ok_or(PapersFault::Certificate)?;
        let role =
            if officer.supervisor { OfficerRole::Supervisor } else { OfficerRole::Registration };
        roles.insert(officer.officer, role);
        officers.insert(officer.officer, key);
    }
    let setup = KitSetup {
        kit: certified.kit,
        serial: certified.serial.clone(),
        sublocation: certified.place.clone(),
        centre_public_key: CentrePublicKey::from_bytes(&seal_to)
            .map_err(|_| PapersFault::Certificate)?,
        log_public_key: centre,
        officers: roles,
    };
    Ok((setup, officers, by_public.into_values().enumerate().collect()))
}
