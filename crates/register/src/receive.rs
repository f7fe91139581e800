//! Receiving a packet: stored, chained, receipted, and its first step queued, in
//! one transaction. What is stored is never lost; what cannot be believed is kept
//! aside as evidence, not thrown away.

use jiff::Timestamp;
use niims_audit::LeafKind;
use niims_packet::{Envelope, Header, KitVerifyingKey};
use niims_record::application::Application;
use niims_record::fleet::{Alarm, PacketVerdict, packet_verdict};
use niims_record::freeze::{Act, Power, stopping};
use niims_record::{ApplicationId, KitId, PacketId};
use niims_store::applications::{self, NewApplication};
use niims_store::desk::recaptures;
use niims_store::fleet::alarms;
use niims_store::fleet::kits as fleet;
use niims_store::packets::{self, Packet, PacketInsert, TamperCase};
use niims_store::{Owner, StoreError, Tx, freezes, jobs, kits};
use niims_wire::Problem;
use niims_wire::kit::{PacketStanding, receipt_event};

use crate::group::{Done, Whole, Work};
use crate::{Register, chain, trail};

/// Standing of bytes that their kit did not sign: kept as evidence, no receipt.
pub(crate) const REFUSED: &str = "refused";
/// Highest place in a kit's chain; a kit that seals one packet a second needs 290
/// thousand million years for it. Bounds what the database must hold.
const LAST_PLACE: u64 = i64::MAX as u64;

/// A packet as it came in.
pub struct Arrival<'a> {
    /// The packet's id as declared by the kit.
    pub packet: PacketId,
    /// The kit that sent it, proven by its signature over the request.
    pub kit: KitId,
    /// SHA-256 of the bytes, checked.
    pub hash: [u8; 32],
    /// The bytes.
    pub bytes: &'a [u8],
    /// When the last byte came.
    pub at: Timestamp,
}

impl Register {
    /// Stores a packet that came whole. Done again, it has the effect of once.
    pub async fn receive(&self, arrival: Arrival<'_>) -> Result<PacketStanding, Problem> {
        self.blobs.put(&arrival.hash, arrival.bytes).map_err(|error| {
            tracing::error!(%error, "a packet could not be stored");
            storage_problem()
        })?;
        self.take_in(Whole {
            packet: arrival.packet,
            kit: arrival.kit,
            hash: arrival.hash,
            bytes: arrival.bytes.to_vec(),
            at: arrival.at,
            upload: None,
        })
        .await
    }

    /// Files a packet whose bytes are stored. Done again, it has the effect of once.
    pub(crate) async fn take_in(&self, whole: Whole) -> Result<PacketStanding, Problem> {
        let done = self.write_together(Work::File(whole)).await;
        match done {
            Ok(Done::Filed(standing)) => {
                self.bell.notify_waiters();
                Ok(standing)
            }
            Ok(_) => Err(busy_problem()),
            Err(error) => {
                tracing::error!(code = error.code(), "a packet could not be filed");
                Err(if error == StoreError::Full { storage_problem() } else { busy_problem() })
            }
        }
    }

    /// Files a packet in a transaction that others may share.
    pub(crate) async fn file(
        &self,
        tx: &mut Tx,
        arrival: &Arrival<'_>,
    ) -> Result<PacketStanding, StoreError> {
        let Some(kit) = kits::get_for_update(tx, arrival.kit).await? else {
            return Err(StoreError::UnknownReference);
        };
        let judged = judge(arrival, &kit.signing_key);
        let sequence = judged.as_ref().map_or(0, |header| header.sequence);
        let packet = Packet {
            id: filing_id(arrival, judged.is_ok()),
            kit: arrival.kit,
            sequence,
            hash: arrival.hash,
            length: arrival.bytes.len() as u64,
            received_at: arrival.at,
            leaf: None,
            quarantine: judged.as_ref().err().map(|code| (*code).to_owned()),
        };
        let inserted = packets::insert_packet(tx, &packet).await?;
        let standing = match (inserted, judged) {
            (PacketInsert::OtherContent(kept), _) => {
                tamper(tx, arrival, kept.hash).await?;
                standing("quarantined", arrival.packet, Some("packet.id_reused"))
            }
            (PacketInsert::SameAgain(_), Err(code)) => {
                standing(REFUSED, arrival.packet, Some(code))
            }
            (PacketInsert::SameAgain(first), Ok(_)) => standing_of(&first),
            (PacketInsert::New, Err(code)) => {
                set_aside(tx, arrival, packet.id, code).await?;
                standing(REFUSED, arrival.packet, Some(code))
            }
            (PacketInsert::New, Ok(header)) => {
                self.file_genuine(tx, arrival, &header, &kit).await?
            }
        };
        Ok(standing)
    }

