//! Serves the portal on the loopback with a desk in memory, for whoever works on
//! the pages: `cargo run -p niims-portal --example portal_fixture -- LOGINS.json`.
//! It writes the same file of log-ins as the demonstration, for the browser tests.

use std::collections::HashSet;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use niims_country::CountryPack;
use niims_portal::demo_pages::{DemoEntry, DemoPages, DemoSection, OutboxMessage};
use niims_portal::{PortalState, router};
use niims_record::application::WaitsFor;
use niims_record::number::HudumaNamba;
use niims_wire::disclosure::{DisclosureLine, DisclosureOutcome};
use niims_wire::problem::Problem;
use niims_wire::resident::{OwnRecord, ResidentDesk, ResidentHandle, SessionToken};
use serde_json::json;

/// The only application number that this desk knows.
const SLIP: &str = "T1-000001";

struct Desk {
    pack: Arc<CountryPack>,
    number: HudumaNamba,
    outbox: Mutex<Vec<OutboxMessage>>,
    code: Mutex<Option<String>>,
    sessions: Mutex<HashSet<String>>,
}

#[async_trait]
impl ResidentDesk for Desk {
    async fn send_code(&self, who: &ResidentHandle, at: Timestamp) -> Result<(), Problem> {
        if *who == ResidentHandle::ApplicationNumber(SLIP.to_owned())
            || *who == ResidentHandle::Number(self.number)
        {
            let code = format!("{:06}", u64::from_be_bytes(eight(&entropy())) % 1_000_000);
            let body = format!(
                "Huduma Namba: your code is {code}. Give it to nobody.\n\
                 Msimbo wako ni {code}. Usimpe mtu yeyote."
            );
            let message = OutboxMessage { at, to: "+254 700 000 001".to_owned(), body };
            self.outbox.lock().unwrap_or_else(PoisonError::into_inner).insert(0, message);
            *self.code.lock().unwrap_or_else(PoisonError::into_inner) = Some(code);
        }
        Ok(())
    }

    async fn sign_in(
        &self,
        _: &ResidentHandle,
        code: &str,
        _: Timestamp,
    ) -> Result<SessionToken, Problem> {
        let mut right = self.code.lock().unwrap_or_else(PoisonError::into_inner);
        if right.as_deref() != Some(code) {
            return Err(Problem::new(422, "portal.code_wrong", "the code is not right"));
        }
        *right = None;
        let token = format!("{:016x}", u64::from_be_bytes(eight(&entropy())));
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone());
        Ok(SessionToken(token))
    }

    async fn own_record(
        &self,
        session: &SessionToken,
        at: Timestamp,
    ) -> Result<OwnRecord, Problem> {
        if !self.sessions.lock().unwrap_or_else(PoisonError::into_inner).contains(&session.0) {
            return Err(Problem::new(401, "portal.signed_out", "signed out"));
        }
        Ok(OwnRecord {
            application_number: SLIP.to_owned(),
            state: "numbered".to_owned(),
            since: at,
            waits_for: WaitsFor::Nobody,
            number: Some(self.number),
            card: Some("ordered".to_owned()),
            answers: answers(&self.pack),
            disclosures: disclosures(&self.pack, at),
        })
    }

    async fn sign_out(&self, session: &SessionToken) -> Result<(), Problem> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(&session.0);
        Ok(())
    }
}

/// One answer per field of the adult form that a text can answer.
fn answers(pack: &CountryPack) -> Vec<(String, String)> {
    use niims_country::{FieldType, FormKind};
    let fields = pack.form(FormKind::Adult).sections.into_iter().flat_map(|(_, fields)| fields);
    fields
        .filter_map(|field| {
            let value = match &field.kind {
                FieldType::Name => "Mfano".to_owned(),
                FieldType::Text => "made up".to_owned(),
                FieldType::PartialDate | FieldType::Date => "1990-01-01".to_owned(),
                FieldType::Telephone => "+254700000001".to_owned(),
                FieldType::Code { list } => pack.code_list(list)?.codes().first()?.code.clone(),
                FieldType::Codes { list } => {
                    let codes = pack.code_list(list)?.codes();
                    let codes: Vec<&str> = codes.iter().take(2).map(|c| c.code.as_str()).collect();
                    json!(codes).to_string()
                }
                FieldType::Place { .. } => {
                    let area = pack.geography().areas("ward").next()?;
                    json!({ "area": area.code, "village": "Mfano" }).to_string()
                }
                FieldType::Boolean => "true".to_owned(),
                FieldType::Consent { .. } => {
                    json!({ "given": true, "given_at": "2027-01-05T08:00:00Z" }).to_string()
                }
                _ => return None,
            };
            Some((field.id.clone(), value))
        })
        .collect()
}

