//! One kit: its folder, keys, store and outbox, opened by one program at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use niims_audit::LogPublicKey;
use niims_country::CountryPack;
use niims_packet::limits::MAX_PACKET_BYTES;
use niims_packet::{
    CentrePublicKey, KitSigningKey, KitVerifyingKey, OfficerSigningKey, OfficerVerifyingKey,
};
use niims_record::{KitId, OfficerId};
use niims_store::kit::{DraftCounts, KitIdentity, KitOfficer, KitStore, PacketCounts, PacketRow};

use crate::error::KitError;
use crate::keys::{self, KitKeys};
use crate::outbox::Outbox;
use crate::pack::PackInUse;
use crate::recover::{self, Recovered};

/// Free disk space that capture needs, bytes: 96 MiB. A capture of the greatest size stands
/// in the store's log, in the store, and as a packet in the outbox, and one more is spare.
pub const CAPTURE_NEEDS_BYTES: u64 = 4 * MAX_PACKET_BYTES as u64;

/// What a kit is told once, when it is set up.
#[derive(Debug, Clone)]
pub struct KitSetup {
    /// The kit.
    pub kit: KitId,
    /// As engraved on the device.
    pub serial: String,
    /// Code of the sub-location where it stands. Never coordinates.
    pub sublocation: String,
    /// To which packets are sealed.
    pub centre_public_key: CentrePublicKey,
    /// Under which receipts are verified.
    pub log_public_key: LogPublicKey,
    /// Who may use the kit, and whether as a supervisor, who closes the day.
    pub officers: BTreeMap<OfficerId, OfficerRole>,
}

/// What an officer may do on a kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficerRole {
    /// Enrols.
    Registration,
    /// Enrols, and closes the day.
    Supervisor,
}

/// What a kit needs from the program that opens it.
#[derive(Debug, Clone)]
pub struct KitOptions {
    /// The country pack: which fields and rules exist. A kit to which the centre certifies another
    /// works with that one.
    pub pack: Arc<CountryPack>,
    /// Free disk space without which no capture begins, bytes. [`CAPTURE_NEEDS_BYTES`] unless
    /// a disk is known to be shared.
    pub capture_needs_bytes: u64,
}

impl KitOptions {
    /// The usual options with this pack.
    pub const fn new(pack: Arc<CountryPack>) -> Self {
        Self { pack, capture_needs_bytes: CAPTURE_NEEDS_BYTES }
    }
}

/// One registration kit.
///
/// All calls block; the store runs on a small runtime of the kit's own. Call them from a
/// plain thread, or from asynchronous code inside `tokio::task::spawn_blocking`: a kit that
/// is called directly on an asynchronous worker panics, as every blocking runtime does. A
/// `Kit` is `Send`; several kits, each in its own folder, may work in parallel threads.
pub struct Kit {
    pub(crate) folder: PathBuf,
    pub(crate) store: KitStore,
    pub(crate) outbox: Outbox,
    pub(crate) identity: KitIdentity,
    pub(crate) centre: CentrePublicKey,
    pub(crate) log_key: LogPublicKey,
    pub(crate) signing_key: KitSigningKey,
    pub(crate) officers: BTreeMap<OfficerId, Officer>,
    /// Keys for officers to come, by the numbers of their files.
    pub(crate) spares: BTreeMap<usize, OfficerSigningKey>,
    pub(crate) options: KitOptions,
    /// The pack that came with the program.
    pub(crate) own_pack: Arc<CountryPack>,
    /// The pack of `options`, for those who do not hold the kit.
    pub(crate) pack_in_use: PackInUse,
    pub(crate) runtime: KitRuntime,
    recovered: Recovered,
    /// Held as long as the kit is open.
    _lock: fs::File,
}

/// An officer of this kit. The key is there while it is unlocked: always where it is a file,
/// and between signing in and out where it opens by a PIN.
pub(crate) struct Officer {
    pub public: OfficerVerifyingKey,
    pub role: OfficerRole,
    pub key: Option<OfficerSigningKey>,
}

impl core::fmt::Debug for Kit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Kit({})", self.identity.kit)
    }
}

/// Runs a future of the store to its end on the kit's own runtime.
macro_rules! run {
    ($kit:expr, $store:ident => $future:expr) => {{
        let $store = &mut $kit.store;
        $kit.runtime.block_on($future)
    }};
}
pub(crate) use run;

