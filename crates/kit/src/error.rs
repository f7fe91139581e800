//! Why a kit could not do what was asked, each with a stable code. No variant holds personal data.

use niims_packet::{KeyError, SealError};
use niims_record::OfficerId;
use niims_store::kit::KitStoreError;

/// A failure of the kit itself, as opposed to a resident or a form.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KitError {
    /// There is no kit in this folder.
    #[error("there is no kit in this folder: set it up first")]
    NotSetUp,
    /// There is a kit in this folder already.
    #[error("there is a kit in this folder already: choose another folder")]
    AlreadySetUp,
    /// Another process works with this kit.
    #[error("another program works with this kit: close it first")]
    InUse,
    /// A key file is missing, misshapen, or not the one that belongs to this kit.
    #[error("the key file {file} is missing, or is not the one of this kit")]
    Key {
        /// Name of the file below `keys`.
        file: String,
    },
    /// The TPM that holds the wrapping key did not give it.
    #[error(transparent)]
    Tpm(#[from] crate::tpm::TpmError),
    /// A key file can be read by others.
    #[error("the key file {file} may be read by others: set its mode to 0600")]
    KeyPermissions {
        /// Name of the file below `keys`.
        file: String,
    },
    /// A public key in the store cannot be used.
    #[error("a public key in the kit's store cannot be used")]
    PublicKey(#[source] KeyError),
    /// The log's key in the store cannot be used.
    #[error("the log's public key in the kit's store cannot be used")]
    LogKey(#[source] niims_audit::NoteError),
    /// The officer is not among those of this kit.
    #[error("officer {officer} is not among those of this kit")]
    OfficerUnknown {
        /// The officer.
        officer: OfficerId,
    },
    /// The officer's key is locked by the PIN.
    #[error("officer {officer} has not signed in: the PIN unlocks the key")]
    OfficerLocked {
        /// The officer.
        officer: OfficerId,
    },
    /// The term of the kit is over.
    #[error("the term of this kit ended at {until}: bring it to the centre to be renewed")]
    Expired {
        /// Its last moment.
        until: jiff::Timestamp,
    },
    /// A PIN that is no PIN.
    #[error("a PIN has 6 to 12 digits that are not all the same and not in a row")]
    PinRule,
    /// A new PIN that is the old one.
    #[error("the new PIN is the old one: choose another")]
    PinSame,
    /// A wrong PIN.
    #[error("the PIN is wrong; after {tries_left} more wrong ones it is locked for a while")]
    PinWrong {
        /// Tries that are left before a lock.
        tries_left: u64,
    },
    /// Too many wrong PINs.
    #[error("too many wrong PINs: the next one is taken from {until} on")]
    PinLocked {
        /// From when on.
        until: jiff::Timestamp,
    },
    /// A one-time word that is not the officer's.
    #[error("this is not the word that the centre gave this officer for this kit")]
    FirstWordWrong,
    /// The centre gave no word.
    #[error("the centre gave this officer no word: ask the fleet's manager for one")]
    FirstWordNone,
    /// There is a PIN already.
    #[error("this officer has a PIN already: sign in with it")]
    FirstPinSet,
    /// Only a supervisor may do this.
    #[error("officer {officer} is no supervisor: a supervisor closes the day")]
    NotSupervisor {
        /// The officer.
        officer: OfficerId,
    },
    /// The centre revoked the kit.
    #[error("the centre revoked this kit: hand it in")]
    Revoked,
    /// The centre suspended the kit.
    #[error("the centre suspended this kit: keep it and all it holds, and ask the fleet's manager")]
    Suspended,
    /// The country pack is not the one that the centre certified.
    #[error(
        "the centre certifies another country pack ({certified}): install the software with it"
    )]
    PackNotCertified {
        /// Version of the certified pack.
        certified: String,
    },
    /// The certificate in the store cannot be read.
    #[error("the kit's certificate cannot be read: report to the centre to get another")]
    Certificate,
    /// The clock cannot be right.
    #[error(transparent)]
    Clock(#[from] crate::clock::ClockProblem),
    /// The disk takes no more.
    #[error("the disk of the kit is full: upload, let receipted packets be deleted, or make room")]
    DiskFull,
    /// A file could not be read or written.
    #[error("a file of the kit could not be {action}")]
    File {
        /// `read`, `written`, …
        action: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The store failed.
    #[error("the store of the kit failed")]
    Store(#[source] KitStoreError),
    /// A draft in the store is not an encounter.
    #[error("a draft in the store is not an encounter that this version reads")]
    Draft(#[source] niims_packet::EncounterError),
    /// The list of trusted devices is not taken, or counts no more.
    #[error(transparent)]
    DeviceTrust(#[from] niims_device::trust::TrustListError),
    /// The list by which cards are believed is not taken, or counts no more.
    #[error(transparent)]
    CardTrust(#[from] crate::cards::CardTrustError),
    /// An encounter could not be sealed.
    #[error("an encounter could not be sealed")]
    Seal(#[source] SealError),
}

impl KitError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotSetUp => "kit.not_set_up",
            Self::AlreadySetUp => "kit.already_set_up",
            Self::InUse => "kit.in_use",
            Self::Key { .. } => "kit.key",
            Self::Tpm(error) => error.code(),
            Self::KeyPermissions { .. } => "kit.key_permissions",
            Self::PublicKey(error) => error.code(),
            Self::LogKey(error) => error.code(),
            Self::OfficerUnknown { .. } => "kit.officer_unknown",
            Self::OfficerLocked { .. } => "kit.officer_locked",
            Self::Expired { .. } => "kit.expired",
            Self::PinRule => "kit.pin_rule",
            Self::PinSame => "kit.pin_same",
            Self::PinWrong { .. } => "kit.pin_wrong",
            Self::PinLocked { .. } => "kit.pin_locked",
            Self::FirstWordWrong => "kit.first_word_wrong",
            Self::FirstWordNone => "kit.first_word_none",
            Self::FirstPinSet => "kit.first_pin_set",
            Self::NotSupervisor { .. } => "kit.not_supervisor",
            Self::Revoked => "kit.revoked",
            Self::Suspended => "kit.suspended",
            Self::PackNotCertified { .. } => "kit.pack_not_certified",
            Self::Certificate => "kit.certificate",
            Self::Clock(problem) => problem.code(),
            Self::DiskFull => "kit.disk_full",
            Self::File { .. } => "kit.file",
            Self::Store(error) => error.code(),
            Self::Draft(_) => "kit.draft_unreadable",
            Self::DeviceTrust(error) => error.code(),
            Self::CardTrust(error) => error.code(),
            Self::Seal(error) => error.code(),
        }
    }

    /// A failure to read, write … a file; a full disk has its own code.
    pub(crate) fn file(action: &'static str, source: std::io::Error) -> Self {
        if is_full(&source) { Self::DiskFull } else { Self::File { action, source } }
    }
}

impl From<KitStoreError> for KitError {
    fn from(error: KitStoreError) -> Self {
        match error {
            KitStoreError::Full => Self::DiskFull,
            other => Self::Store(other),
        }
    }
}

/// Whether the system said that no more can be written: disk, quota, or limit of a file.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::FileTooLarge
    )
}