/// Two lines per purpose: one answered, one refused; and the resident's own look.
fn disclosures(pack: &CountryPack, at: Timestamp) -> Vec<DisclosureLine> {
    let own = DisclosureLine {
        at,
        by: "resident".to_owned(),
        purpose: "own_record".to_owned(),
        attributes: vec!["number".to_owned(), "name".to_owned()],
        outcome: DisclosureOutcome::Answered,
    };
    let asked = pack.purposes().enumerate().map(|(place, purpose)| DisclosureLine {
        at,
        by: purpose.agency.clone(),
        purpose: purpose.code.clone(),
        attributes: purpose.attributes.clone(),
        outcome: if place % 2 == 0 {
            DisclosureOutcome::Answered
        } else {
            DisclosureOutcome::Denied { code: "freeze.share".to_owned() }
        },
    });
    core::iter::once(own).chain(asked).collect()
}

/// Random enough for pages that stand on one developer's own machine.
fn entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_mut(8) {
        chunk.copy_from_slice(&RandomState::new().hash_one(0).to_be_bytes());
    }
    bytes
}

fn eight(bytes: &[u8; 32]) -> [u8; 8] {
    core::array::from_fn(|place| bytes[place])
}

#[derive(Clone)]
struct Demo {
    pages: DemoPages,
    desk: Arc<Desk>,
    portal: String,
}

async fn outbox(State(demo): State<Demo>, headers: HeaderMap, uri: Uri) -> Response {
    let messages = demo.desk.outbox.lock().unwrap_or_else(PoisonError::into_inner).clone();
    demo.pages.outbox(&headers, &uri, &messages)
}

async fn index(State(demo): State<Demo>, headers: HeaderMap, uri: Uri) -> Response {
    let entry = |name: &str, address: &str, details: &[&str]| DemoEntry {
        name: name.to_owned(),
        address: Some(format!("{}{address}", demo.portal)),
        details: details.iter().map(|&detail| detail.to_owned()).collect(),
    };
    let sections = [DemoSection {
        title: "Pages".to_owned(),
        entries: vec![
            entry("Portal", "/", &["Sign in with T1-000001"]),
            entry("Outbox", "/demo/outbox", &[]),
        ],
    }];
    demo.pages.index(&headers, &uri, &sections)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let logins = std::env::args().nth(1).ok_or("name the file for the log-ins")?;
    let pack = Arc::new(CountryPack::embedded()?);
    let number = (0..10).find_map(|digit| format!("10203040506{digit}").parse().ok());
    let number: HudumaNamba = number.ok_or("no check digit fits")?;
    let desk = Arc::new(Desk {
        pack: Arc::clone(&pack),
        number,
        outbox: Mutex::default(),
        code: Mutex::default(),
        sessions: Mutex::default(),
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let portal = format!("http://{}", listener.local_addr()?);
    let source: niims_web::Entropy = Arc::new(entropy);
    let pages = DemoPages::new(&source, pack.settings().utc_offset);
    let demo = Demo { pages, desk: Arc::clone(&desk), portal: portal.clone() };
    let state = PortalState {
        desk,
        pack,
        clock: Arc::new(Timestamp::now),
        entropy: Arc::new(entropy),
        key: entropy(),
        secure_cookies: false,
        demonstration: true,
    };
    let shell = niims_web::Shell::new(niims_web::ShellSettings {
        key: entropy(),
        entropy: Arc::new(entropy),
        secure_cookies: false,
    });
    let gallery = niims_web::gallery_routes(Arc::new(shell), Arc::clone(&state.pack));
    let demo_routes = Router::new()
        .merge(gallery)
        .route("/demo", get(index))
        .route("/demo/outbox", get(outbox))
        .with_state(demo);
    let app = niims_web::secure(demo_routes, false).merge(router(state));
    let file = json!({
        "portal": portal,
        "outbox": format!("{portal}/demo/outbox"),
        "exchange": "",
        "residents": [{ "application_number": SLIP, "huduma_namba": number.digits() }],
    });
    std::fs::write(&logins, file.to_string())?;
    println!("{portal}/demo");
    axum::serve(listener, app).await?;
    Ok(())
}