impl Kit {
    /// Sets a kit up in a folder and opens it.
    ///
    /// # Errors
    /// [`KitError::AlreadySetUp`] if there is one, [`KitError::Key`] when an officer lacks a
    /// key, `kit.disk_full`, `kit.file`.
    pub fn create(
        folder: &Path,
        setup: &KitSetup,
        keys: &KitKeys,
        options: KitOptions,
        now: Timestamp,
    ) -> Result<Self, KitError> {
        fs::create_dir_all(folder).map_err(|error| KitError::file("created", error))?;
        let lock = lock(folder)?;
        let runtime = runtime()?;
        let file = folder.join(STORE_FILE);
        if file.exists() && is_set_up(folder, &runtime)? {
            return Err(KitError::AlreadySetUp);
        }
        let officers = setup
            .officers
            .iter()
            .map(|(id, role)| {
                let missing = || KitError::Key { file: format!("officer_{id}.key") };
                let key = keys.officers.get(id).ok_or_else(missing)?;
                Ok(KitOfficer {
                    officer: *id,
                    public_key: key.verifying_key().to_bytes(),
                    supervisor: *role == OfficerRole::Supervisor,
                })
            })
            .collect::<Result<Vec<_>, KitError>>()?;
        // The keys first and the identity last: a set-up that is interrupted before its last
        // write is no kit yet, and can be repeated. A store left by one is of another key.
        for name in [STORE_FILE.to_owned(), format!("{STORE_FILE}-wal")] {
            match fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(KitError::file("removed", error));
                }
                _ => {}
            }
        }
        keys::write(&folder.join(KEYS_FOLDER), keys)?;
        Outbox::new(folder.join(OUTBOX_FOLDER)).create()?;
        let identity = KitIdentity {
            kit: setup.kit,
            serial: setup.serial.clone(),
            sublocation: setup.sublocation.clone(),
            centre_public_key: setup.centre_public_key.to_bytes(),
            log_public_key: setup.log_public_key.to_string(),
        };
        runtime.block_on(async {
            let mut store = KitStore::open(&file, &keys.store).await?;
            store.set_up(&identity, &officers, now).await?;
            store.close().await
        })?;
        drop(lock);
        Self::open(folder, options)
    }

    /// Makes the folder and refuses one in which there is a kit.
    pub(crate) fn check_not_set_up(folder: &Path) -> Result<(), KitError> {
        fs::create_dir_all(folder).map_err(|error| KitError::file("created", error))?;
        let _lock = lock(folder)?;
        if folder.join(STORE_FILE).exists() && is_set_up(folder, &runtime()?)? {
            return Err(KitError::AlreadySetUp);
        }
        Ok(())
    }

    /// Opens a kit and settles whatever a crash left half done: see [`Kit::recovered`].
    ///
    /// # Errors
    /// [`KitError::NotSetUp`], [`KitError::InUse`], `kit.key`, `kit.key_permissions`,
    /// `kit.store_…`, `kit.disk_full`.
    pub fn open(folder: &Path, options: KitOptions) -> Result<Self, KitError> {
        let file = folder.join(STORE_FILE);
        if !file.is_file() {
            return Err(KitError::NotSetUp);
        }
        let lock = lock(folder)?;
        let runtime = runtime()?;
        let keys_folder = folder.join(KEYS_FOLDER);
        let ring = keys::Ring::open(&keys_folder)?;
        let root = ring.store()?;
        let (mut store, identity, known, pins) = runtime.block_on(async {
            let mut store = KitStore::open(&file, &root).await?;
            let identity = store.identity().await?.ok_or(KitError::NotSetUp)?;
            let officers = store.officers().await?;
            let pins = store.officer_pins().await?;
            Ok::<_, KitError>((store, identity, officers, pins))
        })?;
        // Not before it is a kit: until then the code works with these keys alone.
        crate::pending::forget(folder)?;
        let pins: BTreeSet<OfficerId> = pins.into_iter().map(|pin| pin.officer).collect();
        // What an interrupted setting of a PIN left: the key stands in the store already.
        keys::forget(&keys_folder, pins.iter().copied())?;
        let in_files = known.iter().map(|officer| officer.officer).filter(|id| !pins.contains(id));
        let keys = ring.read(in_files)?;
        let officers = with_keys(known, keys.officers, &pins)?;
        let outbox = Outbox::new(folder.join(OUTBOX_FOLDER));
        let aside = folder.join(ASIDE_FOLDER);
        let recovered = runtime.block_on(recover::settle(&mut store, &outbox, &aside))?;
        let mut kit = Self {
            folder: folder.to_owned(),
            centre: CentrePublicKey::from_bytes(&identity.centre_public_key)
                .map_err(KitError::PublicKey)?,
            log_key: LogPublicKey::from_str(&identity.log_public_key).map_err(KitError::LogKey)?,
            store,
            outbox,
            identity,
            signing_key: keys.kit,
            officers,
            spares: keys.spares,
            own_pack: Arc::clone(&options.pack),
            pack_in_use: PackInUse::new(Arc::clone(&options.pack)),
            options,
            runtime,
            recovered,
            _lock: lock,
        };
        kit.settle_team()?;
        kit.open_pack()?;
        Ok(kit)
    }

    /// The kit's id.
    pub const fn id(&self) -> KitId {
        self.identity.kit
    }

    /// As engraved on the device.
    pub fn serial(&self) -> &str {
        &self.identity.serial
    }

    /// Code of the sub-location where it stands.
    pub fn sublocation(&self) -> &str {
        &self.identity.sublocation
    }

    /// The key under which the centre checks the kit's signatures.
    pub fn public_key(&self) -> KitVerifyingKey {
        self.signing_key.verifying_key()
    }

    /// The officers of this kit, with the keys under which the centre checks their signatures.
    pub fn officers(
        &self,
    ) -> impl Iterator<Item = (OfficerId, OfficerVerifyingKey, OfficerRole)> + '_ {
        self.officers.iter().map(|(id, officer)| (*id, officer.public, officer.role))
    }

    /// The country pack with which the kit works now.
    pub fn pack(&self) -> &CountryPack {
        &self.options.pack
    }

    /// What was found and settled when the kit was opened.
    pub const fn recovered(&self) -> &Recovered {
        &self.recovered
    }

    /// How many packets are in each state.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn packet_counts(&mut self) -> Result<PacketCounts, KitError> {
        Ok(run!(self, store => store.packet_counts())?)
    }

    /// How many encounters wait to be sealed.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn draft_counts(&mut self) -> Result<DraftCounts, KitError> {
        Ok(run!(self, store => store.draft_counts())?)
    }

    /// All packets in the order of the chain.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn packets(&mut self) -> Result<Vec<PacketRow>, KitError> {
        Ok(run!(self, store => store.packets())?)
    }

    /// The signing key of an officer of this kit.
    pub(crate) fn officer_key(&self, officer: OfficerId) -> Result<&OfficerSigningKey, KitError> {
        let known = self.officers.get(&officer).ok_or(KitError::OfficerUnknown { officer })?;
        known.key.as_ref().ok_or(KitError::OfficerLocked { officer })
    }

    /// Whether an officer of this kit is a supervisor.
    pub(crate) fn check_supervisor(&self, officer: OfficerId) -> Result<(), KitError> {
        match self.officers.get(&officer).map(|officer| officer.role) {
            Some(OfficerRole::Supervisor) => Ok(()),
            Some(_) => Err(KitError::NotSupervisor { officer }),
            None => Err(KitError::OfficerUnknown { officer }),
        }
    }

    /// The officers' ids.
    pub(crate) fn officer_ids(&self) -> Vec<OfficerId> {
        self.officers.keys().copied().collect()
    }

    /// The civil day at `now`, as the store's counts are kept.
    pub(crate) fn day(&self, now: Timestamp) -> String {
        self.options.pack.today(now).to_string()
    }
}

