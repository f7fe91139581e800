//! Settles what a crash left half done, each time the kit is opened.
//!
//! Sealing writes in this order: packet beside → flushed → named → folder flushed → one
//! transaction that adds the row and removes the draft with its key. Deleting writes: row
//! marked → file removed. So a crash can leave exactly four things, each with one answer:
//!
//! | found | how it came | answer |
//! |---|---|---|
//! | a begun packet | cut before it was named | removed; its draft is still there |
//! | a packet without a row, its draft there | cut before the transaction | removed; it was never reported as sealed, never offered to the centre, and its place in the chain is given again |
//! | a packet whose row says deleted | cut after the row | removed; its receipt was verified |
//! | an open draft | cut during capture | withdrawn; it was never reported as saved |
//!
//! What no crash explains is never destroyed: a packet without row and without draft is set
//! aside; a row without its file is marked `kit.packet_missing` and stays in every count.

use std::path::Path;

use niims_packet::Envelope;
use niims_record::{ApplicationId, PacketId};
use niims_store::kit::{KitStore, KitStoreError, PacketState};

use crate::error::KitError;
use crate::outbox::{self, Outbox, OutboxFile};

/// Code of a packet whose file is gone although nothing deleted it.
pub const PACKET_MISSING: &str = "kit.packet_missing";
/// Code of a packet whose file is not what was sealed.
pub const PACKET_DAMAGED: &str = "kit.packet_damaged";

/// What was found and settled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recovered {
    /// Beginnings of packets that were removed.
    pub begun_removed: u64,
    /// Packets removed whose drafts are still there.
    pub unsaved_removed: u64,
    /// Packets removed whose deletion had been written.
    pub deletions_finished: u64,
    /// Open drafts withdrawn.
    pub drafts_withdrawn: u64,
    /// Packets that nothing explains, kept in `set_aside`.
    pub set_aside: u64,
    /// Packets whose files are gone, marked with [`PACKET_MISSING`].
    pub missing: Vec<PacketId>,
}

/// Settles everything. Running it twice has the effect of once.
pub(crate) async fn settle(
    store: &mut KitStore,
    outbox: &Outbox,
    aside: &Path,
) -> Result<Recovered, KitError> {
    outbox.create()?;
    let mut recovered =
        Recovered { drafts_withdrawn: store.withdraw_open_drafts().await?, ..Recovered::default() };
    let rows = store.packets().await?;
    for file in outbox.list()? {
        match file {
            OutboxFile::Begun(path) => {
                outbox::remove(&path)?;
                recovered.begun_removed += 1;
            }
            OutboxFile::Packet(id) => {
                let row = rows.iter().find(|row| row.sealed.packet == id);
                match row.map(|row| row.state) {
                    Some(PacketState::Deleted) => {
                        outbox.remove(id)?;
                        recovered.deletions_finished += 1;
                    }
                    Some(_) => {}
                    None => settle_unknown(store, outbox, aside, id, &mut recovered).await?,
                }
            }
            OutboxFile::Other => {}
        }
    }
    for row in rows.iter().filter(|row| row.state != PacketState::Deleted) {
        let id = row.sealed.packet;
        let there = outbox.holds(id);
        match row.fault_code.as_deref() {
            None if !there => store.note_fault(id, Some(PACKET_MISSING)).await?,
            // Somebody put the file back.
            Some(PACKET_MISSING) if there => store.note_fault(id, None).await?,
            _ => {}
        }
        if !there {
            recovered.missing.push(id);
        }
    }
    match store.empty_log().await {
        // A full disk delays only the overwriting of what was removed.
        Ok(()) | Err(KitStoreError::Full) => Ok(recovered),
        Err(error) => Err(error.into()),
    }
}

/// A packet without a row: removed only if its draft is still there to be sealed again.
async fn settle_unknown(
    store: &mut KitStore,
    outbox: &Outbox,
    aside: &Path,
    id: PacketId,
    recovered: &mut Recovered,
) -> Result<(), KitError> {
    let bytes = outbox.read(id)?.unwrap_or_default();
    let draft_there = match application_of(&bytes, id) {
        Some(application) => store.has_draft(application).await?,
        None => false,
    };
    if draft_there {
        outbox.remove(id)?;
        recovered.unsaved_removed += 1;
    } else {
        outbox.set_aside(id, aside)?;
        recovered.set_aside += 1;
    }
    Ok(())
}

fn application_of(bytes: &[u8], id: PacketId) -> Option<ApplicationId> {
    let envelope = Envelope::read(bytes).ok()?;
    let header = envelope.claimed_header();
    (header.packet_id == id).then_some(header.application)
}
