//! Cards read without a network, behind the trait that kits call.

use jiff::Timestamp;
use niims_wire::card::{CardDoubt, CardReader, PresentedCard, ReadCard};

use crate::chip;
use crate::credential::{VerifiedCard, verify_by_name};
use crate::error::CardError;
use crate::keys::IssuerPublicKey;

/// Reads cards under the issuer's public keys. Holds no secret.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reader;

impl CardReader for Reader {
    fn read(
        &self,
        card: &PresentedCard<'_>,
        issuers: &[[u8; 32]],
        now: Timestamp,
    ) -> Result<ReadCard, CardDoubt> {
        let keys: Vec<_> =
            issuers.iter().filter_map(|key| IssuerPublicKey::from_bytes(key).ok()).collect();
        let chip = card.chip.map(|bytes| chip::read(bytes, &keys)).transpose().map_err(doubt)?;
        // Texts are copied with blanks and line ends around them.
        let text = card.text.trim();
        let text = match &chip {
            Some(chip) if text.is_empty() => chip.credential.as_str(),
            Some(chip) if chip.credential != text => return Err(CardDoubt::OtherChip),
            _ => text,
        };
        let read = verify_by_name(text, &keys).map_err(doubt)?;
        let serial = read.card_serial.clone();
        match read.check_time(now) {
            Ok(()) => Ok(shown(read, chip.map_or_else(Vec::new, |chip| chip.fingers))),
            Err(CardError::NotYetValid) => Err(CardDoubt::NotYetValid { serial }),
            Err(_) => Err(CardDoubt::Expired { serial }),
        }
    }
}

fn shown(card: VerifiedCard, fingers: Vec<niims_wire::card::ChipFinger>) -> ReadCard {
    ReadCard {
        serial: card.card_serial,
        number: card.number,
        name: card.name,
        day_of_birth: card.day_of_birth,
        residence_class: card.residence_class,
        expires: card.expires,
        fingers,
    }
}

fn doubt(error: CardError) -> CardDoubt {
    match error {
        CardError::OtherIssuer | CardError::Algorithm => CardDoubt::Foreign,
        CardError::Signature => CardDoubt::Forged,
        CardError::OtherChip => CardDoubt::OtherChip,
        other => CardDoubt::Damaged { code: other.code() },
    }
}
