//! A kit, its centre's keys, and capture folders of synthetic residents.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod browser;
pub mod statements;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};
use niims_audit::LogSigningKey;
use niims_country::CountryPack;
use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, encode_png};
use niims_kit::{EnrolRefused, EnrolReport, Kit, KitKeys, KitOptions, KitSetup, OfficerRole};
use niims_packet::{
    CentreSecretKey, ChainLink, ChainState, Encounter, Envelope, KitVerifyingKey,
    OfficerVerifyingKey,
};
use niims_record::{KitId, OfficerId};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

pub static PACK: LazyLock<Arc<CountryPack>> =
    LazyLock::new(|| Arc::new(CountryPack::embedded().unwrap()));

/// A clear print of a finger that nobody has.
static PRINT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let traits = PersonTraits::adult(&mut rng);
    let finger = MasterFinger::grow([5; 32], FingerPosition::RightIndex, &traits);
    encode_png(&finger.impression(&mut rng, &ImpressionConditions::good()))
});

pub const OFFICER: OfficerId = OfficerId::from_bytes([0x0a; 16]);
pub const SUPERVISOR: OfficerId = OfficerId::from_bytes([0x0b; 16]);

pub fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

pub fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

/// Everything that a centre would hold.
pub struct Centre {
    pub secret: CentreSecretKey,
    pub log: LogSigningKey,
}

impl Centre {
    pub fn new() -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        Self {
            secret: CentreSecretKey::generate(&mut rng),
            log: LogSigningKey::generate("log.test/niims", &mut rng).unwrap(),
        }
    }

    /// Opens a packet as the centre does.
    pub fn open(
        &self,
        bytes: &[u8],
        kit: &KitVerifyingKey,
        officer: &OfficerVerifyingKey,
    ) -> Encounter {
        let verified = Envelope::read(bytes).unwrap().verify_kit(kit).unwrap();
        verified.open(&self.secret).unwrap().verify_officer(officer).unwrap()
    }
}

pub fn options() -> KitOptions {
    // The test's disk is shared; how much room there must be has a test of its own.
    KitOptions { pack: PACK.clone(), capture_needs_bytes: 0 }
}

pub fn setup(kit: u8, centre: &Centre) -> (KitSetup, KitKeys) {
    let officers = BTreeMap::from([
        (OFFICER, OfficerRole::Registration),
        (SUPERVISOR, OfficerRole::Supervisor),
    ]);
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(kit));
    let keys = KitKeys::generate(officers.keys().copied(), &mut rng);
    let setup = KitSetup {
        kit: KitId::from_bytes([kit; 16]),
        serial: format!("TEST-{kit}"),
        sublocation: "X00001".to_owned(),
        centre_public_key: centre.secret.public_key(),
        log_public_key: centre.log.public_key(),
        officers,
    };
    (setup, keys)
}

pub fn new_kit(folder: &Path, kit: u8, centre: &Centre) -> Kit {
    let (setup, keys) = setup(kit, centre);
    Kit::create(folder, &setup, &keys, options(), later(-3600)).unwrap()
}

pub fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// A capture folder to be changed and enrolled.
pub struct Capture {
    pub folder: PathBuf,
    pub form: Value,
    pub fingers: Value,
}

impl Capture {
    /// An adult with one captured finger, portrait and identity card.
    pub fn adult(folder: PathBuf, number: &str) -> Self {
        let capture = Self::adult_without_fingers(folder, number);
        capture.put("fingers/right_index.png", &PRINT);
        capture
    }

    /// The same with no picture of any finger: [`PRINT`] takes a second to grow.
    pub fn adult_without_fingers(folder: PathBuf, number: &str) -> Self {
        let answers: Value = serde_json::from_str(include_str!("../data/adult.json")).unwrap();
        let capture = Self::new(folder, number, "adult", &answers);
        capture.put("documents/national_id_1.png", &picture(400, 260, 3));
        capture
    }

