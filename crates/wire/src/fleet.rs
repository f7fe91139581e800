//! The fleet of registration kits, as its managers see it.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::fleet::{
    Alarm, Contact, EnrolmentCode, FirstWord, KitAct, KitState, PacketDecision,
};
use niims_record::{KitAlarmId, KitId, OfficerId, PacketId};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Longest serial number, bytes.
pub const LONGEST_SERIAL: usize = 64;
/// Most officers that one kit is given. Four seats in two shifts, and a reserve.
pub const MOST_OFFICERS: usize = 12;
/// Longest code of a campaign, bytes.
pub const LONGEST_CAMPAIGN: usize = 32;
/// Most packets set aside that are shown and decided about at once. A page is read to its end.
pub const MOST_ASIDE: usize = 50;
/// Longest note to a settled alarm or to a decision about packets, characters.
pub const LONGEST_ALARM_NOTE: usize = 500;

/// One kit in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitLine {
    /// The kit.
    pub kit: KitId,
    /// Serial number of the device.
    pub serial: String,
    /// Code of the area where it works.
    pub place: Option<String>,
    /// Where it stands.
    pub state: KitState,
    /// When the centre last heard of it.
    pub last_heard: Option<Timestamp>,
}

/// One kit, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitShown {
    /// As in the list.
    pub line: KitLine,
    /// Who answers for it.
    pub custodian: Option<OfficerId>,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// What it told of itself at its last contact, and when.
    pub contact: Option<(Contact, Timestamp)>,
    /// Place of the last packet in its chain.
    pub last_place: u64,
    /// Places for which a packet came.
    pub places_filled: u64,
    /// Officers who work with it, the supervisors first.
    pub team: Vec<TeamMember>,
    /// Code of the campaign that it works for.
    pub campaign: Option<String>,
    /// Packets that wait for a person, because they came from a kit that is no longer believed.
    pub set_aside: u64,
    /// How many of them have a number already.
    pub numbered_aside: u64,
}

/// An officer of a kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamMember {
    /// Who.
    pub officer: OfficerId,
    /// Whether this officer may close the day.
    pub supervisor: bool,
    /// Whether the kit has made a key for this officer.
    pub has_key: bool,
}

/// One alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmShown {
    /// The kit.
    pub kit: KitId,
    /// Its serial number.
    pub serial: String,
    /// Code of the area where it works.
    pub place: Option<String>,
    /// Why somebody must look.
    pub kind: Alarm,
    /// The event behind it; `None` for what holds as long as the facts do.
    pub event: Option<AlarmEvent>,
}

/// The event behind an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmEvent {
    /// The alarm.
    pub alarm: KitAlarmId,
    /// When it happened last.
    pub last_at: Timestamp,
    /// How often.
    pub times: u64,
}

/// A kit to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKit {
    /// Serial number, as engraved.
    pub serial: String,
    /// To whom and for where.
    pub assignment: Assignment,
    /// User names of its officers. Whoever has the duty of a supervisor closes the day.
    pub officers: Vec<String>,
}

/// What is shown once, when a kit is registered or gets another code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitCodes {
    /// The kit.
    pub kit: KitId,
    /// The one-time code by which it enrols.
    pub code: EnrolmentCode,
    /// The one-time words by which its officers take their seats.
    pub words: Vec<OfficerWord>,
}

/// The word of one officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerWord {
    /// User name of the officer.
    pub user_name: String,
    /// The word.
    pub word: FirstWord,
}

/// To whom a kit is given, and for where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// User name of whoever answers for it.
    pub custodian: String,
    /// Code of the sub-location where it works.
    pub place: String,
    /// Code of the campaign that it works for; empty without one.
    pub campaign: String,
}

/// A packet that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsidePacket {
    /// The packet.
    pub packet: PacketId,
    /// Its place in the kit's chain.
    pub sequence: u64,
    /// When it came.
    pub received_at: Timestamp,
    /// Under which code it waits.
    pub code: String,
    /// Name of the state of its application, where one was opened before it was set aside.
    pub application_state: Option<String>,
}

/// The managers' side of the fleet. Every call asks anew whether the officer may.
#[async_trait]
pub trait Fleet: Send + Sync {
    /// Kits by serial, after one; at most 50.
    async fn kits(&self, after: &str, officer: OfficerId) -> Result<Vec<KitLine>, Problem>;

    /// One kit. 404 `fleet.no_such_kit`.
    async fn kit(&self, kit: KitId, officer: OfficerId) -> Result<KitShown, Problem>;

    /// Registers a kit and makes its one-time code and the words of its officers. 422 `fleet.serial`, `fleet.place`,
    /// `fleet.custodian`, `fleet.campaign`, `fleet.officers`; 409 `fleet.serial_known`.
    async fn register_kit(
        &self,
        new: NewKit,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<KitCodes, Problem>;

    /// Makes another code and other words for a kit that has not enrolled. 409 `fleet.other_state`.
    async fn renew_code(
        &self,
        kit: KitId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<KitCodes, Problem>;

    /// Suspends, resumes, revokes a kit, or lets it hand in. 409 and 422 with the codes of
    /// `niims_record::fleet::ActRefused`.
    async fn act(
        &self,
        kit: KitId,
        act: KitAct,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;

    /// Gives a kit to another custodian, place or campaign. 409 `fleet.other_state`, 422
    /// `fleet.place`, `fleet.custodian`, `fleet.campaign`.
    async fn assign_kit(
        &self,
        kit: KitId,
        to: Assignment,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;

    /// Takes an officer on and gives the one-time word for the seat. 409 `fleet.other_state`,
    /// `fleet.officers_elsewhere`; 422 `fleet.officers`.
    async fn add_officer(
        &self,
        kit: KitId,
        user_name: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<OfficerWord, Problem>;

    /// Lets an officer go; one supervisor remains. 409 `fleet.other_state`, 422 `fleet.officers`.
    async fn remove_officer(
        &self,
        kit: KitId,
        member: OfficerId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;

    /// Gives an officer of the kit another one-time word. As [`Fleet::remove_officer`].
    async fn renew_word(
        &self,
        kit: KitId,
        member: OfficerId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<OfficerWord, Problem>;

    /// Packets of a kit that wait for a person, in the order of its chain; at most
    /// [`MOST_ASIDE`].
    async fn set_aside(&self, kit: KitId, officer: OfficerId) -> Result<Vec<AsidePacket>, Problem>;

    /// Decides about some of them, with a note why; gives how many. What somebody else decided
    /// in the meantime is left out. 403 `fleet.own_kit`, 422 `fleet.note`.
    async fn decide_packets(
        &self,
        kit: KitId,
        packets: &[PacketId],
        decision: (PacketDecision, &str),
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<u64, Problem>;

    /// Alarms: events that nobody has settled, then what holds at `at`.
    async fn alarms(&self, officer: OfficerId, at: Timestamp) -> Result<Vec<AlarmShown>, Problem>;

    /// Settles the event behind an alarm. 404 `fleet.no_such_alarm`, 422 `fleet.note`.
    async fn settle_alarm(
        &self,
        alarm: KitAlarmId,
        note: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;
}
