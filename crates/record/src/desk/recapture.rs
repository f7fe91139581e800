//! What a recapture should do better.

use serde::{Deserialize, Serialize};

/// Most lines of advice: one for each finger.
pub const MOST_ADVICE: usize = 10;

macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$vdoc])* $variant),+
        }

        impl $name {
            /// All of them, for texts and forms.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

closed_list! {
    /// What is wrong with a print.
    CaptureFault {
        /// Too dry: the ridges break.
        Dry = "dry",
        /// Too wet or pressed too hard: the ridges run together.
        Wet = "wet",
        /// Worn or cracked skin.
        Worn = "worn",
        /// The tip or the side only.
        OffCentre = "off_centre",
        /// It moved.
        Smeared = "smeared",
        /// It is another finger than stated.
        WrongFinger = "wrong_finger",
        /// There is none.
        Missing = "missing",
    }
}

closed_list! {
    /// What to do about it.
    CaptureRemedy {
        /// Moisten the finger.
        Moisten = "moisten",
        /// Dry the finger, press less.
        DryAndPressLess = "dry_and_press_less",
        /// Clean the glass.
        CleanGlass = "clean_glass",
        /// Lay the whole pad of the finger flat.
        LayFlat = "lay_flat",
        /// Hold still until the picture is taken.
        HoldStill = "hold_still",
        /// Take the finger that is named.
        TakeNamedFinger = "take_named_finger",
        /// Wait until a wound has healed.
        ComeWhenHealed = "come_when_healed",
        /// Have a second officer vouch for what cannot be captured.
        RecordException = "record_exception",
    }
}

/// One line of advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecaptureAdvice {
    /// ISO/IEC 19794-2 code of the finger, 1 to 10; 0 for all.
    pub finger: u8,
    /// What is wrong.
    pub fault: CaptureFault,
    /// What to do.
    pub remedy: CaptureRemedy,
}

/// Why advice is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdviceRefused {
    /// A recapture without advice fails as the first capture did.
    #[error("say which finger is to be captured better, and how")]
    Missing,
    /// Too many lines, or no finger.
    #[error("name fingers from 1 to 10, or 0 for all, in at most {MOST_ADVICE} lines")]
    OutOfBounds,
    /// Advice beside another verdict.
    #[error("only a recapture comes with advice on capture")]
    NotAsked,
}

/// Checks the advice of an opinion that asks for a recapture, or does not.
pub fn check_advice(advice: &[RecaptureAdvice], asks: bool) -> Result<(), AdviceRefused> {
    match (asks, advice.len()) {
        (false, 0) => Ok(()),
        (false, _) => Err(AdviceRefused::NotAsked),
        (true, 0) => Err(AdviceRefused::Missing),
        (true, 1..=MOST_ADVICE) if advice.iter().all(|line| line.finger <= 10) => Ok(()),
        (true, _) => Err(AdviceRefused::OutOfBounds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_goes_with_recaptures_only() {
        let line = |finger| RecaptureAdvice {
            finger,
            fault: CaptureFault::Dry,
            remedy: CaptureRemedy::Moisten,
        };
        assert_eq!(check_advice(&[], false), Ok(()));
        assert_eq!(check_advice(&[line(1)], false), Err(AdviceRefused::NotAsked));
        assert_eq!(check_advice(&[], true), Err(AdviceRefused::Missing));
        assert_eq!(check_advice(&[line(0), line(10)], true), Ok(()));
        assert_eq!(check_advice(&[line(11)], true), Err(AdviceRefused::OutOfBounds));
        assert_eq!(check_advice(&[line(1); 11], true), Err(AdviceRefused::OutOfBounds));
    }
}
