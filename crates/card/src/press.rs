//! The press: everything of a card behind the trait that the register calls.

use async_trait::async_trait;
use niims_wire::card::{CardPress, CardRequest, MadeCard, PressError};

use crate::credential::sign;
use crate::error::CardError;
use crate::face::{CardFace, CardProfile};
use crate::keys::{IssuerKey, IssuerPublicKey};
use crate::paper::card_pdf;

/// Years that a card is valid. Source: ten years are usual for adults' identity
/// cards (ISO/IEC 24727 leaves it open); the number itself never expires.
pub const YEARS_VALID: i16 = 10;

/// Lays out and signs cards. The only holder of the issuing key.
#[derive(Debug)]
pub struct Press {
    key: IssuerKey,
    profile: CardProfile,
}

impl Press {
    /// A press with this key for cards of this profile.
    pub const fn new(key: IssuerKey, profile: CardProfile) -> Self {
        Self { key, profile }
    }

    /// The key under which this press's cards are checked.
    pub fn public_key(&self) -> IssuerPublicKey {
        self.key.public()
    }

    /// Signs and lays out one card.
    pub fn press(&self, face: &CardFace) -> Result<MadeCard, CardError> {
        let credential = sign(face, &self.profile, &self.key)?;
        let pdf = card_pdf(face, &self.profile, &credential)?;
        Ok(MadeCard { pdf, credential })
    }
}

/// What a card shows for a request. The serial number is the order's id: opaque,
/// unique, and known to whoever revokes.
fn face_of(request: CardRequest) -> Result<CardFace, CardError> {
    let (date_of_birth, day_of_birth) = request.date_of_birth;
    let last_year = request.issued_on.year().checked_add(YEARS_VALID);
    let valid_until = last_year
        .and_then(|year| {
            request.issued_on.with().year(year).build().ok().or_else(|| {
                // Issued on 29 February, to end in a common year.
                request.issued_on.with().year(year).day(28).build().ok()
            })
        })
        .ok_or(CardError::Validity)?;
    Ok(CardFace {
        number: request.number,
        name: request.name,
        sex: request.sex,
        date_of_birth,
        day_of_birth,
        residence_class: residence_class_label(&request.residence_class).to_owned(),
        portrait: request.portrait,
        issued_on: request.issued_on,
        valid_until,
        card_serial: serial_of(&request.order),
    })
}

/// The first sixteen hexadecimal digits of the order's id, in groups of four.
fn serial_of(order: &niims_record::CardOrderId) -> String {
    let plain: String = order.to_string().chars().filter(char::is_ascii_hexdigit).collect();
    let upper = plain.to_ascii_uppercase();
    [&upper[..4], &upper[4..8], &upper[8..12], &upper[12..16]].join("-")
}

/// The residence class as printed; a class that we do not know is printed as it is.
fn residence_class_label(name: &str) -> &str {
    match name {
        "citizen" => "Citizen",
        "dual_citizen" => "Dual citizen",
        "foreign_resident" => "Foreign resident",
        "refugee" => "Refugee",
        "asylum_seeker" => "Asylum seeker",
        "stateless" => "Stateless person",
        "undetermined" => "Resident",
        other => other,
    }
}

#[async_trait]
impl CardPress for Press {
    async fn make(&self, request: CardRequest) -> Result<MadeCard, PressError> {
        face_of(request)
            .and_then(|face| self.press(&face))
            .map_err(|error| PressError { code: error.code().to_owned() })
    }
}
