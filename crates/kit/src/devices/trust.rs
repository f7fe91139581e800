//! The list of trusted devices on the kit: signed by the centre, verified each time it is used.

use jiff::Timestamp;
use niims_device::trust::TrustList;

use crate::error::KitError;
use crate::kit::{Kit, run};

impl Kit {
    /// Takes a list that the centre signed, and says its version. Lists never go back.
    ///
    /// # Errors
    /// `device.trust.…`; `kit.store_…`.
    pub fn keep_device_trust(&mut self, note: &str, now: Timestamp) -> Result<u64, KitError> {
        let had = run!(self, store => store.device_trust())?.map_or(0, |(version, _)| version);
        let list = TrustList::open(note, &self.log_key, had, now)?;
        run!(self, store => store.keep_device_trust(list.version, note))?;
        Ok(list.version)
    }

    /// The list in force; `None` when the kit was never given one.
    ///
    /// # Errors
    /// `device.trust.…` when it counts no more; `kit.store_…`.
    pub fn device_trust(&mut self, now: Timestamp) -> Result<Option<TrustList>, KitError> {
        let kept = run!(self, store => store.device_trust())?;
        kept.map(|(version, note)| Ok(TrustList::open(&note, &self.log_key, version, now)?))
            .transpose()
    }
}
