//! Looks at cards that kits made without a network: each becomes one line that the person sees.
//!
//! The id of the line was drawn on the kit, so a look that comes twice is one line.

use niims_packet::{KitVerifyingKey, open_letter};
use niims_record::KitId;
use niims_store::{StoreError, Tx, cards, disclosures, kits};
use niims_wire::card::{CardAct, CardLook};
use niims_wire::kit::{CARD_LOOK_LABEL, CardLooksKept};

use crate::Register;
use crate::disclose::{self, Look};

/// What is read of a card that is shown.
const SHOWN: &[&str] = &["number", "name", "date_of_birth"];

impl Register {
    /// Opens the letters of a kit and keeps their looks, all or none. What does not read is
    /// counted, and stays on the kit.
    pub(crate) async fn keep_card_looks(
        &self,
        kit: KitId,
        letters: Vec<Vec<u8>>,
    ) -> Result<CardLooksKept, StoreError> {
        let mut tx = self.db.write().await?;
        let key = kits::get(&mut tx, kit).await?;
        let key = key.and_then(|kit| KitVerifyingKey::from_bytes(&kit.signing_key).ok());
        let mut answer = CardLooksKept { kept: Vec::new(), unreadable: 0 };
        for letter in &letters {
            let opened = key
                .as_ref()
                .and_then(|key| open_letter(CARD_LOOK_LABEL, letter, key, &self.centre_key).ok());
            let look = opened.and_then(|message| serde_json::from_slice::<CardLook>(&message).ok());
            match look {
                Some(look) => {
                    self.keep(&mut tx, &look).await?;
                    answer.kept.push(look.id);
                }
                None => answer.unreadable += 1,
            }
        }
        tx.commit().await?;
        Ok(answer)
    }

    async fn keep(&self, tx: &mut Tx, look: &CardLook) -> Result<(), StoreError> {
        if disclosures::is_there(tx, look.id).await? {
            return Ok(());
        }
        let order = match look.serial.as_deref().and_then(beginning) {
            Some(first) => cards::by_beginning(tx, first).await?,
            None => None,
        };
        let officer = look.officer.to_string();
        let line = Look {
            application: order.map(|order| order.application),
            asker: "kit",
            officer: &officer,
            purpose: "card_check",
            attributes: attributes(look.act),
            denied: look.refused.as_deref(),
            // A kit whose clock runs ahead must not hide later lines behind this one.
            at: look.at.min(self.clock.now()),
        };
        disclose::line_under(tx, look.id, &line).await
    }
}

const fn attributes(act: CardAct) -> &'static [&'static str] {
    match act {
        CardAct::Read => SHOWN,
        CardAct::FingerMatched => &["card_finger_matched"],
        CardAct::FingerNotMatched => &["card_finger_not_matched"],
    }
}

/// The first eight bytes of the order's id that a serial number states: `XXXX-XXXX-XXXX-XXXX`.
fn beginning(serial: &str) -> Option<[u8; 8]> {
    let plain: String = serial.chars().filter(|c| *c != '-').collect();
    let mut first = [0; 8];
    hex::decode_to_slice(plain, &mut first).ok().map(|()| first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_states_the_beginning_of_an_order() {
        assert_eq!(beginning("ABAB-0102-0304-05FF"), Some([0xab, 0xab, 1, 2, 3, 4, 5, 0xff]));
        for none in ["", "ABAB", "ABAB-0102-0304-05FF-00", "XXXX-0102-0304-05FF", "é"] {
            assert_eq!(beginning(none), None, "{none}");
        }
    }
}
