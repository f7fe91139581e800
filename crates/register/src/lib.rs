//! From sealed packet to number: owns every decision about people.
//!
//! A packet is received ([`receive`]) and answered with a receipt ([`log`]); then
//! the steps ([`steps`]) carry its application on, each a pure `decide` and a short
//! `run` that saves, records and queues what is next in one transaction. People
//! decide at the desk ([`desk`]). Agencies ([`agency`]) and residents ([`resident`])
//! reach the register only through the traits of `niims-wire`.

pub mod agency;
mod blobs;
mod card_export;
mod card_looks;
mod carried;
mod chain;
pub mod desk;
pub mod disclose;
mod evidence;
mod fleet;
pub mod freeze;
mod group;
pub mod http;
mod links;
pub mod log;
pub mod receive;
pub mod resident;
mod revisits;
mod rush;
pub mod steps;
mod texts;
mod trail;
pub mod worker;

use std::path::PathBuf;
use std::sync::Arc;

use niims_audit::{DirectoryLog, LogPublicKey, LogSigningKey};
use niims_country::CountryPack;
use niims_device::trust::TrustList;
use niims_linkage::NameKnowledge;
use niims_packet::CentreSecretKey;
use niims_store::Database;
use niims_wire::abis::Abis;
use niims_wire::card::CardPress;
use niims_wire::{Clock, Entropy};
use sha2::{Digest, Sha256};

pub use blobs::{BlobError, Blobs};
pub use card_export::ChipError;
pub use fleet::RevokeError;

/// What a register is made of.
pub struct RegisterParts {
    /// People, applications, cases, queue: the record of everything.
    pub db: Database,
    /// The country pack.
    pub pack: Arc<CountryPack>,
    /// The key that opens packets.
    pub centre_key: CentreSecretKey,
    /// The key that signs checkpoints of the transparency log.
    pub log_key: LogSigningKey,
    /// The folder for packets, uploads under way and the published log.
    pub folder: PathBuf,
    /// The matcher.
    pub abis: Arc<dyn Abis>,
    /// The card press.
    pub press: Arc<dyn CardPress>,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
}

/// The register.
pub struct Register {
    pub(crate) db: Database,
    pub(crate) pack: Arc<CountryPack>,
    /// The pack as kits fetch it, made when the first one asks.
    packed: std::sync::OnceLock<Vec<u8>>,
    pub(crate) names: NameKnowledge,
    centre_key: CentreSecretKey,
    log_key: LogSigningKey,
    log: tokio::sync::Mutex<DirectoryLog>,
    blobs: Blobs,
    uploads: PathBuf,
    group: group::Group,
    pub(crate) door: http::Door,
    /// The signed list of capture devices, where the centre has one.
    device_list: PathBuf,
    pub(crate) abis: Arc<dyn Abis>,
    pub(crate) press: Arc<dyn CardPress>,
    pub(crate) clock: Clock,
    pub(crate) entropy: Entropy,
    /// Rung when a job was queued, so that workers need not poll.
    pub(crate) bell: tokio::sync::Notify,
}

impl Register {
    /// Opens the register over its parts; the database must be migrated.
    pub fn open(parts: RegisterParts) -> Result<Self, BlobError> {
        let uploads = parts.folder.join("uploads");
        std::fs::create_dir_all(&uploads).map_err(BlobError::Disk)?;
        Ok(Self {
            names: steps::name_knowledge(&parts.pack),
            blobs: Blobs::open(parts.folder.join("packets"))?,
            log: tokio::sync::Mutex::new(DirectoryLog::new(parts.folder.join("log"))),
            uploads,
            group: group::Group::default(),
            door: http::Door::default(),
            device_list: parts.folder.join("public").join("devices.trust"),
            db: parts.db,
            pack: parts.pack,
            packed: std::sync::OnceLock::new(),
            centre_key: parts.centre_key,
            log_key: parts.log_key,
            abis: parts.abis,
            press: parts.press,
            clock: parts.clock,
            entropy: parts.entropy,
            bell: tokio::sync::Notify::new(),
        })
    }

    /// The key that verifies checkpoints and receipts.
    pub fn log_public_key(&self) -> LogPublicKey {
        self.log_key.public_key()
    }

    /// SHA-256 of that key's text: its first bits stand in the one-time codes of kits.
    pub(crate) fn key_hash(&self) -> [u8; 32] {
        Sha256::digest(self.log_public_key().to_string()).into()
    }

    /// The database, for those who set up kits, officers and clients.
    pub fn database(&self) -> &Database {
        &self.db
    }

    /// The list of capture devices as it was signed, whatever its time: it judges captures of the past.
    /// `None` where the centre has none, or one that it did not sign.
    pub(crate) fn device_trust(&self) -> Option<TrustList> {
        let list = std::fs::read_to_string(&self.device_list).ok()?;
        TrustList::signed(&list, &self.log_public_key()).ok()
    }

    /// The county of an area, by the country pack.
    pub(crate) fn county_of(&self, area: &str) -> Option<String> {
        self.pack.geography().within(area, "county").map(|county| county.code.clone())
    }
}

impl core::fmt::Debug for Register {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Register")
    }
}
