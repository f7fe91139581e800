//! The closed lists of words in the standard.

/// An enumeration that is written as one of these words, and read from nothing else.
macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$note])* #[doc = concat!("`", $word, "`.")] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The standard's word.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The value with this word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                Self::from_word(&word)
                    .ok_or_else(|| serde::de::Error::custom("not one of the words of the standard"))
            }
        }
    )+};
}

vocabulary! {
    /// Whether an encounter is searched.
    Status {
        Active = "ACTIVE",
        Inactive = "INACTIVE",
    }

    /// What of the body.
    BiometricType {
        Face = "FACE",
        Finger = "FINGER",
        Iris = "IRIS",
        Signature = "SIGNATURE",
        Unknown = "UNKNOWN",
    }

    /// Which part of it.
    BiometricSubType {
        Unknown = "UNKNOWN",
        RightThumb = "RIGHT_THUMB",
        RightIndex = "RIGHT_INDEX",
        RightMiddle = "RIGHT_MIDDLE",
        RightRing = "RIGHT_RING",
        RightLittle = "RIGHT_LITTLE",
        LeftThumb = "LEFT_THUMB",
        LeftIndex = "LEFT_INDEX",
        LeftMiddle = "LEFT_MIDDLE",
        LeftRing = "LEFT_RING",
        LeftLittle = "LEFT_LITTLE",
        PlainRightFourFingers = "PLAIN_RIGHT_FOUR_FINGERS",
        PlainLeftFourFingers = "PLAIN_LEFT_FOUR_FINGERS",
        PlainThumbs = "PLAIN_THUMBS",
        UnknownPalm = "UNKNOWN_PALM",
        RightFullPalm = "RIGHT_FULL_PALM",
        RightWritersPalm = "RIGHT_WRITERS_PALM",
        LeftFullPalm = "LEFT_FULL_PALM",
        LeftWritersPalm = "LEFT_WRITERS_PALM",
        RightLowerPalm = "RIGHT_LOWER_PALM",
        RightUpperPalm = "RIGHT_UPPER_PALM",
        LeftLowerPalm = "LEFT_LOWER_PALM",
        LeftUpperPalm = "LEFT_UPPER_PALM",
        RightOther = "RIGHT_OTHER",
        LeftOther = "LEFT_OTHER",
        RightInterdigital = "RIGHT_INTERDIGITAL",
        RightThenar = "RIGHT_THENAR",
        RightHypothenar = "RIGHT_HYPOTHENAR",
        LeftInterdigital = "LEFT_INTERDIGITAL",
        LeftThenar = "LEFT_THENAR",
        LeftHypothenar = "LEFT_HYPOTHENAR",
        RightIndexAndMiddle = "RIGHT_INDEX_AND_MIDDLE",
        RightMiddleAndRing = "RIGHT_MIDDLE_AND_RING",
        RightRingAndLittle = "RIGHT_RING_AND_LITTLE",
        LeftIndexAndMiddle = "LEFT_INDEX_AND_MIDDLE",
        LeftMiddleAndRing = "LEFT_MIDDLE_AND_RING",
        LeftRingAndLittle = "LEFT_RING_AND_LITTLE",
        RightIndexAndLeftIndex = "RIGHT_INDEX_AND_LEFT_INDEX",
        RightIndexAndMiddleAndRing = "RIGHT_INDEX_AND_MIDDLE_AND_RING",
        RightMiddleAndRingAndLittle = "RIGHT_MIDDLE_AND_RING_AND_LITTLE",
        LeftIndexAndMiddleAndRing = "LEFT_INDEX_AND_MIDDLE_AND_RING",
        LeftMiddleAndRingAndLittle = "LEFT_MIDDLE_AND_RING_AND_LITTLE",
        EyeUndef = "EYE_UNDEF",
        EyeRight = "EYE_RIGHT",
        EyeLeft = "EYE_LEFT",
        EyeBoth = "EYE_BOTH",
        Portrait = "PORTRAIT",
        LeftProfile = "LEFT_PROFILE",
        RightProfile = "RIGHT_PROFILE",
    }

    /// How the finger met the sensor.
    ImpressionType {
        LiveScanPlain = "LIVE_SCAN_PLAIN",
        LiveScanRolled = "LIVE_SCAN_ROLLED",
        NonliveScanPlain = "NONLIVE_SCAN_PLAIN",
        NonliveScanRolled = "NONLIVE_SCAN_ROLLED",
        LatentImpression = "LATENT_IMPRESSION",
        LatentTracing = "LATENT_TRACING",
        LatentPhoto = "LATENT_PHOTO",
        LatentLift = "LATENT_LIFT",
        LiveScanSwipe = "LIVE_SCAN_SWIPE",
        LiveScanVerticalRoll = "LIVE_SCAN_VERTICAL_ROLL",
        LiveScanPalm = "LIVE_SCAN_PALM",
        NonliveScanPalm = "NONLIVE_SCAN_PALM",
        LatentPalmImpression = "LATENT_PALM_IMPRESSION",
        LatentPalmTracing = "LATENT_PALM_TRACING",
        LatentPalmPhoto = "LATENT_PALM_PHOTO",
        LatentPalmLift = "LATENT_PALM_LIFT",
        LiveScanOpticalContactlessPlain = "LIVE_SCAN_OPTICAL_CONTACTLESS_PLAIN",
        Other = "OTHER",
        Unknown = "UNKNOWN",
    }

    /// How the pixels are packed.
    Compression {
        None = "NONE",
        Wsq = "WSQ",
        Jpeg = "JPEG",
        Jpeg2000 = "JPEG2000",
        Png = "PNG",
    }

    /// Why there is nothing to capture.
    Presence {
        Bandaged = "BANDAGED",
        Amputated = "AMPUTATED",
        Damaged = "DAMAGED",
    }

    /// How an encrypted part is packed.
    EncryptionType {
        Jwe = "JWE",
        Pkcs7 = "PKCS7",
    }

    /// How a hash is signed.
    SignatureType {
        None = "NONE",
        Jws = "JWS",
        Pkcs7 = "PKCS7",
    }

    /// How an asynchronous call stands.
    TaskStatus {
        Pending = "PENDING",
        ResponseScheduled = "RESPONSE_SCHEDULED",
        ResponseError = "RESPONSE_ERROR",
        ResponseRetry = "RESPONSE_RETRY",
        Completed = "COMPLETED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_and_nothing_else_reads() {
        assert_eq!(BiometricSubType::ALL.len(), 49);
        for &part in BiometricSubType::ALL {
            let json = serde_json::to_string(&part).unwrap();
            assert_eq!(serde_json::from_str::<BiometricSubType>(&json).unwrap(), part);
        }
        for text in ["\"active\"", "\"ACTIVE \"", "0", "null", r#"{"ACTIVE":null}"#, "[\"ACTIVE\"]"]
        {
            assert!(serde_json::from_str::<Status>(text).is_err(), "{text}");
        }
    }
}