    /// Files a packet that its kit signed: a receipt for it in any case, then an
    /// application, or quarantine with the reason.
    async fn file_genuine(
        &self,
        tx: &mut Tx,
        arrival: &Arrival<'_>,
        header: &Header,
        kit: &kits::Kit,
    ) -> Result<PacketStanding, StoreError> {
        self.stage_receipt(tx, arrival).await?;
        if let Err(code) = chain::place(&self.blobs, tx, arrival, header, kit).await? {
            alarms::raise(tx, arrival.kit, Alarm::Fork, arrival.at).await?;
            set_aside(tx, arrival, arrival.packet, code).await?;
            return Ok(standing("quarantined", arrival.packet, Some(code)));
        }
        kits::advance_chain(tx, arrival.kit, header.sequence, &arrival.hash).await?;
        fleet::fill_place(tx, arrival.kit, arrival.at).await?;
        let managed = fleet::get(tx, arrival.kit).await?;
        let verdict = managed.map(|kit| packet_verdict(&kit.state, header.sealed_at));
        if let Some(PacketVerdict::SetAside(code)) = verdict {
            set_aside(tx, arrival, arrival.packet, code).await?;
            return Ok(standing("quarantined", arrival.packet, Some(code)));
        }
        if applications::get(tx, header.application).await?.is_some() {
            let code = "intake.application_already_received";
            set_aside(tx, arrival, arrival.packet, code).await?;
            return Ok(standing("quarantined", arrival.packet, Some(code)));
        }
        self.open_application(tx, arrival, header).await?;
        Ok(standing("stored", arrival.packet, None))
    }

    /// The leaf that the receipt proves. A genuine packet that is quarantined gets
    /// one too: the centre has the bytes. Bytes that no kit signed get none, so
    /// that no kit deletes what the centre does not have.
    async fn stage_receipt(&self, tx: &mut Tx, arrival: &Arrival<'_>) -> Result<(), StoreError> {
        let event = receipt_event(arrival.packet, &arrival.hash, arrival.bytes.len() as u64);
        let owner = Owner::Packet(arrival.packet);
        let kind = LeafKind::PacketReceived;
        let leaf = trail::commit_to(tx, kind, event.as_bytes(), owner, arrival.at).await?;
        packets::set_leaf(tx, arrival.packet, leaf).await?;
        Ok(())
    }

    pub(crate) async fn open_application(
        &self,
        tx: &mut Tx,
        arrival: &Arrival<'_>,
        header: &Header,
    ) -> Result<(), StoreError> {
        let state = Application::Received;
        let step = state.due().map_or("", |step| step.name());
        let new = NewApplication {
            id: header.application,
            packet: arrival.packet,
            kit: arrival.kit,
            state,
            at: arrival.at,
        };
        applications::insert(tx, &new).await?;
        trail::moved(tx, header.application, "nothing", &new.state, arrival.at).await?;
        jobs::enqueue(tx, step, *header.application.as_bytes(), arrival.at).await?;
        Ok(())
    }

    /// Whether enrolment is frozen where a kit works: then it keeps its packets. A
    /// kit without a place is stopped by a freeze of any county.
    pub(crate) async fn enrolment_frozen(
        &self,
        kit: KitId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.read().await?;
        let freezes = freezes::all(&mut tx).await?;
        let place = kits::get(&mut tx, kit).await?.and_then(|kit| kit.sublocation);
        let county = place.and_then(|place| self.county_of(&place));
        let act = Act { power: Power::Enrol, agency: None, county: county.as_deref() };
        Ok(stopping(&freezes, act, at).is_some())
    }

    /// Records that a kit announced other bytes under the id of a packet that the
    /// centre has. Announced again, it is recorded once.
    pub(crate) async fn note_reused_id(
        &self,
        packet: PacketId,
        kit: KitId,
        other_hash: [u8; 32],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.write().await?;
        let Some(kept) = packets::get(&mut tx, packet).await? else { return Ok(()) };
        let case = TamperCase { packet, kit, kept_hash: kept.hash, other_hash, seen_at: at };
        packets::open_tamper_case(&mut tx, &case).await?;
        tx.commit().await
    }

