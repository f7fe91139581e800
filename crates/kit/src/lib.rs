//! Offline capture: encrypted store, sealing, day close, upload.
//!
//! A [`Kit`] is a folder on a laptop. It takes residents in without network
//! ([`Kit::enrol_from_folder`]), seals what it took so that it cannot read it any more
//! ([`Kit::seal_pending`]), closes the day with counts ([`Kit::close_day`]), uploads
//! ([`Kit::upload_pending`]), verifies receipts ([`Kit::fetch_receipts`]), and deletes only
//! what the centre provably has ([`Kit::delete_receipted`]).
//!
//! Whatever a call reported as done survives `kill -9` and power cuts; what it did not
//! report is settled when the kit is next opened ([`Recovered`]).
//!
//! All calls block; see [`Kit`] on how to call them from asynchronous code.

// The kit itself.
mod clock;
mod disk;
mod error;
mod first_pin;
mod keys;
mod kit;
mod may_work;
mod outbox;
mod pending;
mod pin;
mod recover;
mod signed;
mod swap;
mod team;
mod tpm;

// The life of an encounter on the kit.
mod capture;
mod close_day;
mod enrol;
mod gauge;
pub mod interview;
mod metadata;
mod seal;

// What stands in QR codes.
mod code;

// What officers see.
pub mod pages;

// Cards that somebody shows.
pub mod cards;

// Scanners and cameras at the kit.
pub mod devices;

// The way to the centre.
mod certificate;
mod client;
mod contact;
mod delete;
mod enrol_by_code;
mod export;
mod held;
mod pack;
mod receipts;
mod revisits;
mod standing;
mod upload;

pub use capture::{
    CaptureProblem, EnrolRefused, FolderProblem, LawProblem, PictureProblem, UNREADABLE,
};
pub use certificate::{PapersError, PapersFault};
pub use client::{HttpError, Link};
pub use clock::ClockProblem;
pub use close_day::{CompletedCount, DayReport, PaperAgainst, RefusedCount};
pub use delete::DeleteReport;
pub use enrol::{EnrolReport, FingerReport};
pub use error::KitError;
pub use export::{ExportReport, Manifest, ManifestPacket, StickReceipts};
pub use first_pin::Newcomer;
pub use gauge::Gauge;
pub use keys::{Binding, KitKeys};
pub use kit::{CAPTURE_NEEDS_BYTES, Kit, KitOptions, KitSetup, OfficerRole};
pub use niims_store::kit::{
    DraftCounts, NewPacket, PacketCounts, PacketRow, PacketState, RevisitDone, RevisitOutcome,
};
pub use pin::{FREE_TRIES, OfficerCard, is_pin};
pub use receipts::{ReceiptFault, ReceiptReport, verify as verify_receipt};
pub use recover::{PACKET_DAMAGED, PACKET_MISSING, Recovered};
pub use revisits::{RevisitHeld, RevisitsHeld};
pub use seal::SealReport;
pub use tpm::{DEVICE as TPM_DEVICE, TpmError};
pub use upload::{CHUNK_BYTES, UploadError, UploadReport};