    /// A child of ten whose mother consents.
    pub fn minor(folder: PathBuf, number: &str) -> Self {
        let answers: Value = serde_json::from_str(include_str!("../data/minor.json")).unwrap();
        let mut capture = Self::new(folder, number, "minor", &answers);
        capture.form["guardian"] = json!({"relation": "MOTHER", "by": OFFICER.to_string(),
            "known": {"introduced": {"position": "CHIEF"}}, "at": "2026-11-22T06:29:00Z"});
        capture.put("documents/birth_certificate_1.png", &picture(400, 260, 3));
        capture.put("fingers/right_index.png", &PRINT);
        capture
    }

    fn new(folder: PathBuf, number: &str, kind: &str, answers: &Value) -> Self {
        let mut missing = serde_json::Map::new();
        for finger in FingerPosition::all() {
            if finger != FingerPosition::RightIndex {
                missing.insert(
                    finger.name().to_owned(),
                    json!({"reason": "BANDAGED", "permanent": false}),
                );
            }
        }
        let capture = Self {
            folder,
            form: json!({
                "application_number": number,
                "form_kind": kind,
                "answers": answers,
                "capture_opened_at": "2026-11-22T07:40:00Z",
                "captured_at": "2026-11-22T07:50:00Z",
                "confirmed_at": "2026-11-22T07:50:00Z",
                "portrait_taken_live": true,
            }),
            fingers: json!({"dpi": 500, "missing": missing}),
        };
        for folder in ["fingers", "documents"] {
            std::fs::create_dir_all(capture.folder.join(folder)).unwrap();
        }
        capture.put("portrait.png", &picture(300, 400, 1));
        capture
    }

    pub fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.join(name), bytes).unwrap();
    }

    pub fn take(&self, name: &str) {
        std::fs::remove_file(self.folder.join(name)).unwrap();
    }

    pub fn answer(&mut self, field: &str, value: Value) {
        self.form["answers"][field] = value;
    }

    pub fn without_answer(&mut self, field: &str) {
        self.form["answers"].as_object_mut().unwrap().remove(field);
    }

    pub fn write(&self) {
        self.put("form.json", self.form.to_string().as_bytes());
        self.put("fingers.json", self.fingers.to_string().as_bytes());
    }

    pub fn enrol(&self, kit: &mut Kit) -> Result<EnrolReport, EnrolRefused> {
        self.write();
        let seed = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
        kit.enrol_from_folder(&self.folder, OFFICER, now(), &mut rng(seed))
    }
}

/// A PNG of pixels that do not compress.
pub fn picture(width: u32, height: u32, seed: u64) -> Vec<u8> {
    use rand_chacha::rand_core::Rng;
    let mut pixels = vec![0; (width * height) as usize];
    rng(seed).fill_bytes(&mut pixels);
    let picture = image::GrayImage::from_raw(width, height, pixels).unwrap();
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Opens every packet of a kit as the centre, checking files, signatures and chain; the
/// application numbers in the order of the chain.
pub fn open_all(kit: &mut Kit, folder: &Path, centre: &Centre) -> Vec<String> {
    let key = kit.public_key();
    let (_, officer, _) = kit.officers().find(|(id, ..)| *id == OFFICER).unwrap();
    let mut chain = ChainState::default();
    kit.packets()
        .unwrap()
        .into_iter()
        .map(|row| {
            let packet = row.sealed;
            assert_eq!(row.fault_code, None);
            let path = folder.join("outbox").join(format!("{}.packet", packet.packet));
            let bytes = std::fs::read(path).unwrap();
            let envelope = Envelope::read(&bytes).unwrap();
            let header = envelope.claimed_header().clone();
            assert_eq!((header.packet_id, envelope.hash()), (packet.packet, packet.hash));
            let link = chain.next(header.sequence, &header.previous_hash);
            assert_eq!(link, ChainLink::Follows, "packet {}", header.sequence);
            chain = ChainState::advanced(header.sequence, packet.hash);
            centre.open(&bytes, &key, &officer).application_number
        })
        .collect()
}

/// How many files lie in a folder below the kit.
pub fn files_in(folder: &Path, below: &str) -> usize {
    std::fs::read_dir(folder.join(below)).map_or(0, Iterator::count)
}
