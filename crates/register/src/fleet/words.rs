//! Gives officers of a kit the one-time words by which they take their seats.

use niims_record::fleet::FirstWord;
use niims_record::{KitId, OfficerId};
use niims_store::fleet::officers as roster;
use niims_store::staff::accounts;
use niims_store::{StoreError, Tx};
use niims_wire::fleet::OfficerWord;
use niims_wire::kit::first_word_text;
use sha2::{Digest, Sha256};

/// A fresh word for everybody on a kit; words of before open nothing from then on.
pub(super) async fn give_all(tx: &mut Tx, kit: KitId) -> Result<Vec<OfficerWord>, StoreError> {
    let mut words = Vec::new();
    for member in roster::list(tx, kit).await? {
        words.push(give(tx, kit, member.officer).await?);
    }
    Ok(words)
}

/// A fresh word for one officer. The centre keeps its hash only.
pub(super) async fn give(
    tx: &mut Tx,
    kit: KitId,
    officer: OfficerId,
) -> Result<OfficerWord, StoreError> {
    let word = FirstWord::new(tx.keyring().random());
    let hash = Sha256::digest(first_word_text(kit, officer, &word));
    roster::set_first_word(tx, kit, officer, &hash.into()).await?;
    let account = accounts::get(tx, officer).await?;
    let user_name =
        account.map_or_else(|| officer.to_string(), |account| account.identity.user_name);
    Ok(OfficerWord { user_name, word })
}
