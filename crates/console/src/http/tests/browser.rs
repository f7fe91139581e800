//! A browser and a centre for tests: cookies are kept, forms carry their token.

use core::fmt::Write as _;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use niims_country::CountryPack;
use niims_record::OfficerId;
use niims_record::staff::{Period, Role};
use niims_store::events::{self, AuditEvent};
use niims_store::officers::{self, Officer, OfficerStatus};
use niims_store::testing::TestDatabase;
use niims_wire::{Clock, Entropy};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use tower::ServiceExt as _;

use super::unreachable::Unreachable;
use crate::http::{ConsoleState, router};
use crate::staff::{NewAccount, Site, add_account, give_duty, totp};

pub(super) const PASSWORD: &str = "goats eat maize at night";

/// A centre with staff pages and a clock that tests turn.
pub(super) struct Centre {
    pub(super) test: TestDatabase,
    pub(super) entropy: Entropy,
    pub(super) pack: Arc<CountryPack>,
    now: Arc<Mutex<Timestamp>>,
    pub(super) router: Router,
}

/// Somebody who works at the centre.
pub(super) struct Worker {
    pub(super) id: OfficerId,
    pub(super) user_name: String,
    pub(super) secret: Vec<u8>,
}

impl Centre {
    /// One on each database that there is.
    pub(super) async fn each() -> Vec<Self> {
        let mut all = Vec::new();
        for test in TestDatabase::each().await.unwrap() {
            all.push(Self::over(test));
        }
        all
    }

    /// One on SQLite, for what no database can change.
    pub(super) async fn one() -> Self {
        Self::over(TestDatabase::sqlite().await.unwrap())
    }

    fn over(test: TestDatabase) -> Self {
        let start: Timestamp = "2027-03-04T06:00:00Z".parse().unwrap();
        let now = Arc::new(Mutex::new(start));
        let told = Arc::clone(&now);
        let clock = Clock::new(move || *told.lock().unwrap());
        let rng = Mutex::new(ChaCha20Rng::from_seed([5; 32]));
        let entropy = Entropy::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes));
        let pack = Arc::new(CountryPack::embedded().unwrap());
        let router = router(ConsoleState {
            db: test.database.clone(),
            desk: Arc::new(Unreachable),
            pack: Arc::clone(&pack),
            clock,
            entropy: entropy.clone(),
            key: [3; 32],
            site: Site::loopback(),
            demonstration: true,
        });
        Self { test, entropy, pack, now, router }
    }

    pub(super) fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    pub(super) fn pass(&self, seconds: i64) {
        *self.now.lock().unwrap() += SignedDuration::from_secs(seconds);
    }

    /// A period about now, of so many days.
    pub(super) fn days(&self, days: i64) -> Period {
        let from = self.now() - SignedDuration::from_hours(1);
        Period { from, until: self.now() + SignedDuration::from_hours(24 * days) }
    }

    /// An officer with an account; gives the token of the invitation as well.
    pub(super) async fn invited(&self, user_name: &str, roles: &[Role]) -> (OfficerId, String) {
        let officer = Officer {
            id: OfficerId::random(&mut self.entropy.rng()),
            signing_key: [1; 32],
            roles: vec![],
            status: OfficerStatus::Active,
        };
        let db = &self.test.database;
        let mut tx = db.write().await.unwrap();
        officers::insert(&mut tx, &officer).await.unwrap();
        tx.commit().await.unwrap();
        for role in roles {
            let duty = (officer.id, *role, None);
            give_duty(db, &self.pack, duty, self.days(30), self.now()).await.unwrap();
        }
        let new = NewAccount { officer: officer.id, user_name, name: "Synthetic Colleague" };
        let token = add_account(db, &self.entropy, new, self.now()).await.unwrap();
        (officer.id, token)
    }

    /// Somebody who has set up a password and an app, signed out.
    pub(super) async fn worker(&self, user_name: &str, roles: &[Role]) -> Worker {
        let (id, token) = self.invited(user_name, roles).await;
        let mut browser = Browser::new(self);
        let secret = browser.set_up(&token).await;
        self.pass(30);
        Worker { id, user_name: user_name.to_owned(), secret }
    }

    /// A browser in which somebody is signed in.
    pub(super) async fn signed_in(&self, worker: &Worker) -> Browser<'_> {
        let mut browser = Browser::new(self);
        self.pass(30);
        let page = browser.sign_in(worker, PASSWORD, &self.code(worker)).await;
        assert_eq!(page.location.as_deref(), Some("/staff"), "{}", page.body);
        browser
    }

    /// The code that somebody's app shows.
    pub(super) fn code(&self, worker: &Worker) -> String {
        totp::code(&worker.secret, totp::step_at(self.now()))
    }

    /// The trail, the newest first.
    pub(super) async fn trail(&self) -> Vec<AuditEvent> {
        let mut tx = self.test.database.read().await.unwrap();
        events::list_recent(&mut tx, 1000).await.unwrap()
    }
}