const STORE_FILE: &str = "kit.sqlite";
const LOCK_FILE: &str = "kit.lock";
pub(crate) const KEYS_FOLDER: &str = "keys";
const OUTBOX_FOLDER: &str = "outbox";
const ASIDE_FOLDER: &str = "set_aside";

/// The kit's own runtime. Unlike a plain one it may be dropped by an asynchronous program.
pub(crate) struct KitRuntime(Option<tokio::runtime::Runtime>);

impl KitRuntime {
    /// Runs a future of the store to its end.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        #[expect(clippy::expect_used, reason = "taken by `drop` alone")]
        self.0.as_ref().expect("a runtime until the kit is dropped").block_on(future)
    }
}

impl Drop for KitRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn runtime() -> Result<KitRuntime, KitError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map(|runtime| KitRuntime(Some(runtime)))
        .map_err(|error| KitError::file("opened", error))
}

/// Takes the kit for this program; the system lets go when the program ends, however it ends.
pub(crate) fn lock(folder: &Path) -> Result<fs::File, KitError> {
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK_FILE))
        .map_err(|error| KitError::file("opened", error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(KitError::InUse),
        Err(fs::TryLockError::Error(error)) => Err(KitError::file("locked", error)),
    }
}

/// Whether the store in the folder holds the identity of a kit, which is written last.
fn is_set_up(folder: &Path, runtime: &KitRuntime) -> Result<bool, KitError> {
    let keys_folder = folder.join(KEYS_FOLDER);
    let Ok(root) = keys::Ring::open(&keys_folder).and_then(|ring| ring.store()) else {
        // A store without a key cannot be judged, so it is not overwritten either.
        return Ok(true);
    };
    runtime.block_on(async {
        let mut store = KitStore::open(&folder.join(STORE_FILE), &root).await?;
        let found = store.identity().await?.is_some();
        store.close().await?;
        Ok(found)
    })
}

/// Joins officers with their keys, refusing a key file that is not the officer's. The key of
/// an officer with a PIN stays locked.
fn with_keys(
    known: Vec<KitOfficer>,
    mut keys: BTreeMap<OfficerId, OfficerSigningKey>,
    pins: &BTreeSet<OfficerId>,
) -> Result<BTreeMap<OfficerId, Officer>, KitError> {
    known
        .into_iter()
        .map(|officer| {
            let id = officer.officer;
            let key =
                keys.remove(&id).filter(|key| key.verifying_key().to_bytes() == officer.public_key);
            if key.is_none() && !pins.contains(&id) {
                return Err(KitError::Key { file: format!("officer_{id}.key") });
            }
            let role = if officer.supervisor {
                OfficerRole::Supervisor
            } else {
                OfficerRole::Registration
            };
            let public = OfficerVerifyingKey::from_bytes(&officer.public_key)
                .map_err(KitError::PublicKey)?;
            Ok((id, Officer { public, role, key }))
        })
        .collect()
}
