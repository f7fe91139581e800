//! Whether a packet may take the place that it claims in its kit's chain. Packets
//! may come in any order; each place is taken once, and neighbours must agree.

use niims_packet::{ChainLink, ChainState, Envelope, Header};
use niims_store::kits::Kit;
use niims_store::packets::{self, Packet};
use niims_store::{StoreError, Tx};

use crate::Blobs;
use crate::receive::Arrival;

/// Packets that are looked at around a place. A sound kit has three there; a kit
/// that sends hundreds of forks of one place gets the rest refused as well.
const MOST_NEIGHBOURS: usize = 256;

/// Takes the place, or says by which code it is refused: `chain.replay` where it is
/// taken, `chain.fork` where a neighbour names another past.
pub(crate) async fn place(
    blobs: &Blobs,
    tx: &mut Tx,
    arrival: &Arrival<'_>,
    header: &Header,
    kit: &Kit,
) -> Result<Result<(), &'static str>, StoreError> {
    let known = ChainState { sequence: kit.last_sequence, hash: kit.last_hash };
    match known.next(header.sequence, &header.previous_hash) {
        ChainLink::Follows | ChainLink::Gap { .. } => Ok(Ok(())),
        ChainLink::Fork => Ok(Err(ChainLink::Fork.code())),
        ChainLink::Replay => fill_gap(blobs, tx, arrival, header).await,
    }
}

/// A place below the last one is free where an earlier packet is still on its way.
async fn fill_gap(
    blobs: &Blobs,
    tx: &mut Tx,
    arrival: &Arrival<'_>,
    header: &Header,
) -> Result<Result<(), &'static str>, StoreError> {
    let place = header.sequence;
    let around =
        packets::list_of_kit(tx, arrival.kit, place.saturating_sub(2), MOST_NEIGHBOURS).await?;
    let in_chain = |at: u64| {
        around.iter().find(|p| p.sequence == at && p.id != arrival.packet && holds_its_place(p))
    };
    let flooded = around.get(MOST_NEIGHBOURS - 1).is_some_and(|last| last.sequence <= place + 1);
    if in_chain(place).is_some() || flooded {
        return Ok(Err(ChainLink::Replay.code()));
    }
    if place > 1 && in_chain(place - 1).is_some_and(|p| p.hash != header.previous_hash) {
        return Ok(Err(ChainLink::Fork.code()));
    }
    let Some(next) = in_chain(place + 1) else { return Ok(Ok(())) };
    let follows = previous_hash(blobs, next)? == arrival.hash;
    Ok(if follows { Ok(()) } else { Err(ChainLink::Fork.code()) })
}

/// Packets refused by the chain hold no place in it; others do, whatever else was
/// wrong with them.
fn holds_its_place(packet: &Packet) -> bool {
    packet.quarantine.as_deref().is_none_or(|code| !code.starts_with("chain."))
}

/// The predecessor that a stored packet names. Its kit's signature was checked when
/// it came.
fn previous_hash(blobs: &Blobs, packet: &Packet) -> Result<[u8; 32], StoreError> {
    let bytes = blobs.get(&packet.hash).map_err(|error| {
        tracing::error!(%error, packet = %packet.id, "a stored packet cannot be read");
        StoreError::Unavailable
    })?;
    let envelope =
        Envelope::read(&bytes).map_err(|_| StoreError::MalformedRow { column: "packet.hash" })?;
    Ok(envelope.claimed_header().previous_hash)
}
