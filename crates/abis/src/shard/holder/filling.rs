//! Filling: a piece reads the feed until it has everything, and then keeps up for ever.

use core::time::Duration;
use std::sync::Arc;

use super::holding::Holding;
use super::piece::Pieces;
use super::slot_feed::SlotFeed;
use crate::search::ChangeFeed;
use crate::shard::placement::SlotSet;

/// Pause between two looks at the feed. Range 0.1 to 60 s. Searches look for themselves; this
/// keeps what they have to read short.
const PAUSE: Duration = Duration::from_secs(1);

/// Makes a piece for these slots, fills it and keeps it up, until it is not held any more.
pub(super) async fn fill(
    holding: Arc<Holding>,
    pieces: Arc<dyn Pieces>,
    slots: SlotSet,
    feed: Arc<SlotFeed>,
) {
    let made = pieces.piece(&slots, Arc::clone(&feed) as Arc<dyn ChangeFeed>).await;
    let piece = match made {
        Ok(piece) => piece,
        Err(error) => {
            tracing::error!(code = error.code(), "a piece of the gallery could not be made");
            return holding.failed(&feed);
        }
    };
    let Some(gone) = holding.made(&feed, &slots, &piece) else { return };
    if !gone.is_empty()
        && let Err(error) = piece.forget(&gone).await
    {
        tracing::error!(code = error.code(), "a piece of the gallery could not let go");
        return holding.failed(&feed);
    }
    loop {
        match piece.catch_up().await {
            Ok(up_to) => {
                if !holding.reached(&piece, up_to) {
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(code = error.code(), "a piece of the gallery cannot be brought up");
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
