//! Which finger: the position codes of ISO/IEC 19794-2:2005, table 2.

use serde::{Deserialize, Serialize};

/// A finger of a hand, or a finger whose position nobody stated.
///
/// The order is that of the ISO codes. Serialised as its `snake_case` name, for example
/// `right_index`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FingerPosition {
    /// Code 0: the position is not known.
    Unknown,
    /// Code 1.
    RightThumb,
    /// Code 2.
    RightIndex,
    /// Code 3.
    RightMiddle,
    /// Code 4.
    RightRing,
    /// Code 5.
    RightLittle,
    /// Code 6.
    LeftThumb,
    /// Code 7.
    LeftIndex,
    /// Code 8.
    LeftMiddle,
    /// Code 9.
    LeftRing,
    /// Code 10.
    LeftLittle,
}

impl FingerPosition {
    /// The ten known fingers, in the order of their codes 1 to 10.
    pub const fn all() -> [Self; 10] {
        [
            Self::RightThumb,
            Self::RightIndex,
            Self::RightMiddle,
            Self::RightRing,
            Self::RightLittle,
            Self::LeftThumb,
            Self::LeftIndex,
            Self::LeftMiddle,
            Self::LeftRing,
            Self::LeftLittle,
        ]
    }

    /// The ISO/IEC 19794-2:2005 code, 0 to 10.
    pub const fn code(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::RightThumb => 1,
            Self::RightIndex => 2,
            Self::RightMiddle => 3,
            Self::RightRing => 4,
            Self::RightLittle => 5,
            Self::LeftThumb => 6,
            Self::LeftIndex => 7,
            Self::LeftMiddle => 8,
            Self::LeftRing => 9,
            Self::LeftLittle => 10,
        }
    }

    /// The position with this code, or `None` above 10.
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Unknown),
            _ => Self::all().get(usize::from(code) - 1).copied(),
        }
    }

    /// The `snake_case` name, the same as in serialised form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::RightThumb => "right_thumb",
            Self::RightIndex => "right_index",
            Self::RightMiddle => "right_middle",
            Self::RightRing => "right_ring",
            Self::RightLittle => "right_little",
            Self::LeftThumb => "left_thumb",
            Self::LeftIndex => "left_index",
            Self::LeftMiddle => "left_middle",
            Self::LeftRing => "left_ring",
            Self::LeftLittle => "left_little",
        }
    }

    /// The position with this `snake_case` name.
    pub fn from_name(name: &str) -> Option<Self> {
        std::iter::once(Self::Unknown).chain(Self::all()).find(|position| position.name() == name)
    }
}

impl std::fmt::Display for FingerPosition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_lead_back_to_their_finger() {
        for code in 0..=10 {
            let finger = FingerPosition::from_code(code).unwrap();
            assert_eq!(finger.code(), code);
            assert_eq!(FingerPosition::from_name(finger.name()), Some(finger));
            let json = serde_json::to_string(&finger).unwrap();
            assert_eq!(json, format!("\"{}\"", finger.name()));
        }
        for code in 11..=255 {
            assert_eq!(FingerPosition::from_code(code), None);
        }
        assert_eq!(FingerPosition::from_code(1), Some(FingerPosition::RightThumb));
        assert_eq!(FingerPosition::from_code(10), Some(FingerPosition::LeftLittle));
    }
}
