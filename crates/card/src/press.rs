//! The press: everything of a card behind the trait that the register calls.

use async_trait::async_trait;
use niims_wire::card::{CardPress, CardRequest, ChipRequest, MadeCard, PressError};

use crate::chip;
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

    async fn chip(&self, request: ChipRequest) -> Result<Vec<u8>, PressError> {
        chip::write(&request.credential, &request.fingers, &self.key)
            .map_err(|error| PressError { code: error.code().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use jiff::civil::date;
    use niims_record::CardOrderId;
    use niims_record::person::Sex;

    use super::*;
    use crate::credential::verify;

    fn request() -> CardRequest {
        CardRequest {
            order: CardOrderId::from_bytes([0xab; 16]),
            number: "572439086111".parse().unwrap(),
            name: "Synthetic Test Person".to_owned(),
            sex: Sex::Intersex,
            date_of_birth: ("1990".to_owned(), None),
            residence_class: "stateless".to_owned(),
            portrait: None,
            issued_on: date(2028, 2, 29),
        }
    }

    fn press() -> Press {
        let profile = CardProfile::kenya("https://issuer.example", "Any Huduma Centre", true);
        Press::new(IssuerKey::from_bytes(&[3; 32]), profile)
    }

    #[test]
    fn a_request_becomes_a_card_that_verifies() {
        let press = press();
        // The press does not wait for anything, so the first poll is the answer.
        let mut making = pin!(press.make(request()));
        let Poll::Ready(made) = making.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        else {
            panic!("the press waits");
        };
        let made = made.unwrap();
        let noon = "2030-01-01T09:00:00Z".parse().unwrap();
        let card = verify(&made.credential, &press.public_key(), noon).unwrap();
        assert_eq!(card.card_serial.as_deref(), Some("ABAB-ABAB-ABAB-ABAB"));
        assert_eq!(card.residence_class.as_deref(), Some("Stateless person"));
        assert_eq!(card.day_of_birth, None);
        assert!(made.pdf.starts_with(b"%PDF-"));
    }

    #[test]
    fn a_card_is_valid_for_whole_years_even_from_a_leap_day() {
        let check = |issued_on, want| {
            let face = face_of(CardRequest { issued_on, ..request() }).unwrap();
            assert_eq!(face.valid_until, want);
        };
        check(date(2028, 2, 29), date(2038, 2, 28));
        check(date(2026, 11, 22), date(2036, 11, 22));
    }

    #[test]
    fn a_bad_request_gets_the_code_of_what_is_wrong() {
        let broken = CardRequest { portrait: Some(vec![0; 10]), ..request() };
        let face = face_of(broken).unwrap();
        assert_eq!(press().press(&face).err(), Some(CardError::Portrait));
    }
}