    /// Where a packet stands, for its kit.
    pub async fn packet_standing(
        &self,
        id: PacketId,
        kit: KitId,
    ) -> Result<Option<PacketStanding>, StoreError> {
        let mut tx = self.db.read().await?;
        let packet = packets::get(&mut tx, id).await?.filter(|packet| packet.kit == kit);
        let Some(packet) = packet else { return Ok(None) };
        let application = applications::by_packet(&mut tx, id).await?;
        let stored = application.as_ref().map(|application| application.id);
        Ok(Some(match application.map(|a| a.state) {
            Some(Application::CorrectionAsked { problems }) => {
                standing("correction_asked", id, Some(&problems.join(" ")))
            }
            Some(Application::Refused { code }) => standing("refused", id, Some(&code)),
            Some(Application::RecaptureAsked { .. }) => {
                let advice = match stored {
                    Some(application) => advice(&mut tx, application).await?,
                    None => String::new(),
                };
                standing("recapture_asked", id, Some(&advice))
            }
            _ => standing_of(&packet),
        }))
    }
}

/// What to do better, as `capture.FAULT.REMEDY:FINGER`, one for each line of advice; finger 0
/// stands for all.
async fn advice(tx: &mut Tx, application: ApplicationId) -> Result<String, StoreError> {
    let request = recaptures::open_of(tx, application).await?;
    let lines = request.map(|request| request.advice).unwrap_or_default();
    let codes = lines.iter().map(|line| {
        format!("capture.{}.{}:{}", line.fault.name(), line.remedy.name(), line.finger)
    });
    Ok(codes.collect::<Vec<_>>().join(" "))
}

/// The gates that need no secret: layout, kit's signature, the ids declared.
fn judge(arrival: &Arrival<'_>, kit_key: &[u8; 32]) -> Result<Header, &'static str> {
    let key = KitVerifyingKey::from_bytes(kit_key).map_err(|_| "intake.kit_key")?;
    let envelope = Envelope::read(arrival.bytes).map_err(|error| error.code())?;
    let verified = envelope.verify_kit(&key).map_err(|error| error.code())?;
    let header = verified.header().clone();
    if header.kit != arrival.kit || header.packet_id != arrival.packet {
        return Err("intake.declared_otherwise");
    }
    if header.sequence > LAST_PLACE {
        return Err("intake.sequence_out_of_range");
    }
    Ok(header)
}

/// The id under which a packet is filed. Bytes that their kit did not sign must
/// not occupy the id that they claim, or whoever alters a copy could shut out the
/// genuine packet: they are filed as evidence under an id made of their own hash,
/// so that the same bytes sent again are filed once.
fn filing_id(arrival: &Arrival<'_>, genuine: bool) -> PacketId {
    if genuine {
        return arrival.packet;
    }
    let mut id = [0; 16];
    id.copy_from_slice(&arrival.hash[..16]);
    PacketId::from_bytes(id)
}

/// Keeps a packet as evidence, with its line in the transparency log.
pub(crate) async fn set_aside(
    tx: &mut Tx,
    arrival: &Arrival<'_>,
    filed_as: PacketId,
    code: &str,
) -> Result<(), StoreError> {
    packets::quarantine(tx, filed_as, code).await?;
    let event = format!("niims packet quarantined v1\n{filed_as}\n{code}\n");
    let owner = Owner::Packet(filed_as);
    let kind = LeafKind::PacketQuarantined;
    trail::commit_to(tx, kind, event.as_bytes(), owner, arrival.at).await?;
    Ok(())
}

async fn tamper(tx: &mut Tx, arrival: &Arrival<'_>, kept: [u8; 32]) -> Result<(), StoreError> {
    let case = TamperCase {
        packet: arrival.packet,
        kit: arrival.kit,
        kept_hash: kept,
        other_hash: arrival.hash,
        seen_at: arrival.at,
    };
    packets::open_tamper_case(tx, &case).await?;
    alarms::raise(tx, arrival.kit, Alarm::Fork, arrival.at).await?;
    Ok(())
}

fn standing_of(packet: &Packet) -> PacketStanding {
    match &packet.quarantine {
        Some(code) => standing("quarantined", packet.id, Some(code)),
        None => standing("stored", packet.id, None),
    }
}

fn standing(name: &str, packet: PacketId, code: Option<&str>) -> PacketStanding {
    PacketStanding { packet, standing: name.to_owned(), code: code.map(str::to_owned) }
}

pub(crate) fn storage_problem() -> Problem {
    Problem::new(507, "receive.disk_full", "The centre cannot store the packet")
        .detail("Nothing was taken. Keep the packet and send it again later.")
}

pub(crate) fn busy_problem() -> Problem {
    Problem::new(503, "receive.busy", "The centre could not file the packet")
        .detail("Nothing was taken. Send it again in a minute.")
}
