//! Which pack the kit works with: changed between two interviews, never in one.

use std::sync::{Arc, PoisonError, RwLock};

use niims_country::CountryPack;

use super::file::PackFile;
use crate::error::KitError;
use crate::kit::{Kit, run};

/// The pack in use, as pages read it without waiting for the kit.
#[derive(Clone)]
pub(crate) struct PackInUse(Arc<RwLock<Arc<CountryPack>>>);

impl PackInUse {
    pub fn new(pack: Arc<CountryPack>) -> Self {
        Self(Arc::new(RwLock::new(pack)))
    }

    /// The pack of this moment.
    pub fn get(&self) -> Arc<CountryPack> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, pack: Arc<CountryPack>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = pack;
    }
}

impl Kit {
    /// Takes up, at the opening, the pack with which the kit worked before.
    pub(crate) fn open_pack(&mut self) -> Result<(), KitError> {
        if let Some(version) = run!(self, store => store.pack_in_use())?
            && let Some(pack) = self.find_pack(&version)
        {
            self.put_pack(pack);
        }
        self.settle_pack()?;
        Ok(())
    }

    /// Takes the certified pack into use, if it is here and nobody is in the middle of an
    /// interview; whether it did. Interviews that are open go on with the pack they began with,
    /// and the new one waits for the last of them; after the grace no other begins before that.
    pub(crate) fn settle_pack(&mut self) -> Result<bool, KitError> {
        let Some((certificate, _)) = self.certified()? else { return Ok(false) };
        let (wanted, before) = (certificate.country_pack, self.options.pack.version().to_owned());
        if wanted == before || self.is_in_interview()? {
            return Ok(false);
        }
        let Some(pack) = self.find_pack(&wanted) else { return Ok(false) };
        // On disk before it is used: after a restart answers meet the questions they were given to.
        run!(self, store => store.keep_pack_in_use(&wanted))?;
        self.put_pack(pack);
        if let Some(file) = PackFile::new(&self.folder, &wanted) {
            file.keep_only(&before)?;
        }
        Ok(true)
    }

    /// Whether the pack of this version must be fetched.
    pub(crate) fn lacks_pack(&self, version: &str) -> bool {
        let is_here = |pack: &CountryPack| pack.version() == version;
        !is_here(&self.options.pack) && !is_here(&self.own_pack)
    }

    /// The pack that pages show.
    pub(crate) fn pack_in_use(&self) -> PackInUse {
        self.pack_in_use.clone()
    }

    fn find_pack(&self, version: &str) -> Option<Arc<CountryPack>> {
        if self.own_pack.version() == version {
            return Some(Arc::clone(&self.own_pack));
        }
        PackFile::new(&self.folder, version)?.load().map(Arc::new)
    }

    fn put_pack(&mut self, pack: Arc<CountryPack>) {
        self.pack_in_use.put(Arc::clone(&pack));
        self.options.pack = pack;
    }
}