/// An answer as a browser sees it.
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) location: Option<String>,
    pub(super) policy: String,
    pub(super) body: String,
}

/// A browser: keeps cookies, and knows the token of the last page with a form.
#[derive(Clone)]
pub(super) struct Browser<'a> {
    centre: &'a Centre,
    pub(super) cookies: BTreeMap<String, String>,
    csrf: String,
}

impl<'a> Browser<'a> {
    pub(super) fn new(centre: &'a Centre) -> Self {
        Self { centre, cookies: BTreeMap::new(), csrf: String::new() }
    }

    pub(super) async fn get(&mut self, path: &str) -> Page {
        let request = Request::get(path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Posts a form with the token of the last page.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf.clone();
        self.post_with(path, fields, &csrf).await
    }

    pub(super) async fn post_with(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        csrf: &str,
    ) -> Page {
        let mut all = vec![("csrf", csrf)];
        all.extend(fields);
        let body = serde_urlencoded::to_string(&all).unwrap();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    async fn send(&mut self, mut request: Request<Body>) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.centre.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let text =
            |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (location, policy) = (text(header::LOCATION), text(header::CONTENT_SECURITY_POLICY));
        let body = to_bytes(response.into_body(), 1 << 22).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        if let Some(csrf) = attribute(&body, "name=\"csrf\" value=\"") {
            self.csrf = csrf;
        }
        Page { status, location, policy: policy.unwrap_or_default(), body }
    }

    /// Opens an invitation; gives the page where the account is set up.
    pub(super) async fn open_invitation(&mut self, token: &str) -> Page {
        self.get(&format!("/staff/set-up/{token}")).await;
        self.post("/staff/set-up", &[("token", token)]).await;
        self.get("/staff/set-up").await
    }

    /// Sets up a password and an app; gives the app's secret.
    pub(super) async fn set_up(&mut self, token: &str) -> Vec<u8> {
        let page = self.open_invitation(token).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let secret = shown_secret(&page.body);
        let code = totp::code(&secret, totp::step_at(self.centre.now()));
        let fields = [("password", PASSWORD), ("again", PASSWORD), ("code", &code)];
        let page = self.post("/staff/set-up/password", &fields).await;
        assert_eq!(page.location.as_deref(), Some("/staff"), "{}", page.body);
        secret
    }

    /// Both steps of a sign-in.
    pub(super) async fn sign_in(&mut self, worker: &Worker, password: &str, code: &str) -> Page {
        self.get("/staff/sign-in").await;
        let fields = [("user_name", worker.user_name.as_str()), ("password", password)];
        let page = self.post("/staff/sign-in", &fields).await;
        if page.location.as_deref() != Some("/staff/code") {
            return page;
        }
        self.get("/staff/code").await;
        self.post("/staff/code", &[("code", code)]).await
    }
}

/// What stands behind the first occurrence of this text, up to the next quote.
pub(super) fn attribute(body: &str, before: &str) -> Option<String> {
    let (_, rest) = body.split_once(before)?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// The secret that the page for setting up shows in letters.
fn shown_secret(body: &str) -> Vec<u8> {
    let (_, rest) = body.split_once("<code>").unwrap();
    let letters: String = rest.split_once("</code>").unwrap().0.replace(' ', "");
    let mut bits = String::new();
    for letter in letters.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|l| *l == letter);
        let _ = write!(bits, "{:05b}", value.unwrap());
    }
    let bytes = bits.as_bytes().chunks_exact(8);
    bytes.map(|byte| u8::from_str_radix(core::str::from_utf8(byte).unwrap(), 2).unwrap()).collect()
}
