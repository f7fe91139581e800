//! Between the register and the card press, and between a kit and whoever reads cards for it. Only
//! the press holds the issuing key.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use niims_record::number::HudumaNamba;
use niims_record::person::Sex;
use niims_record::{CardOrderId, DisclosureId, OfficerId};
use serde::{Deserialize, Serialize};

/// What a card shows. Holds personal data.
#[derive(Clone)]
pub struct CardRequest {
    /// The order.
    pub order: CardOrderId,
    /// The number.
    pub number: HudumaNamba,
    /// The full name.
    pub name: String,
    /// The sex.
    pub sex: Sex,
    /// The date of birth as written, and as a day where one is known.
    pub date_of_birth: (String, Option<Date>),
    /// The residence class, a stable name such as `citizen`.
    pub residence_class: String,
    /// The portrait file.
    pub portrait: Option<Vec<u8>>,
    /// Day of issue.
    pub issued_on: Date,
}

impl core::fmt::Debug for CardRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "CardRequest({}, …)", self.order)
    }
}

/// A card as made.
#[derive(Clone)]
pub struct MadeCard {
    /// The two-page PDF: front and back.
    pub pdf: Vec<u8>,
    /// The signed QR text.
    pub credential: String,
}

impl core::fmt::Debug for MadeCard {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MadeCard(…)")
    }
}

/// A finger as a card's chip holds it. Holds biometric data; `Debug` shows none.
#[derive(Clone, PartialEq, Eq)]
pub struct ChipFinger {
    /// ISO/IEC 19794-2 code, 1 to 10.
    pub position: u8,
    /// Quality of the print, 1 to 100.
    pub quality: u8,
    /// Minutiae in the compact card format of ISO/IEC 19794-2:2005, three bytes each.
    pub minutiae: Vec<u8>,
}

impl core::fmt::Debug for ChipFinger {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ChipFinger({}, …)", self.position)
    }
}

/// What the data of a chip are made of. Holds personal data.
#[derive(Clone)]
pub struct ChipRequest {
    /// The signed QR text of the card, to which the fingers are bound.
    pub credential: String,
    /// The fingers, at most two.
    pub fingers: Vec<ChipFinger>,
}

impl core::fmt::Debug for ChipRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ChipRequest(…)")
    }
}

/// Why a card could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the card could not be made ({code})")]
pub struct PressError {
    /// Stable code.
    pub code: String,
}

/// The card press.
#[async_trait]
pub trait CardPress: Send + Sync {
    /// Lays out and signs a card.
    async fn make(&self, request: CardRequest) -> Result<MadeCard, PressError>;

    /// Signs the data for a card's chip, fingers and credential together.
    async fn chip(&self, request: ChipRequest) -> Result<Vec<u8>, PressError>;
}

/// A card as somebody shows it.
#[derive(Clone, Copy)]
pub struct PresentedCard<'a> {
    /// The text of the QR code; empty where only the chip was read.
    pub text: &'a str,
    /// The data of the chip, as a card reader gave them.
    pub chip: Option<&'a [u8]>,
}

impl core::fmt::Debug for PresentedCard<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PresentedCard(…)")
    }
}

/// What a genuine card says. Holds personal data; `Debug` shows none.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadCard {
    /// The serial number of the card.
    pub serial: Option<String>,
    /// The number.
    pub number: String,
    /// The full name.
    pub name: String,
    /// The day of birth, where known.
    pub day_of_birth: Option<Date>,
    /// The residence class, where stated.
    pub residence_class: Option<String>,
    /// Until when it is valid, exclusive.
    pub expires: Timestamp,
    /// Fingers of the chip; none where no chip was read.
    pub fingers: Vec<ChipFinger>,
}

impl core::fmt::Debug for ReadCard {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ReadCard({} fingers, …)", self.fingers.len())
    }
}

/// Why a card is not believed. Never an error of the program: each is an answer for the officer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardDoubt {
    /// Not the text or the chip of any card: a scratch, a smudge, another code.
    #[error("this cannot be read as a card ({code})")]
    Damaged {
        /// Stable code of what does not read.
        code: &'static str,
    },
    /// Signed by a key that is not among those of the issuer.
    #[error("this card was signed by somebody else than the issuer")]
    Foreign,
    /// It names the issuer's key, and the signature does not hold.
    #[error("this card was altered, or never made by the issuer")]
    Forged,
    /// The chip is that of another card.
    #[error("the chip belongs to another card than the code")]
    OtherChip,
    /// Genuine, and from a later day than today.
    #[error("this card is not valid yet")]
    NotYetValid {
        /// The serial number of the card.
        serial: Option<String>,
    },
    /// Genuine, and past its last day.
    #[error("this card has expired")]
    Expired {
        /// The serial number of the card.
        serial: Option<String>,
    },
}

/// Reads cards without a network.
pub trait CardReader: Send + Sync {
    /// What a card says, its signatures and its days checked under the issuer's public keys.
    /// Whether it was revoked, and whether its bearer looks like it, is for the caller.
    ///
    /// # Errors
    /// [`CardDoubt`].
    fn read(
        &self,
        card: &PresentedCard<'_>,
        issuers: &[[u8; 32]],
        now: Timestamp,
    ) -> Result<ReadCard, CardDoubt>;
}

/// One look at a card on a kit, as the centre learns of it. It names the card by its serial number
/// alone, and says nothing that stands on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardLook {
    /// The line that the person will see.
    pub id: DisclosureId,
    /// When, by the kit's clock.
    pub at: Timestamp,
    /// The officer.
    pub officer: OfficerId,
    /// The serial number of the card; `None` where it could not be believed.
    pub serial: Option<String>,
    /// What was read or compared.
    pub act: CardAct,
    /// The stable code of why it was refused, where it was.
    pub refused: Option<String>,
}

/// What was done with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardAct {
    /// What stands on it was shown.
    Read,
    /// With the holder's consent a finger was compared with the chip's, and matched.
    FingerMatched,
    /// With the holder's consent a finger was compared with the chip's, and did not match.
    FingerNotMatched,
}
