//! The words of `Type` and `Subtype`.

use niims_fingerprint::FingerPosition;

use super::CbeffError;
use super::Eye;

/// Which part of the body a sample shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleKind {
    /// A finger; [`FingerPosition::Unknown`] where none is named.
    Finger(FingerPosition),
    /// A face.
    Face,
    /// An iris, and which, where it is named.
    Iris(Option<Eye>),
    /// A photo that shows why something could not be captured.
    ExceptionPhoto,
    /// Something that is never compared: a palm, a voice, a vein.
    Other,
}

/// Parts of the body that the format knows and this crate does not compare.
const OTHERS: [&str; 15] = [
    "Scent",
    "DNA",
    "Ear",
    "Foot",
    "HandGeometry",
    "Vein",
    "Retina",
    "Voice",
    "Gait",
    "Keystroke",
    "LipMovement",
    "SignatureSign",
    "Palm",
    "BackOfHand",
    "Wrist",
];

/// The part of the body that these words name. Words are parted by white space, in any order and
/// case; both lists may be empty, which means that nothing is known.
pub(super) fn read_kind(kind: &str, subtype: &str) -> Result<SampleKind, CbeffError> {
    let mut kinds = kind.split_ascii_whitespace();
    let Some(first) = kinds.next() else {
        return Ok(SampleKind::Other);
    };
    let is = |word: &str| first.eq_ignore_ascii_case(word);
    if kinds.next().is_some() {
        // A multi-biometric record; nothing here reads one.
        return Ok(SampleKind::Other);
    }
    if is("Finger") {
        return read_finger(subtype).map(SampleKind::Finger);
    }
    if is("Iris") {
        return read_eye(subtype).map(SampleKind::Iris);
    }
    if is("Face") {
        return Ok(SampleKind::Face);
    }
    if is("ExceptionPhoto") {
        return Ok(SampleKind::ExceptionPhoto);
    }
    if OTHERS.into_iter().any(is) { Ok(SampleKind::Other) } else { Err(CbeffError::Words) }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Right,
    Left,
}

/// Side and finger of a subtype, each at most once.
fn parts(subtype: &str) -> Result<(Option<Side>, Option<u8>), CbeffError> {
    let (mut side, mut finger) = (None, None);
    for word in subtype.split_ascii_whitespace() {
        let is = |wanted: &str| word.eq_ignore_ascii_case(wanted);
        let fingers =
            ["Thumb", "IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger"].into_iter();
        if is("UNKNOWN") {
            continue;
        }
        let doubled = if is("Right") {
            side.replace(Side::Right).is_some()
        } else if is("Left") {
            side.replace(Side::Left).is_some()
        } else if let Some(place) =
            fingers.zip(1..).find_map(|(name, place)| is(name).then_some(place))
        {
            finger.replace(place).is_some()
        } else {
            true
        };
        if doubled {
            return Err(CbeffError::Words);
        }
    }
    Ok((side, finger))
}

fn read_finger(subtype: &str) -> Result<FingerPosition, CbeffError> {
    let code = match parts(subtype)? {
        (Some(Side::Right), Some(place)) => place,
        (Some(Side::Left), Some(place)) => place + 5,
        // A finger of either hand, or a hand without a finger, says too little to be a position.
        _ => 0,
    };
    Ok(FingerPosition::from_code(code).unwrap_or(FingerPosition::Unknown))
}

fn read_eye(subtype: &str) -> Result<Option<Eye>, CbeffError> {
    match parts(subtype)? {
        (Some(Side::Right), None) => Ok(Some(Eye::Right)),
        (Some(Side::Left), None) => Ok(Some(Eye::Left)),
        (None, None) => Ok(None),
        (_, Some(_)) => Err(CbeffError::Words),
    }
}
