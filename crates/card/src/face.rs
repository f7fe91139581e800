//! What a card shows of a person, and what is the same on every card of an issuer.

use core::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use niims_record::name::{LONGEST_PART, MOST_PARTS};
use niims_record::number::HudumaNamba;
use niims_record::person::Sex;

use crate::error::CardError;

/// Longest name on a card, in characters: the longest that the record can hold,
/// with spaces. The front makes long names smaller and at last cuts them with an
/// ellipsis; the QR code carries them in full.
pub const LONGEST_NAME: usize = MOST_PARTS * (LONGEST_PART + 1);

/// Longest other text on a card, in characters. Three lines of the back at the
/// smallest legible size hold about 200.
pub const LONGEST_TEXT: usize = 200;

/// What one card shows. Holds personal data; `Debug` shows none.
#[derive(Clone, PartialEq, Eq)]
pub struct CardFace {
    /// The Huduma Namba.
    pub number: HudumaNamba,
    /// The full name as on the form.
    pub name: String,
    /// The sex.
    pub sex: Sex,
    /// The date of birth as a registrar writes it, at its precision.
    pub date_of_birth: String,
    /// The day of birth, where the day is known: the QR's own claim.
    pub day_of_birth: Option<Date>,
    /// The residence class in words, such as "Citizen".
    pub residence_class: String,
    /// The portrait as a JPEG or PNG file; none for those who have an exemption.
    pub portrait: Option<Vec<u8>>,
    /// Day of issue.
    pub issued_on: Date,
    /// Last day of validity.
    pub valid_until: Date,
    /// Serial number of this card, for its revocation; says nothing else.
    pub card_serial: String,
}

impl fmt::Debug for CardFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardFace(…)")
    }
}

/// What is the same on every card of an issuer; from the country pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardProfile {
    /// The issuer claim of the QR, a name or a URL.
    pub issuer: String,
    /// ISO 3166-1 alpha-2 code of the issuing country.
    pub country: String,
    /// Offset from UTC at which the issuer's days begin; Kenya: three hours.
    pub day_begins: Offset,
    /// Where to complain: telephone, address, page. Printed on the back.
    pub complaints: String,
    /// Prints SPECIMEN across the card. Set it everywhere but in production.
    pub specimen: bool,
}

impl CardProfile {
    /// The profile of the Republic of Kenya with a complaints contact.
    pub fn kenya(issuer: &str, complaints: &str, specimen: bool) -> Self {
        Self {
            issuer: issuer.to_owned(),
            country: "KE".to_owned(),
            day_begins: Offset::constant(3),
            complaints: complaints.to_owned(),
            specimen,
        }
    }

    /// The instant at which a day begins for the issuer.
    pub(crate) fn start_of(&self, day: Date) -> Result<Timestamp, CardError> {
        let zone = TimeZone::fixed(self.day_begins);
        day.to_zoned(zone).map(|zoned| zoned.timestamp()).map_err(|_| CardError::Validity)
    }
}

/// Checks what no later stage may trip over.
pub(crate) fn check(face: &CardFace, profile: &CardProfile) -> Result<(), CardError> {
    if face.valid_until < face.issued_on {
        return Err(CardError::Validity);
    }
    check_text(&face.name, LONGEST_NAME)?;
    for text in [
        &face.date_of_birth,
        &face.residence_class,
        &face.card_serial,
        &profile.issuer,
        &profile.country,
        &profile.complaints,
    ] {
        check_text(text, LONGEST_TEXT)?;
    }
    Ok(())
}

fn check_text(text: &str, longest: usize) -> Result<(), CardError> {
    let printable = !text.trim().is_empty() && !text.chars().any(char::is_control);
    if printable && text.chars().count() <= longest { Ok(()) } else { Err(CardError::Text) }
}
