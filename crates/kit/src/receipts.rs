//! Fetches and verifies receipts. A receipt that does not verify changes nothing but a count.

use niims_audit::{LeafKind, LogPublicKey, Receipt, ReceiptError};
use niims_record::PacketId;
use niims_store::kit::{NewPacket, PacketRow, PacketState};
use niims_wire::kit::{PacketStanding, ReceiptMessage, receipt_event};

use crate::client::{Answer, Client, HttpError, Link};
use crate::error::KitError;
use crate::held::Held;
use crate::kit::{Kit, run};
use crate::standing::heed_refusal;

/// Largest answer that is read, bytes: a receipt of greatest size in JSON.
const LARGEST_ANSWER: u64 = 4 * niims_audit::receipt::MAX_RECEIPT_BYTES as u64;

/// Why a receipt is false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptFault {
    /// It cannot be read, or its proof or checkpoint does not hold.
    #[error("the receipt does not verify under the log's key")]
    Proof(#[source] ReceiptError),
    /// It proves something else.
    #[error("the receipt proves another event than the reception of this packet")]
    OtherEvent,
}

impl ReceiptFault {
    /// Stable dotted code of all of them: the kit treats none better than another.
    pub const fn code(&self) -> &'static str {
        "kit.receipt_false"
    }
}

/// Verifies that a receipt proves, under the log's key, that exactly this packet was received.
///
/// # Errors
/// [`ReceiptFault`].
pub fn verify(
    receipt: &str,
    packet: &NewPacket,
    log_key: &LogPublicKey,
) -> Result<(), ReceiptFault> {
    let receipt = Receipt::parse(receipt).map_err(ReceiptFault::Proof)?;
    receipt.verify(log_key).map_err(ReceiptFault::Proof)?;
    let expected = receipt_event(packet.packet, &packet.hash, packet.length);
    if receipt.kind != LeafKind::PacketReceived || receipt.event != expected.as_bytes() {
        return Err(ReceiptFault::OtherEvent);
    }
    Ok(())
}

/// What became of the receipts asked for.
#[derive(Debug, Default)]
pub struct ReceiptReport {
    /// Packets whose receipts were verified and kept.
    pub verified: Vec<PacketId>,
    /// Packets that the centre has not receipted, with its word and code.
    pub waiting: Vec<(PacketId, PacketStanding)>,
    /// Packets with a false receipt: `kit.receipt_false`.
    pub false_receipts: Vec<(PacketId, ReceiptFault)>,
    /// Packets for which nothing was learnt, and why.
    pub failed: Vec<(PacketId, HttpError)>,
}

impl Kit {
    /// Asks for the receipt of every uploaded packet.
    ///
    /// # Errors
    /// `kit.store_…`, `kit.disk_full`. Faults of the network and of the centre are reported
    /// per packet in [`ReceiptReport`].
    pub fn fetch_receipts(&mut self, link: &mut Link<'_>) -> Result<ReceiptReport, KitError> {
        receipts_all(self, link)
    }

    fn take_receipt(
        &mut self,
        row: &PacketRow,
        answer: &Answer,
        now: jiff::Timestamp,
        report: &mut ReceiptReport,
    ) -> Result<(), KitError> {
        let packet = row.sealed.packet;
        if answer.status == 202 {
            match answer.json::<PacketStanding>() {
                Ok(standing) => {
                    let (word, code) = (&standing.standing, standing.code.as_deref());
                    run!(self, store => store.note_standing(packet, word, code))?;
                    report.waiting.push((packet, standing));
                }
                Err(error) => report.failed.push((packet, error)),
            }
            return Ok(());
        }
        let message = match answer.json::<ReceiptMessage>() {
            Ok(message) => message,
            Err(error) => {
                report.failed.push((packet, error));
                return Ok(());
            }
        };
        match verify(&message.receipt, &row.sealed, &self.log_key) {
            Ok(()) => {
                run!(self, store => store.note_receipt(packet, &message.receipt, now))?;
                report.verified.push(packet);
            }
            Err(fault) => {
                run!(self, store => store.note_false_receipt(packet, &message.receipt))?;
                report.false_receipts.push((packet, fault));
            }
        }
        Ok(())
    }
}

/// [`Kit::fetch_receipts`], with the kit held for short acts only.
pub(crate) fn receipts_all(
    held: &mut impl Held,
    link: &mut Link<'_>,
) -> Result<ReceiptReport, KitError> {
    let (kit, key) = held.with(|kit| (kit.id(), kit.signing_key.clone()));
    let mut client = Client::new(link, kit, &key);
    let mut report = ReceiptReport::default();
    let uploaded = held.with(|kit| {
        Ok::<_, KitError>(run!(kit, store => store.packets_in(PacketState::Uploaded))?)
    })?;
    for row in uploaded {
        let packet = row.sealed.packet;
        match client.get(&format!("/kit/v1/packets/{packet}/receipt"), LARGEST_ANSWER) {
            Ok(answer) => {
                held.with(|kit| kit.take_receipt(&row, &answer, client.now(), &mut report))?;
            }
            Err(error) => {
                let is_of_line = error.is_unreachable() || error.is_portal();
                heed_refusal(held, &mut client, &error)?;
                report.failed.push((packet, error));
                if is_of_line {
                    // The next packet would only wait for the same line.
                    break;
                }
            }
        }
    }
    held.with(|kit| kit.note_centre_time(client.confirmed_time()))?;
    Ok(report)
}
