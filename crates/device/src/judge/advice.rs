//! Causes of a poor capture and their remedies, in English and Swahili.

use niims_fingerprint::ExtractError;
use niims_fingerprint::quality::QualityReason;

/// What is wrong with a capture and what the officer can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Advice {
    /// Little of the finger is in the picture.
    SmallArea,
    /// The ridges are not clear.
    UnclearRidges,
    /// Few minutiae could be relied on.
    FewMinutiae,
    /// Too dark: wet, or pressed hard.
    TooDark,
    /// Too light: dry, or hardly pressed.
    TooLight,
    /// No finger is there.
    NoFinger,
    /// What is there has no ridges.
    NoRidges,
    /// Several fingers where one was asked.
    SeveralFingers,
    /// Fewer fingers than were asked.
    FingersAbsent,
    /// More fingers than were asked.
    FingersTooMany,
    /// The picture has a resolution or size that is not worked with.
    Picture,
}

impl Advice {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::SmallArea,
        Self::UnclearRidges,
        Self::FewMinutiae,
        Self::TooDark,
        Self::TooLight,
        Self::NoFinger,
        Self::NoRidges,
        Self::SeveralFingers,
        Self::FingersAbsent,
        Self::FingersTooMany,
        Self::Picture,
    ];

    /// Stable dotted code, by which a page finds its text.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SmallArea => "capture.small_area",
            Self::UnclearRidges => "capture.unclear_ridges",
            Self::FewMinutiae => "capture.few_minutiae",
            Self::TooDark => "capture.too_dark",
            Self::TooLight => "capture.too_light",
            Self::NoFinger => "capture.no_finger",
            Self::NoRidges => "capture.no_ridges",
            Self::SeveralFingers => "capture.several_fingers",
            Self::FingersAbsent => "capture.fingers_absent",
            Self::FingersTooMany => "capture.fingers_too_many",
            Self::Picture => "capture.picture",
        }
    }

    /// The advice of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// Cause and remedy for the officer, English.
    pub const fn english(self) -> &'static str {
        match self {
            Self::SmallArea => {
                "Little of the finger touched the glass. Lay it flat, with the middle of the pad on the glass."
            }
            Self::UnclearRidges => {
                "The lines are not clear. Wipe the glass and the finger, and hold still."
            }
            Self::FewMinutiae => "Few lines could be read. Move the finger a little and try again.",
            Self::TooDark => "The print is very dark. Dry the finger and press less.",
            Self::TooLight => {
                "The print is very faint. Rub the finger on a moist cloth and press a little more."
            }
            Self::NoFinger => "No finger was seen. Place it on the glass and wait for the light.",
            Self::NoRidges => "What was seen is no finger. Wipe the glass and try again.",
            Self::SeveralFingers => "Several fingers were seen. Place one finger alone.",
            Self::FingersAbsent => {
                "Not all fingers were seen. Lay all of them flat, or mark the one that is missing."
            }
            Self::FingersTooMany => {
                "More fingers were seen than were asked for. Place one hand alone, without the thumb."
            }
            Self::Picture => {
                "The scanner's picture cannot be used. Use another scanner and report it."
            }
        }
    }

    /// Cause and remedy for the officer, Swahili.
    pub const fn swahili(self) -> &'static str {
        match self {
            Self::SmallArea => {
                "Sehemu ndogo tu ya kidole imegusa kioo. Kilaze kidole, katikati ya ncha iguse kioo."
            }
            Self::UnclearRidges => {
                "Alama haziko wazi. Futa kioo na kidole, kisha mtu atulie bila kusogea."
            }
            Self::FewMinutiae => "Alama chache tu zimesomeka. Sogeza kidole kidogo ujaribu tena.",
            Self::TooDark => "Alama ni nyeusi mno. Kausha kidole na ubonyeze kidogo.",
            Self::TooLight => {
                "Alama imefifia. Sugua kidole kwa kitambaa chenye unyevu na ubonyeze zaidi kidogo."
            }
            Self::NoFinger => "Hakuna kidole kilichoonekana. Weka kidole kwenye kioo usubiri taa.",
            Self::NoRidges => "Kilichoonekana si kidole. Futa kioo ujaribu tena.",
            Self::SeveralFingers => "Vidole kadhaa vimeonekana. Weka kidole kimoja peke yake.",
            Self::FingersAbsent => {
                "Si vidole vyote vilivyoonekana. Vilaze vyote, au utie alama kwa kisichokuwepo."
            }
            Self::FingersTooMany => {
                "Vidole vingi kuliko vilivyoombwa vimeonekana. Weka mkono mmoja, bila kidole gumba."
            }
            Self::Picture => {
                "Picha ya kifaa haiwezi kutumika. Tumia kifaa kingine na utoe taarifa."
            }
        }
    }

    /// What a reason of the quality measure means here.
    pub(super) const fn of_quality(reason: QualityReason) -> Self {
        match reason {
            QualityReason::SmallArea => Self::SmallArea,
            QualityReason::UnclearRidges => Self::UnclearRidges,
            QualityReason::FewMinutiae => Self::FewMinutiae,
            QualityReason::TooDark => Self::TooDark,
            QualityReason::TooLight => Self::TooLight,
        }
    }

    /// What a refusal of the extraction means here.
    pub(super) const fn of_refusal(error: &ExtractError) -> Self {
        match error {
            ExtractError::Resolution(_) | ExtractError::Size { .. } => Self::Picture,
            ExtractError::NoFinger => Self::NoFinger,
            ExtractError::LittleRidgeArea { .. } => Self::SmallArea,
            ExtractError::SeveralFingers => Self::SeveralFingers,
            // No ridges, no minutiae, no template, and what may be told apart later.
            _ => Self::NoRidges,
        }
    }
}
