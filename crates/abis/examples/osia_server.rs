//! Serves the OSIA interface of an empty ABIS on a free port of this machine, for tests of conformance.
//!
//! `osia_server DIR PORT` writes into DIR a client's id and secret, the biometrics of some synthetic
//! people and, last, its address; PORT of this machine is where callbacks may go. It ends with its
//! standard input.

use std::error::Error;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use niims_abis::access::Scope;
use niims_abis::osia::{EDGE, OsiaCallbacks, OsiaState, router};
use niims_abis::service::clients::token_router;
use niims_abis::service::tasks::{CallbackForms, CallbackHosts};
use niims_abis::service::{MemorySearcher, Service, ServiceParts, StoredFeed};
use niims_fingerprint::synthetic::ImpressionConditions;
use niims_fingerprint::synthetic::sample::PersonSampler;
use niims_fingerprint::{FingerPosition, TemplateFormat};
use niims_store::testing::TestDatabase;
use niims_wire::{Clock, Entropy};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

/// Synthetic people, and impressions of each.
const PEOPLE: u64 = 6;
const IMPRESSIONS: u32 = 2;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: osia_server DIR PORT";
    let directory = PathBuf::from(arguments.next().ok_or(usage)?);
    let callbacks = format!("127.0.0.1:{}", arguments.next().ok_or(usage)?);

    let db = TestDatabase::sqlite().await?;
    let rng = std::sync::Mutex::new(ChaCha20Rng::from_seed([7; 32]));
    let entropy = Entropy::new(move |bytes| {
        rng.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(bytes);
    });
    let service = Service::new(ServiceParts {
        db: db.database.clone(),
        searcher: Arc::new(MemorySearcher::new(Arc::new(StoredFeed::new(db.database.clone())))),
        clock: Clock::new(Timestamp::now),
        entropy: entropy.clone(),
        callbacks: CallbackHosts::new([callbacks]),
    });
    let client = service.add_client("conformance", &Scope::ALL.into()).await?;
    let forms = CallbackForms::from([(EDGE, Arc::new(OsiaCallbacks) as _)]);
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(service.clone().work("worker".to_owned(), Arc::new(forms), stopped));

    let routes = router(OsiaState::new(service.clone(), entropy)).merge(token_router(service));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let client = json!({"client_id": client.id, "client_secret": client.secret});
    std::fs::write(directory.join("client.json"), client.to_string())?;
    std::fs::write(directory.join("people.json"), people()?.to_string())?;
    std::fs::write(directory.join("address"), format!("http://{}", listener.local_addr()?))?;
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        served = async { axum::serve(listener, routes).await } => served?,
        _ = ended => {}
    }
    Ok(())
}

/// Of each person a list of captures, each a list of `BiometricData`.
fn people() -> Result<Value, Box<dyn Error>> {
    let mut all = Vec::new();
    for person in 0..PEOPLE {
        let mut captures = Vec::new();
        for impression in 0..IMPRESSIONS {
            captures.push(capture(&PersonSampler::new(11, person), impression)?);
        }
        all.push(captures);
    }
    Ok(json!(all))
}

fn capture(person: &PersonSampler, impression: u32) -> Result<Value, Box<dyn Error>> {
    let mut items = Vec::new();
    for position in [FingerPosition::RightIndex, FingerPosition::LeftIndex] {
        let template =
            person.finger(position).impression(impression, &ImpressionConditions::operational());
        let record = TemplateFormat::Iso2005.write(&[(position, &template)])?;
        items.push(json!({
            "biometricType": "FINGER",
            "biometricSubType": position.name().to_uppercase(),
            "template": STANDARD.encode(record),
            "templateFormat": "ISO_19794_2",
        }));
    }
    Ok(json!(items))
}
