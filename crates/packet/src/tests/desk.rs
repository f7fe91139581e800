//! A desk with everybody who takes part, for the tests. All of it is synthetic.

use core::str::FromStr;
use std::collections::BTreeMap;

use jiff::Timestamp;
use niims_record::ids::{ApplicationId, KitId, OfficerId, PacketId};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::seal::{Body, sign_body, sign_payload, wrap};
use crate::*;

/// Everybody who takes part, and one good encounter.
pub struct Desk {
    pub rng: ChaCha8Rng,
    pub officer: OfficerSigningKey,
    pub kit: KitSigningKey,
    pub centre: CentreSecretKey,
    pub encounter: Encounter,
    pub header: Header,
}

pub fn desk() -> Desk {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let officer = OfficerSigningKey::generate(&mut rng);
    let kit = KitSigningKey::generate(&mut rng);
    let centre = CentreSecretKey::generate(&mut rng);
    let encounter = encounter();
    let header = Header {
        version: PACKET_VERSION,
        packet_id: PacketId::random(&mut rng),
        kit: encounter.kit,
        sequence: 1,
        previous_hash: [0; 32],
        sealed_at: at("2026-03-02T11:00:00Z"),
        recipient: centre.id(),
        application: encounter.application,
    };
    Desk { rng, officer, kit, centre, encounter, header }
}

fn at(text: &str) -> Timestamp {
    Timestamp::from_str(text).unwrap()
}

pub fn image(length: usize) -> Image {
    let bytes = (0..length).map(|at| (at * 7) as u8).collect();
    Image { media_type: "image/png".to_owned(), bytes }
}

fn second() -> SecondPrint {
    SecondPrint { image: image(400), dpi: 500, quality: 41 }
}

fn statement() -> CaptureStatement {
    let signed = || vec![7; 90];
    CaptureStatement {
        of: vec![CapturedPart::Finger(2)],
        block: [5; 32],
        chain: [6; 32],
        device: [7; 32],
        serial: "SYNTHETIC-SCANNER".to_owned(),
        stated_quality: 70,
        at: at("2026-03-02T10:02:00Z"),
        length: 700,
        in_full: Some(SignedCapture::Apart {
            header: signed(),
            before: signed(),
            block: signed(),
            after: signed(),
            signature: signed(),
        }),
    }
}

fn exception() -> CaptureException {
    CaptureException {
        of: ExceptionOf::Finger(10),
        reason: "amputated".to_owned(),
        approved_by: OfficerId::from_bytes([4; 16]),
        approved_at: at("2026-03-02T10:19:00Z"),
    }
}

fn document() -> DocumentScan {
    DocumentScan {
        kind: "birth_certificate".to_owned(),
        number: Some("SYNTHETIC-9".to_owned()),
        original_sighted: true,
        image: image(700),
    }
}

pub fn encounter() -> Encounter {
    let captured = |position| FingerCapture {
        position,
        outcome: CaptureOutcome::Captured {
            image: image(500),
            dpi: 500,
            quality: 63,
            second: (position == 2).then(second),
        },
    };
    let missing = FingerCapture {
        position: 10,
        outcome: CaptureOutcome::Missing { reason: "amputated".to_owned(), permanent: true },
    };
    Encounter {
        application: ApplicationId::from_bytes([1; 16]),
        application_number: "SYNTHETIC-0001".to_owned(),
        form_kind: "adult".to_owned(),
        pack_version: "test".to_owned(),
        answers: BTreeMap::from([
            ("synthetic_name".to_owned(), serde_json::json!(["Kipande", "Mfano"])),
            ("synthetic_number".to_owned(), serde_json::json!({ "amount": 12, "share": 0.5 })),
            ("synthetic_flag".to_owned(), serde_json::json!(null)),
        ]),
        consents: vec![Consent {
            kind: ConsentKind::Resident,
            by: "self".to_owned(),
            mode: ConsentMode::Mark,
            language: "sw".to_owned(),
            notice_version: "1".to_owned(),
            given_at: at("2026-03-02T10:00:00Z"),
            witness: Some("village_elder".to_owned()),
        }],
        guardian: Some(GuardianIdentified {
            relation: "AUNT".to_owned(),
            known: GuardianKnownBy::DocumentSeen { number: "SYNTHETIC-7".to_owned() },
            by: OfficerId::from_bytes([2; 16]),
            at: at("2026-03-02T09:59:00Z"),
        }),
        forms: vec!["0000-0000-0000".to_owned()],
        revisit: None,
        capture_opened_at: at("2026-03-02T10:01:00Z"),
        captured_at: at("2026-03-02T10:20:00.123456789Z"),
        confirmed_at: Some(at("2026-03-02T10:19:00Z")),
        officer: OfficerId::from_bytes([2; 16]),
        kit: KitId::from_bytes([3; 16]),
        sublocation: "SYN-0001".to_owned(),
        station: CaptureStation::Devices,
        portrait_taken_live: true,
        portrait: Some(image(900)),
        fingers: (1..=9).map(captured).chain([missing]).collect(),
        documents: vec![document()],
        exception_photo: Some(image(600)),
        statements: vec![statement()],
        exceptions: vec![exception()],
        approval: None,
    }
}

impl Desk {
    pub fn seal(&mut self) -> Result<SealedPacket, SealError> {
        let centre = self.centre.public_key();
        seal(&self.encounter, &self.header, &self.officer, &self.kit, &centre, &mut self.rng)
    }

    /// Seals whatever the desk holds, without the checks that keep a sound kit from it.
    pub fn seal_unchecked(&mut self) -> Vec<u8> {
        let inner = signed(&self.encounter, &self.header, &self.officer);
        self.wrap(&inner)
    }

    pub fn wrap(&mut self, inner: &[u8]) -> Vec<u8> {
        let centre = self.centre.public_key();
        wrap(inner, &self.header, &self.kit, &centre, &mut self.rng).unwrap()
    }

    /// All gates in turn.
    pub fn open(&self, bytes: &[u8]) -> Result<Encounter, PacketError> {
        Envelope::read(bytes)?
            .verify_kit(&self.kit.verifying_key())?
            .open(&self.centre)?
            .verify_officer(&self.officer.verifying_key())
    }

    pub fn code(&self, bytes: &[u8]) -> &'static str {
        self.open(bytes).err().map_or("opened", |error| error.code())
    }
}

/// The encounter under the officer's signature, unchecked.
pub fn signed(encounter: &Encounter, header: &Header, officer: &OfficerSigningKey) -> Vec<u8> {
    let payload = encounter.encode().unwrap();
    sign_payload(&payload, encounter.officer, header, officer).unwrap().to_vec()
}

/// The kit's signed body, to be tampered with.
pub fn body_of(packet: &[u8]) -> Body {
    use coset::TaggedCborSerializable;
    let signed = coset::CoseSign1::from_tagged_slice(packet).unwrap();
    ciborium::from_reader(signed.payload.unwrap().as_slice()).unwrap()
}

pub fn sign_again(body: &Body, kit: &KitSigningKey) -> Vec<u8> {
    let mut payload = Vec::new();
    ciborium::into_writer(body, &mut payload).unwrap();
    sign_body(payload, kit).unwrap()
}
