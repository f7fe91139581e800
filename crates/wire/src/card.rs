//! Between the register and the card press. Only the press holds the issuing key.

use async_trait::async_trait;
use jiff::civil::Date;
use niims_record::CardOrderId;
use niims_record::number::HudumaNamba;
use niims_record::person::Sex;

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
}
