//! Parts of the body: the standard's words and the engine's fingers.

use niims_fingerprint::FingerPosition;

use crate::modality::Eye;
use crate::osia::messages::vocabulary::{BiometricSubType, BiometricType};

/// The finger that a word names; `None` for a word that names no single finger.
pub fn finger(part: BiometricSubType) -> Option<FingerPosition> {
    match part {
        BiometricSubType::Unknown => Some(FingerPosition::Unknown),
        BiometricSubType::RightThumb => Some(FingerPosition::RightThumb),
        BiometricSubType::RightIndex => Some(FingerPosition::RightIndex),
        BiometricSubType::RightMiddle => Some(FingerPosition::RightMiddle),
        BiometricSubType::RightRing => Some(FingerPosition::RightRing),
        BiometricSubType::RightLittle => Some(FingerPosition::RightLittle),
        BiometricSubType::LeftThumb => Some(FingerPosition::LeftThumb),
        BiometricSubType::LeftIndex => Some(FingerPosition::LeftIndex),
        BiometricSubType::LeftMiddle => Some(FingerPosition::LeftMiddle),
        BiometricSubType::LeftRing => Some(FingerPosition::LeftRing),
        BiometricSubType::LeftLittle => Some(FingerPosition::LeftLittle),
        _ => None,
    }
}

/// The eye that a word names; `None` for a word that names no single one.
pub const fn eye(part: BiometricSubType) -> Option<Eye> {
    match part {
        BiometricSubType::EyeRight => Some(Eye::Right),
        BiometricSubType::EyeLeft => Some(Eye::Left),
        _ => None,
    }
}

/// The word for a finger.
pub fn word(finger: FingerPosition) -> BiometricSubType {
    match finger {
        FingerPosition::Unknown => BiometricSubType::Unknown,
        FingerPosition::RightThumb => BiometricSubType::RightThumb,
        FingerPosition::RightIndex => BiometricSubType::RightIndex,
        FingerPosition::RightMiddle => BiometricSubType::RightMiddle,
        FingerPosition::RightRing => BiometricSubType::RightRing,
        FingerPosition::RightLittle => BiometricSubType::RightLittle,
        FingerPosition::LeftThumb => BiometricSubType::LeftThumb,
        FingerPosition::LeftIndex => BiometricSubType::LeftIndex,
        FingerPosition::LeftMiddle => BiometricSubType::LeftMiddle,
        FingerPosition::LeftRing => BiometricSubType::LeftRing,
        FingerPosition::LeftLittle => BiometricSubType::LeftLittle,
    }
}

/// Whether a part of the face can be shown to a model: a profile cannot.
pub const fn is_frontal(part: BiometricSubType) -> bool {
    matches!(part, BiometricSubType::Portrait | BiometricSubType::Unknown)
}

/// Whether a part can be of this kind: an eye is no finger.
pub fn belongs(kind: BiometricType, part: BiometricSubType) -> bool {
    let of = match part {
        BiometricSubType::Unknown => return true,
        BiometricSubType::EyeUndef
        | BiometricSubType::EyeRight
        | BiometricSubType::EyeLeft
        | BiometricSubType::EyeBoth => BiometricType::Iris,
        BiometricSubType::Portrait
        | BiometricSubType::LeftProfile
        | BiometricSubType::RightProfile => BiometricType::Face,
        _ => BiometricType::Finger,
    };
    kind == of || kind == BiometricType::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingers_and_words_lead_to_each_other() {
        for position in FingerPosition::all().into_iter().chain([FingerPosition::Unknown]) {
            assert_eq!(finger(word(position)), Some(position));
            let name = position.name().to_uppercase();
            assert_eq!(word(position).word(), name);
        }
        let fingers = BiometricSubType::ALL.iter().filter(|part| finger(**part).is_some()).count();
        assert_eq!(fingers, 11);
    }

    #[test]
    fn an_eye_is_no_finger() {
        for (kind, part, want) in [
            (BiometricType::Finger, BiometricSubType::LeftThumb, true),
            (BiometricType::Finger, BiometricSubType::EyeLeft, false),
            (BiometricType::Iris, BiometricSubType::EyeLeft, true),
            (BiometricType::Face, BiometricSubType::Portrait, true),
            (BiometricType::Face, BiometricSubType::RightFullPalm, false),
            (BiometricType::Signature, BiometricSubType::LeftThumb, false),
            (BiometricType::Unknown, BiometricSubType::LeftThumb, true),
            (BiometricType::Signature, BiometricSubType::Unknown, true),
        ] {
            assert_eq!(belongs(kind, part), want, "{kind:?} {part:?}");
        }
    }
}
