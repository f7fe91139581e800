//! The folder of an ABIS, and the service on it.
//!
//! ```text
//! DIR/keys/root.key   secret, mode 0600
//! DIR/abis.db         unless PostgreSQL is used
//! DIR/face.toml       how faces are compared, and the model beside it; none unless one is given
//! DIR/gallery/        what is searched, made anew from the database where it is lost
//! ```

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use niims_abis::KeptGallery;
use niims_abis::search::Searcher;
use niims_abis::service::tasks::CallbackHosts;
use niims_abis::service::{MemorySearcher, Service, ServiceParts, StoredFeed};
use niims_store::{Database, Keyring};
use rand_core::Rng;

use super::args::{AbisArgs, InitArgs, Spread};
use super::{model, shard};
use crate::{ambient, secrets};

/// Database connections: each worker holds one at a time, each request another.
const CONNECTIONS: u32 = 16;

/// Makes the folder of a new ABIS.
pub fn init(args: InitArgs) -> Result<ExitCode> {
    let InitArgs { abis: args, face } = args;
    let key = args.data.join("keys").join("root.key");
    if key.exists() {
        bail!("{} is an ABIS already", args.data.display());
    }
    face.as_ref().map(model::check).transpose()?;
    let mut root = [0; 32];
    ambient::entropy().rng().fill_bytes(&mut root);
    secrets::write_new(&key, &root)?;
    println!("A new ABIS is in {}.", args.data.display());
    if let Some(face) = &face {
        model::configure(&args.data, face)?;
    }
    println!("Keep {} safe and copied: without it nothing stored can be read.", key.display());
    Ok(ExitCode::SUCCESS)
}

/// An ABIS, opened.
pub struct Opened {
    /// Its operations.
    pub service: Service,
    /// Its database.
    pub db: Database,
}

/// Opens an ABIS for one command, which reads the whole gallery from the database: a process that
/// serves it may have its folder at the same time.
pub async fn service(args: &AbisArgs) -> Result<Service> {
    Ok(open(args, CallbackHosts::default()).await?.service)
}

/// The same with its database.
pub async fn open(args: &AbisArgs, callbacks: CallbackHosts) -> Result<Opened> {
    let db = database(args).await?;
    let searcher = Arc::new(MemorySearcher::new(Arc::new(StoredFeed::new(db.clone()))));
    opened(args, db, searcher, callbacks)
}

/// Opens an ABIS to serve it, with its gallery, which this process has alone from now on.
pub async fn open_to_serve(
    args: &AbisArgs,
    callbacks: CallbackHosts,
) -> Result<(Opened, Arc<KeptGallery>)> {
    let db = database(args).await?;
    let feed = Arc::new(StoredFeed::new(db.clone()));
    let folder = args.data.join("gallery");
    let (clock, entropy) = (ambient::clock(), ambient::entropy());
    let gallery = KeptGallery::open(&folder, db.keyring(), feed, clock, entropy)
        .await
        .with_context(|| format!("{}; does another process serve it?", folder.display()))?;
    let searcher = Arc::new(gallery.searcher().clone());
    Ok((opened(args, db, searcher, callbacks)?, Arc::new(gallery)))
}

/// Opens an ABIS to serve it, with a gallery that other processes hold.
pub async fn open_over_shards(
    args: &AbisArgs,
    callbacks: CallbackHosts,
    spread: Spread,
) -> Result<Opened> {
    let db = database(args).await?;
    let searcher = Arc::new(shard::connect(&db, spread).await?);
    opened(args, db, searcher, callbacks)
}

fn opened(
    args: &AbisArgs,
    db: Database,
    searcher: Arc<dyn Searcher>,
    callbacks: CallbackHosts,
) -> Result<Opened> {
    let service = Service::new(ServiceParts {
        db: db.clone(),
        searcher,
        clock: ambient::clock(),
        entropy: ambient::entropy(),
        callbacks,
    });
    let service = match model::open(&args.data)? {
        Some(matching) => service.comparing_faces(matching),
        None => service,
    };
    Ok(Opened { service, db })
}

/// Reads the key, opens the database and brings it up to date.
pub async fn database(args: &AbisArgs) -> Result<Database> {
    let key = args.data.join("keys").join("root.key");
    if !key.exists() {
        bail!("{} is no ABIS; make one with: niims abis init --data {0}", args.data.display());
    }
    let keyring = Keyring::from_root(&secrets::read(&key)?, ambient::entropy().rng());
    let url = match &args.database {
        Some(url) => url.clone(),
        None => format!("sqlite:{}", args.data.join("abis.db").display()),
    };
    let db = Database::open(&url, keyring, CONNECTIONS).await.context("the database")?;
    db.migrate().await.context("bringing the database up to date")?;
    Ok(db)
}
