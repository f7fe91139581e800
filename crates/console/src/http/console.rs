//! What the staff pages are made of.

use std::sync::Arc;

use niims_country::CountryPack;
use niims_store::Database;
use niims_web::{Shell, ShellSettings, Texts};
use niims_wire::{Clock, Entropy};
use rand_core::Rng;
use tokio::sync::Semaphore;

use super::desk::{Desk, OpenCases};
use super::routes::Listed;
use super::texts::texts;
use crate::staff::{Accounts, HASHED_AT_ONCE, Site};

/// What the staff pages are given when they start.
#[derive(Clone)]
pub struct ConsoleState {
    /// Accounts, duties, sessions of staff, and the audit trail.
    pub db: Database,
    /// The register, as the desk sees it.
    pub desk: Arc<dyn Desk>,
    /// The country: places of duty.
    pub pack: Arc<CountryPack>,
    /// Tells the time.
    pub clock: Clock,
    /// Cryptographically secure random bytes.
    pub entropy: Entropy,
    /// 32 random bytes for form tokens and sealed cookies; the same for every process
    /// under one address.
    pub key: [u8; 32],
    /// Where browsers find the pages.
    pub site: Site,
    /// Nobody in the register exists, and every page says so.
    pub demonstration: bool,
}

impl core::fmt::Debug for ConsoleState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ConsoleState").field("site", &self.site).finish_non_exhaustive()
    }
}

/// The parts that every page uses.
pub(crate) struct Console {
    pub(crate) accounts: Accounts,
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) open_cases: OpenCases,
    pub(crate) shell: Shell,
    pub(crate) texts: Texts,
    pub(crate) listed: Vec<Listed>,
    pub(crate) demonstration: bool,
}

impl Console {
    pub(crate) fn new(state: ConsoleState, listed: Vec<Listed>) -> Self {
        let entropy = state.entropy.clone();
        let shell = Shell::new(ShellSettings {
            key: state.key,
            entropy: Arc::new(move || {
                let mut bytes = [0; 32];
                entropy.rng().fill_bytes(&mut bytes);
                bytes
            }),
            secure_cookies: state.site.secure,
        });
        let accounts = Accounts {
            db: state.db,
            pack: state.pack,
            clock: state.clock,
            entropy: state.entropy,
            site: state.site,
            hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
        };
        Self {
            accounts,
            desk: state.desk,
            open_cases: OpenCases::default(),
            shell,
            texts: texts(),
            listed,
            demonstration: state.demonstration,
        }
    }
}
