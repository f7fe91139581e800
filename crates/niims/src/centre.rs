//! A centre on this machine: its folder of keys and files, its database, and the
//! roles wired together.
//!
//! ```text
//! DIR/keys/      root.key centre.key log.key issuer.key   secret, mode 0600
//! DIR/public/    centre.pub log.pub issuer.pub            for kits and verifiers
//! DIR/register.db                                         unless PostgreSQL is used
//! DIR/packets/   sealed packets by hash
//! DIR/uploads/   uploads under way
//! DIR/log/       the transparency log as tiles
//! DIR/gallery/   the matcher's copy of the gallery; made anew from the database when lost
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use niims_abis::InProcessAbis;
use niims_audit::{LogPublicKey, LogSigningKey};
use niims_card::{CardProfile, IssuerKey, IssuerPublicKey, Press};
use niims_country::CountryPack;
use niims_packet::{CentrePublicKey, CentreSecretKey};
use niims_register::{Register, RegisterParts};
use niims_store::{Database, Keyring};
use rand_core::Rng;

use crate::{ambient, secrets};

/// Name of the transparency log, part of every checkpoint and receipt.
pub const LOG_NAME: &str = "niims.log.ke";
/// Issuer claim of cards.
const ISSUER: &str = "https://niims.go.ke";
/// Where the back of a card sends complaints.
const COMPLAINTS: &str = "Any Huduma Centre, or 020 6900020";
/// Database connections: each worker holds one at a time, each request another.
const CONNECTIONS: u32 = 16;

/// Everything of a centre that runs in one process.
pub struct Centre {
    /// The register.
    pub register: Arc<Register>,
    /// The matcher, which the serving process keeps.
    pub matcher: Arc<InProcessAbis>,
    /// The country pack.
    pub pack: Arc<CountryPack>,
    /// The database.
    pub db: Database,
    /// The key to which kits seal.
    pub packet_key: CentrePublicKey,
    /// The key under which cards verify.
    pub issuer_key: IssuerPublicKey,
    /// The folder.
    pub folder: PathBuf,
}

/// Makes the keys and the folder of a new centre.
pub fn create(folder: &Path) -> Result<()> {
    let keys = folder.join("keys");
    if keys.exists() {
        bail!("{} is a centre already", folder.display());
    }
    let mut rng = ambient::entropy().rng();
    let mut root = [0; 32];
    rng.fill_bytes(&mut root);
    let centre = CentreSecretKey::generate(&mut rng);
    let log = LogSigningKey::generate(LOG_NAME, &mut rng)?;
    let issuer = IssuerKey::generate(&mut rng);
    secrets::write_new(&keys.join("centre.key"), &centre.to_bytes())?;
    secrets::write_new(&keys.join("log.key"), &log.to_bytes())?;
    secrets::write_new(&keys.join("issuer.key"), &issuer.to_bytes())?;
    let public = folder.join("public");
    fs::create_dir_all(&public)?;
    fs::write(public.join("centre.pub"), hex::encode(centre.public_key().to_bytes()))?;
    fs::write(public.join("log.pub"), log.public_key().to_string())?;
    fs::write(public.join("issuer.pub"), hex::encode(issuer.public().to_bytes()))?;
    // Last: a centre whose root key exists is complete.
    secrets::write_new(&keys.join("root.key"), &root)
}

/// Opens a centre: reads its keys, brings its database up to date, wires its roles.
pub async fn open(folder: &Path, database: Option<&str>, pack: Option<&Path>) -> Result<Centre> {
    let keys = folder.join("keys");
    if !keys.join("root.key").exists() {
        bail!("{} is no centre; make one with: niims init {0}", folder.display());
    }
    let pack = Arc::new(load_pack(pack)?);
    let root = secrets::read(&keys.join("root.key"))?;
    let keyring = Keyring::from_root(&root, ambient::entropy().rng());
    let url = match database {
        Some(url) => url.to_owned(),
        None => format!("sqlite:{}", folder.join("register.db").display()),
    };
    let db = Database::open(&url, keyring, CONNECTIONS).await.context("the database")?;
    db.migrate().await.context("bringing the database up to date")?;
    let centre_key = CentreSecretKey::from_bytes(&secrets::read(&keys.join("centre.key"))?)?;
    let public = centre_key.public_key();
    let issuer = IssuerKey::from_bytes(&secrets::read(&keys.join("issuer.key"))?);
    let issuer_key = issuer.public();
    let profile = CardProfile::kenya(ISSUER, COMPLAINTS, true);
    let gallery = folder.join("gallery");
    let matcher = InProcessAbis::new(db.clone(), gallery, ambient::clock(), ambient::entropy());
    let matcher = Arc::new(matcher);
    let register = Register::open(RegisterParts {
        db: db.clone(),
        pack: Arc::clone(&pack),
        centre_key,
        log_key: LogSigningKey::from_bytes(LOG_NAME, &secrets::read(&keys.join("log.key"))?)?,
        folder: folder.to_owned(),
        abis: Arc::clone(&matcher) as _,
        press: Arc::new(Press::new(issuer, profile)),
        clock: ambient::clock(),
        entropy: ambient::entropy(),
    })?;
    Ok(Centre {
        register: Arc::new(register),
        matcher,
        pack,
        db,
        packet_key: public,
        issuer_key,
        folder: folder.to_owned(),
    })
}

/// The pack in a folder, or the one compiled in.
pub fn load_pack(folder: Option<&Path>) -> Result<CountryPack> {
    let loaded = match folder {
        Some(folder) => CountryPack::load(folder),
        None => CountryPack::embedded(),
    };
    loaded.map_err(|problems| anyhow!("the country pack has faults:\n{problems}"))
}

/// The public key of a log, from its text.
pub fn read_log_key(path: &Path) -> Result<LogPublicKey> {
    let text = fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    text.trim().parse().map_err(|_| anyhow!("{} does not hold a log's public key", path.display()))
}
