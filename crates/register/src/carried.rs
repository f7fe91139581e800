//! Packets that somebody carried to the centre, on a stick.

use niims_packet::packet_hash;
use niims_record::{KitId, PacketId};
use niims_wire::Problem;
use niims_wire::kit::PacketStanding;

use crate::Register;
use crate::receive::Arrival;

impl Register {
    /// Receives a packet as if its kit had uploaded it: the same gates, the same receipt. Done
    /// again, it has the effect of once.
    ///
    /// # Errors
    /// 423 `freeze.enrol` where enrolment is frozen; 503 and 507 where the centre cannot store it.
    pub async fn receive_carried(
        &self,
        kit: KitId,
        packet: PacketId,
        bytes: &[u8],
    ) -> Result<PacketStanding, Problem> {
        let at = self.clock.now();
        let frozen = self.enrolment_frozen(kit, at).await.map_err(|error| {
            tracing::error!(code = error.code(), "the database did not answer a courier");
            Problem::new(503, "centre.unavailable", "The centre cannot answer now")
        })?;
        if frozen {
            let problem = Problem::new(423, "freeze.enrol", "Enrolment is frozen by an order");
            return Err(problem.detail("Keep the stick; it can be taken when it is lifted."));
        }
        let hash = packet_hash(bytes);
        self.receive(Arrival { packet, kit, hash, bytes, at }).await
    }
}
