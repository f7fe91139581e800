//! What devices at the kit have captured of one resident so far: a draft, capture by capture.

use jiff::Timestamp;
use niims_device::capture::CaptureChain;
use niims_device::judge::{Next, next_of};
use niims_fingerprint::FingerPosition;
use niims_record::OfficerId;
use serde::{Deserialize, Serialize};

use super::{PictureNote, StatementNote};

/// Captures of one resident; their pictures are parts of the interview.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scans {
    /// The chain of all captures, across devices and tries.
    pub chain: CaptureChain,
    /// Fingers that were tried, by code.
    pub fingers: Vec<FingerScans>,
    /// Fingers that cannot be captured, by code.
    pub missing: Vec<FingerMissing>,
    /// The best portrait so far.
    pub portrait: Option<PortraitScan>,
    /// A photo of missing or bandaged fingers beside the face.
    pub exception_photo: Option<PictureNote>,
    /// SHA-256 of the biometric block of that photo.
    #[serde(default)]
    pub exception_block: Option<[u8; 32]>,
    /// What devices signed of the captures that are kept.
    #[serde(default)]
    pub statements: Vec<StatementNote>,
    /// What the capture before gave, for the officer.
    pub told: Vec<Told>,
}

/// Tries of one finger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerScans {
    /// ISO/IEC 19794-2 code, 1 to 10.
    pub position: u8,
    /// Tries that counted, 0 to 3.
    pub used: u8,
    /// The best two, best first.
    pub kept: Vec<KeptPrint>,
    /// Codes of what held the last try down, worst first.
    pub advice: Vec<String>,
}

/// One print that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPrint {
    /// Name of the part.
    pub part: String,
    /// Dots per inch.
    pub dpi: u16,
    /// Quality that the kit measured, 1 to 100.
    pub quality: u8,
    /// SHA-256 of the biometric block that it is from.
    #[serde(default)]
    pub block: Option<[u8; 32]>,
}

/// A finger that cannot be captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerMissing {
    /// ISO/IEC 19794-2 code, 1 to 10.
    pub position: u8,
    /// Code of the country's list of reasons.
    pub reason: String,
    /// Whether it is for good.
    pub permanent: bool,
    /// The second officer, who looked and gave their PIN.
    pub second: OfficerId,
    /// When.
    pub noted_at: Timestamp,
}

/// A portrait with what the checks found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortraitScan {
    /// The picture.
    pub picture: PictureNote,
    /// 0 to 100, by `niims-face`.
    pub quality: u8,
    /// Codes of what is wrong, in the order of looking.
    pub findings: Vec<String>,
    /// Tries that were made, the one that is kept among them.
    pub tries: u32,
    /// SHA-256 of the biometric block that it is from.
    #[serde(default)]
    pub block: Option<[u8; 32]>,
}

/// Something that a capture gave, with the finger it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Stable dotted code.
    pub code: String,
    /// ISO/IEC 19794-2 code, where it is about one finger.
    pub finger: Option<u8>,
}

impl Scans {
    /// Tries of a finger.
    pub fn finger(&self, finger: FingerPosition) -> Option<&FingerScans> {
        self.fingers.iter().find(|one| one.position == finger.code())
    }

    /// The note that a finger cannot be captured.
    pub fn missing(&self, finger: FingerPosition) -> Option<&FingerMissing> {
        self.missing.iter().find(|one| one.position == finger.code())
    }

    /// What comes next for a finger; `None` when it was noted as missing.
    pub fn next(&self, finger: FingerPosition) -> Option<Next> {
        if self.missing(finger).is_some() {
            return None;
        }
        let scans = self.finger(finger);
        let best = scans.and_then(|scans| scans.kept.first()).map(|kept| kept.quality);
        Some(next_of(scans.map_or(0, |scans| scans.used), best))
    }

    /// The first finger that is neither captured nor explained.
    pub fn unsettled(&self) -> Option<FingerPosition> {
        let open = |finger: &FingerPosition| {
            matches!(self.next(*finger), Some(Next::Again { .. } | Next::NeedsReason))
        };
        FingerPosition::all().into_iter().find(open)
    }

    /// Takes out what is held of a finger; the names of its parts.
    pub(super) fn take_out(&mut self, finger: FingerPosition) -> Vec<String> {
        let place = self.fingers.iter().position(|one| one.position == finger.code());
        let taken = place.map(|place| self.fingers.remove(place));
        taken.into_iter().flat_map(|one| one.kept).map(|kept| kept.part).collect()
    }
}
