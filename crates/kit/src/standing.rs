//! Whether the centre has stopped the kit: believed by its signature alone.
//!
//! A refusal of the centre is not signed, so anybody on the line could make one. It only makes the
//! kit ask, and the answer counts when the centre signed it for this kit and later than anything
//! else that it signed for it.

use niims_packet::KitSigningKey;
use niims_store::kit::KeptStanding;
use niims_wire::kit::{KitStanding, STANDING, StandingMessage, Stopped};

use crate::client::{Client, HttpError};
use crate::error::KitError;
use crate::held::Held;
use crate::kit::{Kit, run};

/// Largest answer that is read, bytes.
const LARGEST_STANDING: u64 = 8 * 1024;

/// Whether a refusal says that the kit was stopped. If so the centre is asked for its signed word,
/// which is kept; without it nothing changes on the kit but that this request came to nothing.
pub(crate) fn heed_refusal(
    held: &mut impl Held,
    client: &mut Client<'_, '_>,
    error: &HttpError,
) -> Result<bool, KitError> {
    if !says_stopped(error) {
        return Ok(false);
    }
    let asked = client.get(STANDING, LARGEST_STANDING);
    if let Ok(message) = asked.and_then(|answer| answer.json::<StandingMessage>()) {
        held.with(|kit| kit.keep_standing(&message.standing))?;
    }
    Ok(true)
}

/// Whether a refusal says that the kit was stopped.
pub(crate) fn says_stopped(error: &HttpError) -> bool {
    matches!(error.code(), "kit.revoked" | "kit.suspended")
}

impl Kit {
    /// Keeps the centre's word that the kit was stopped, if it is one and no older than any other;
    /// whether it was kept.
    fn keep_standing(&mut self, note: &str) -> Result<bool, KitError> {
        let Some(standing) = self.read_standing(note) else { return Ok(false) };
        let kept = KeptStanding {
            version: standing.version,
            note: note.to_owned(),
            for_good: standing.stopped == Stopped::Revoked,
        };
        let is_kept = run!(self, store => store.keep_standing(&kept, standing.issued))?;
        if is_kept {
            // Whoever has a kit that was stopped learns no more from it who lives where.
            self.forget_revisits()?;
        }
        Ok(is_kept)
    }

    fn read_standing(&self, note: &str) -> Option<KitStanding> {
        if note.len() as u64 > LARGEST_STANDING {
            return None;
        }
        let standing = KitStanding::read(self.log_key.open(note).ok()?)?;
        let is_ours = standing.kit == self.id() && standing.key == own_key(&self.signing_key);
        is_ours.then_some(standing)
    }
}

fn own_key(key: &KitSigningKey) -> String {
    hex::encode(key.verifying_key().to_bytes())
}
