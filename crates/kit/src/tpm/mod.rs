//! A TPM 2.0 keeps the key under which the kit's key files are encrypted, so that a copy of the
//! folder, or the disk in another laptop, opens nothing.
//!
//! The kit speaks the few commands that it needs itself, by Part 3 of the TPM 2.0 Library
//! (revision 1.59): CreatePrimary (§24.1), Create (§12.1), Load (§12.2), Unseal (§12.7),
//! FlushContext (§28.4), GetCapability (§30.2). A library for all of them would bring one in C and
//! its settings to every laptop ([decision 0017](../../../../docs/decisions/0017-tpm-by-own-commands.md)).
//!
//! - **Owner hierarchy, without a password of the owner.** The primary key is made anew each time
//!   from the seed of the TPM and a fixed template, so nothing of the kit stays in the TPM.
//! - **No policy over PCRs.** Those change with every new kernel and firmware; a kit three days from
//!   its centre must not lose its key to an update. What is guarded against is the folder that is
//!   copied and the disk that is taken out, not the laptop that is taken whole: there the officers'
//!   PINs stand, and packets that the kit itself cannot open.
//! - **The answer passes the bus in clear.** Who solders wires to a discrete TPM while the kit opens
//!   can read the key. Laptops with a TPM in the processor have no such bus.

mod bind;
mod commands;
mod transport;
mod wire;

use std::path::Path;

use zeroize::Zeroizing;

pub(crate) use commands::SealedKey;

/// Where Linux has the TPM, through its own resource manager.
pub const DEVICE: &str = "/dev/tpmrm0";

/// Why the TPM did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TpmError {
    /// Nothing answers under this name.
    #[error(
        "the TPM is not there or may not be used: start this kit on its own laptop, and let its user belong to the group tss"
    )]
    NotThere(#[source] std::io::Error),
    /// It stopped answering in the middle.
    #[error(
        "the TPM stopped answering: nothing was changed; try again, then start the laptop anew"
    )]
    Gone(#[source] std::io::Error),
    /// What answers is no TPM 2.0.
    #[error("what answers is no TPM 2.0")]
    NotTwo,
    /// An answer that does not read.
    #[error("the answer of the TPM does not read: {what}")]
    Protocol {
        /// Which part.
        what: &'static str,
    },
    /// The key was sealed by another TPM, or this one was cleared.
    #[error(
        "the key of this kit was sealed by another TPM, or this one was cleared: the folder opens on the laptop where it was set up, and on no other"
    )]
    Other,
    /// The owner of the TPM has set a password.
    #[error("the owner of the TPM has set a password, which a kit does not know: clear it")]
    OwnerPassword,
    /// It refused for another reason.
    #[error("the TPM refused with code {code:#x}")]
    Refused {
        /// The response code of TPM 2.0 Library Part 2 §6.6.
        code: u32,
    },
}

impl TpmError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotThere(_) => "tpm.not_there",
            Self::Gone(_) => "tpm.gone",
            Self::NotTwo => "tpm.not_two",
            Self::Protocol { .. } => "tpm.protocol",
            Self::Other => "tpm.other",
            Self::OwnerPassword => "tpm.owner_password",
            Self::Refused { .. } => "tpm.refused",
        }
    }
}

/// Seals a key by the TPM at this device, or at the socket of a simulator.
pub(crate) fn seal(device: &Path, key: &[u8; 32]) -> Result<SealedKey, TpmError> {
    commands::Tpm::open(device)?.seal(key)
}

/// The key that this TPM sealed.
pub(crate) fn unseal(device: &Path, sealed: &SealedKey) -> Result<Zeroizing<[u8; 32]>, TpmError> {
    commands::Tpm::open(device)?.unseal(sealed)
}
