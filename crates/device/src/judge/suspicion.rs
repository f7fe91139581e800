//! Whose finger it is: the same finger twice, hands exchanged, and the officer's own.
//!
//! A suspicion is told to the officer on the spot and recorded with the capture. It refuses nobody:
//! the officer captures again, or says why it stays, and the centre compares anew.

use std::sync::Arc;

use niims_fingerprint::person::SAME_FINGER;
use niims_fingerprint::{FingerPosition, Prepared, compare};

/// Prints that a new one is held against.
#[derive(Clone, Default)]
pub struct Comparisons {
    /// What was captured of this resident, by finger.
    pub resident: Vec<(FingerPosition, Arc<Prepared>)>,
    /// Fingers of the officers of this kit.
    pub officers: Vec<Arc<Prepared>>,
}

/// What is suspicious about a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suspicion {
    /// A print is of a finger that was captured under another name.
    SameFingerTwice {
        /// As it is named now.
        now: FingerPosition,
        /// As it was named before.
        before: FingerPosition,
    },
    /// The hand that was captured before lies on the glass again: two or more of its fingers came
    /// under the names of the other hand.
    HandsExchanged,
    /// Another try of a finger shows another finger than the try before.
    NotTheSameFinger {
        /// Which.
        finger: FingerPosition,
    },
    /// A print is of an officer of this kit.
    OfficersFinger {
        /// As it is named.
        finger: FingerPosition,
    },
}

impl Suspicion {
    /// Stable dotted code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SameFingerTwice { .. } => "capture.same_finger_twice",
            Self::HandsExchanged => "capture.hands_exchanged",
            Self::NotTheSameFinger { .. } => "capture.not_the_same_finger",
            Self::OfficersFinger { .. } => "capture.officers_finger",
        }
    }

    /// What to tell the officer of a suspicion with this code, in English and Swahili.
    pub fn words_of(code: &str) -> Option<[&'static str; 2]> {
        let any = FingerPosition::Unknown;
        let one_of_each = [
            Self::SameFingerTwice { now: any, before: any },
            Self::HandsExchanged,
            Self::NotTheSameFinger { finger: any },
            Self::OfficersFinger { finger: any },
        ];
        let found = one_of_each.into_iter().find(|known| known.code() == code)?;
        Some([found.english(), found.swahili()])
    }

    /// The finger that it is about, under the name it was captured by now.
    pub const fn finger(self) -> Option<FingerPosition> {
        match self {
            Self::SameFingerTwice { now: finger, .. }
            | Self::NotTheSameFinger { finger }
            | Self::OfficersFinger { finger } => Some(finger),
            Self::HandsExchanged => None,
        }
    }

    /// What to tell the officer, English.
    pub const fn english(self) -> &'static str {
        match self {
            Self::SameFingerTwice { .. } => {
                "This finger was captured before under another name. Place the finger that is asked for."
            }
            Self::HandsExchanged => {
                "This hand was captured before as the other hand. Place the hand that is asked for."
            }
            Self::NotTheSameFinger { .. } => {
                "This is another finger than in the try before. Place the finger that is asked for."
            }
            Self::OfficersFinger { .. } => {
                "This is a finger of an officer of this kit. Only the resident's fingers may be captured."
            }
        }
    }

    /// What to tell the officer, Swahili.
    pub const fn swahili(self) -> &'static str {
        match self {
            Self::SameFingerTwice { .. } => {
                "Kidole hiki kilishachukuliwa kwa jina lingine. Weka kidole kinachoombwa."
            }
            Self::HandsExchanged => {
                "Mkono huu ulishachukuliwa kama mkono mwingine. Weka mkono unaoombwa."
            }
            Self::NotTheSameFinger { .. } => {
                "Hiki si kidole cha jaribio lililopita. Weka kidole kinachoombwa."
            }
            Self::OfficersFinger { .. } => {
                "Hiki ni kidole cha afisa wa kifaa hiki. Vidole vya mkazi tu ndivyo vinavyochukuliwa."
            }
        }
    }
}

/// Score at or below which two good prints under one name are of two fingers, millinats. Range −3,000
/// to 0: below 0 prints speak against one finger. Measured on 100 pairs each of synthetic typical
/// prints of quality 50 and more (`judge/tests.rs`): 98 pairs of two fingers reach it, and no pair of
/// one finger came below 14,000.
const ANOTHER_FINGER: i32 = -1_500;
/// Quality of both prints from which a low score means another finger.
const SURE_QUALITY: u8 = 50;

/// Holds the prints of a capture against what is known. Each comparison takes about a millisecond:
/// four new prints against ten old ones and twenty of officers some 120 ms.
pub fn suspicions(
    captured: &[(FingerPosition, Arc<Prepared>)],
    known: &Comparisons,
) -> Vec<Suspicion> {
    let mut found = Vec::new();
    let mut exchanged = 0;
    for (index, (finger, print)) in captured.iter().enumerate() {
        if known.officers.iter().any(|own| compare(print, own).score >= SAME_FINGER) {
            found.push(Suspicion::OfficersFinger { finger: *finger });
        }
        let earlier = known.resident.iter().chain(&captured[..index]);
        for (before, other) in earlier {
            let score = compare(print, other).score;
            if before == finger {
                if is_another(score, print, other) {
                    found.push(Suspicion::NotTheSameFinger { finger: *finger });
                }
            } else if score >= SAME_FINGER {
                exchanged += u32::from(other_hand(*finger, *before));
                found.push(Suspicion::SameFingerTwice { now: *finger, before: *before });
            }
        }
    }
    if exchanged >= 2 {
        found.retain(|one| !matches!(one, Suspicion::SameFingerTwice { now, before } if other_hand(*now, *before)));
        found.push(Suspicion::HandsExchanged);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether two prints under one name are of two fingers, as far as good prints can tell.
pub fn another_finger(one: &Prepared, other: &Prepared) -> bool {
    is_another(compare(one, other).score, one, other)
}

fn is_another(score: i32, one: &Prepared, other: &Prepared) -> bool {
    one.quality().min(other.quality()) >= SURE_QUALITY && score <= ANOTHER_FINGER
}

/// Whether the fingers are of different hands, thumbs included.
fn other_hand(one: FingerPosition, other: FingerPosition) -> bool {
    let left = |finger: FingerPosition| finger.code() > FingerPosition::RightLittle.code();
    left(one) != left(other)
}
