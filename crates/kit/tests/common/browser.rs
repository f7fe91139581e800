//! A browser without scripts, driven from a test.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use jiff::Timestamp;
use niims_kit::Kit;
use niims_kit::pages::{PagesSetup, Station, router};
use niims_wire::{Clock, Entropy};
use rand_chacha::rand_core::Rng;
use tower::ServiceExt as _;

use super::{Centre, OFFICER, SUPERVISOR, new_kit, now, options, rng};

pub const PIN: &str = "482913";
pub const SECOND_PIN: &str = "730164";
pub const HOST: &str = "127.0.0.1:8046";

/// A browser on the laptop of a kit whose clock the test sets.
pub struct Browser {
    pub runtime: tokio::runtime::Runtime,
    pub app: Router,
    pub clock: Arc<AtomicI64>,
    pub cookies: Vec<(String, String)>,
    pub token: String,
}

pub struct Page {
    pub status: StatusCode,
    pub to: String,
    pub body: String,
}

impl Browser {
    pub fn new(folder: &Path, station: Station, prepare: impl FnOnce(&mut Kit)) -> Self {
        let clock = Arc::new(AtomicI64::new(now().as_second()));
        Self::on(tokio::runtime::Runtime::new().unwrap(), clock, folder, station, prepare)
    }

    /// The same on a runtime where devices run, by their clock.
    pub fn on(
        runtime: tokio::runtime::Runtime,
        clock: Arc<AtomicI64>,
        folder: &Path,
        station: Station,
        prepare: impl FnOnce(&mut Kit),
    ) -> Self {
        let mut kit = new_kit(folder, 7, &Centre::new());
        kit.set_pin(OFFICER, "Desk one", PIN, &mut rng(1)).unwrap();
        kit.set_pin(SUPERVISOR, "Supervisor", SECOND_PIN, &mut rng(2)).unwrap();
        prepare(&mut kit);
        drop(kit);
        let (time, draws) = (clock.clone(), AtomicU64::new(100));
        let app = router(PagesSetup {
            kit: Kit::open(folder, options()).unwrap(),
            clock: Clock::new(move || Timestamp::from_second(time.load(Ordering::SeqCst)).unwrap()),
            entropy: Entropy::new(move |bytes| {
                rng(draws.fetch_add(1, Ordering::SeqCst)).fill_bytes(bytes);
            }),
            station,
            port: 8046,
            centre: None,
            sends_by_itself: false,
            stick: None,
            cards: Some(Arc::new(niims_card::Reader)),
        });
        Self { runtime, app, clock, cookies: Vec::new(), token: String::new() }
    }

    pub fn wait(&self, minutes: i64) {
        self.clock.fetch_add(60 * minutes, Ordering::SeqCst);
    }

    pub fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header(header::HOST, HOST)
            .header(header::COOKIE, cookies.join("; "))
            .body(body)
            .unwrap();
        let app = self.app.clone();
        let (parts, body) = self.runtime.block_on(async move {
            let (parts, body) = app.oneshot(request).await.unwrap().into_parts();
            (parts, to_bytes(body, 10 << 20).await.unwrap())
        });
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            assert!(line.contains("HttpOnly; SameSite=Strict"), "{line}");
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !line.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        assert!(
            parts.headers[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .contains("script-src 'none'")
        );
        let body = String::from_utf8_lossy(&body).into_owned();
        if let Some((_, after)) = body.split_once("name=\"csrf\" value=\"") {
            after.split('"').next().unwrap().clone_into(&mut self.token);
        }
        let to =
            parts.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap()).to_owned();
        Page { status: parts.status, to, body }
    }

    pub fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty())
    }

    pub fn post(&mut self, path: &str, fields: &str) -> Page {
        let body = format!("csrf={}&{fields}", self.token);
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body))
    }

    /// Sends a form with a file.
    pub fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Page {
        let mut body = Vec::new();
        let token = self.token.clone();
        for (name, text) in fields.iter().copied().chain([("csrf", token.as_str())]) {
            let part =
                format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
            body.extend(part.into_bytes());
        }
        body.extend(
            b"--x\r\nContent-Disposition: form-data; name=\"photograph\"; filename=\"a\"\r\n\r\n",
        );
        body.extend(file);
        body.extend(b"\r\n--x--\r\n");
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.send(request, Body::from(body))
    }

    pub fn sign_in(&mut self) {
        self.get("/");
        let page = self.post("/", &format!("officer={OFFICER}&pin={PIN}"));
        assert_eq!(page.to, "/home", "{}", page.body);
        self.get("/home");
    }

    /// An interview of an adult whose consent is given; its address.
    pub fn consented(&mut self) -> String {
        let at = self.post("/begin", "form=adult").to;
        let born = "date_of_birth.day=23&date_of_birth.month=4&date_of_birth.year=1987&date_of_birth_precision=DAY";
        assert_eq!(self.post(&format!("{at}/age"), born).to, at);
        assert_eq!(self.post(&format!("{at}/notice"), "language=sw").to, at);
        assert_eq!(self.post(&format!("{at}/consent"), "mode=signature").to, at);
        at
    }
}
