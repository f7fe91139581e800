//! The fleet: what its managers do, and what kits bring.

mod certificate;

// The kits' side.
mod contact;
mod enrol;
mod stopped;

// The managers' side.
mod act;
mod aside;
mod assign;
mod new_kit;
mod show;
mod team;
mod words;

pub use act::RevokeError;
pub(crate) use enrol::EnrolError;

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::fleet::{KitAct, PacketDecision};
use niims_record::staff::Action;
use niims_record::{KitAlarmId, KitId, OfficerId, PacketId};
use niims_store::Tx;
use niims_store::officers::{self, OfficerStatus};
use niims_wire::Problem;
use niims_wire::fleet::{
    AlarmShown, AsidePacket, Assignment, Fleet, KitCodes, KitLine, KitShown, NewKit, OfficerWord,
};

use crate::Register;
use crate::desk::DeskError;

/// Hours for which a one-time code works: a kit travels to its place within a week.
const CODE_HOURS: i64 = 7 * 24;

#[async_trait]
impl Fleet for Register {
    async fn kits(&self, after: &str, officer: OfficerId) -> Result<Vec<KitLine>, Problem> {
        show::kits(self, after, officer).await.map_err(DeskError::into_problem)
    }

    async fn kit(&self, kit: KitId, officer: OfficerId) -> Result<KitShown, Problem> {
        show::kit(self, kit, officer).await.map_err(DeskError::into_problem)
    }

    async fn register_kit(
        &self,
        new: NewKit,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<KitCodes, Problem> {
        new_kit::register(self, &new, officer, at).await.map_err(DeskError::into_problem)
    }

    async fn renew_code(
        &self,
        kit: KitId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<KitCodes, Problem> {
        new_kit::renew_code(self, kit, officer, at).await.map_err(DeskError::into_problem)
    }

    async fn act(
        &self,
        kit: KitId,
        act: KitAct,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        act::run(self, kit, act, officer, at).await.map_err(DeskError::into_problem)
    }

    async fn assign_kit(
        &self,
        kit: KitId,
        to: Assignment,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        assign::run(self, kit, &to, officer, at).await.map_err(DeskError::into_problem)
    }

    async fn add_officer(
        &self,
        kit: KitId,
        user_name: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<OfficerWord, Problem> {
        team::add(self, (kit, user_name), officer, at).await.map_err(DeskError::into_problem)
    }

    async fn remove_officer(
        &self,
        kit: KitId,
        member: OfficerId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        team::remove(self, (kit, member), officer, at).await.map_err(DeskError::into_problem)
    }

    async fn renew_word(
        &self,
        kit: KitId,
        member: OfficerId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<OfficerWord, Problem> {
        team::renew_word(self, (kit, member), officer, at).await.map_err(DeskError::into_problem)
    }

    async fn set_aside(&self, kit: KitId, officer: OfficerId) -> Result<Vec<AsidePacket>, Problem> {
        aside::list(self, kit, officer).await.map_err(DeskError::into_problem)
    }

    async fn decide_packets(
        &self,
        kit: KitId,
        packets: &[PacketId],
        (decision, note): (PacketDecision, &str),
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<u64, Problem> {
        let decided = aside::decide(self, (kit, packets), decision, (officer, note), at).await;
        decided.map_err(DeskError::into_problem)
    }

    async fn alarms(&self, officer: OfficerId, at: Timestamp) -> Result<Vec<AlarmShown>, Problem> {
        show::alarms(self, officer, at).await.map_err(DeskError::into_problem)
    }

    async fn settle_alarm(
        &self,
        alarm: KitAlarmId,
        note: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        act::settle(self, alarm, note, officer, at).await.map_err(DeskError::into_problem)
    }
}

/// Refuses whoever has no role that may.
async fn must(tx: &mut Tx, officer: OfficerId, action: Action) -> Result<(), DeskError> {
    let found = officers::get(tx, officer).await?.filter(|found| {
        let allowed = |role: &String| action.roles().iter().any(|may| may.name() == role);
        found.status == OfficerStatus::Active && found.roles.iter().any(allowed)
    });
    if found.is_some() {
        return Ok(());
    }
    Err(refused(403, "desk.role_missing", "Your roles do not allow this"))
}

fn refused(status: u16, code: &str, title: &str) -> DeskError {
    Problem::new(status, code, title).detail("Nothing was changed.").into()
}

fn no_such_kit() -> DeskError {
    refused(404, "fleet.no_such_kit", "There is no such kit")
}
