//! The fleet: what a registration kit is to the centre, and when somebody must look at one.
//!
//! A kit is registered with a custodian and a place, enrols once by a one-time code
//! ([`EnrolmentCode`]), works ([`KitState`]), tells how it does at each contact ([`Contact`]),
//! and raises an [`Alarm`] where something does not fit.

mod alarm;
mod code;
mod contact;
mod packet;
mod state;
mod word;

pub use alarm::{Alarm, GAP_GRACE_HOURS, KitFacts, SILENCE_DAYS, on_contact, standing};
pub use code::EnrolmentCode;
pub use contact::{CLOCK_JUMP_SECONDS, Contact};
pub use packet::{
    AWAIT_DECISION, PacketDecision, PacketVerdict, REFUSED_BY_PERSON, TakenMeanwhile,
    awaits_decision, is_impartial, packet_verdict, taken_meanwhile,
};
pub use state::{
    ActRefused, DoorShut, KitAct, KitState, RevocationReason, decide, door, term_from,
};
pub use word::FirstWord;
