//! Sending in the background: over broken lines, behind a captive portal, while officers work.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "common/server.rs"]
mod server;

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use common::browser::{Browser, PIN};
use common::{Capture, Centre, OFFICER, SUPERVISOR, new_kit, now, options, picture, rng};
use jiff::Timestamp;
use niims_kit::interview::NoStation;
use niims_kit::pages::{PagesSetup, Station, router};
use niims_kit::{Kit, Link, PacketCounts};
use niims_wire::{Clock, Entropy};
use rand_chacha::rand_core::Rng;
use server::{Fault, Server};

/// What a portal answers to everything.
const PORTALS: [&str; 3] = [
    "HTTP/1.1 302 Found\r\nLocation: http://login.invalid/\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 13\r\n\r\n<h1>Pay!</h1>",
    "HTTP/1.1 511 Network Authentication Required\r\nContent-Length: 0\r\n\r\n",
];

/// A line that a portal can shut.
struct Line {
    base_url: String,
    shut: Arc<AtomicBool>,
    stopped: Arc<AtomicUsize>,
    answer: Arc<Mutex<&'static str>>,
}

impl Line {
    fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let behind = server.base_url.strip_prefix("http://").unwrap().to_owned();
        let line = Self {
            base_url,
            shut: Arc::default(),
            stopped: Arc::default(),
            answer: Arc::new(Mutex::new(PORTALS[0])),
        };
        let (shut, stopped, answer) =
            (line.shut.clone(), line.stopped.clone(), line.answer.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut kit = stream.unwrap();
                if shut.load(Ordering::SeqCst) {
                    stopped.fetch_add(1, Ordering::SeqCst);
                    let mut head = [0; 4096];
                    let _ = kit.read(&mut head);
                    let _ = kit.write_all(answer.lock().unwrap().as_bytes());
                    continue;
                }
                let mut centre = TcpStream::connect(&behind).unwrap();
                let (mut back, mut forth) = (centre.try_clone().unwrap(), kit.try_clone().unwrap());
                let shut = shut.clone();
                thread::spawn(move || {
                    let _ = std::io::copy(&mut kit, &mut centre);
                });
                thread::spawn(move || {
                    let mut bytes = [0; 4096];
                    while let Ok(length) = back.read(&mut bytes)
                        && length > 0
                        && forth.write_all(&bytes[..length]).is_ok()
                        && !shut.load(Ordering::SeqCst)
                    {}
                    let _ = forth.shutdown(std::net::Shutdown::Both);
                });
            }
        });
        line
    }
}

fn sealed_kit(folder: &Path, server: &Server, count: u32) {
    let mut kit = new_kit(&folder.join("kit"), 1, &Centre::new());
    let mut shared = server.shared.lock().unwrap();
    shared.kits.insert(kit.id().to_string(), kit.public_key().to_bytes());
    shared.now = Some(now());
    drop(shared);
    for n in 0..count {
        let number = format!("NUMBER-{n}");
        let capture = Capture::adult(folder.join(&number), &number);
        capture.put("documents/national_id_2.png", &picture(600, 700, u64::from(n)));
        capture.enrol(&mut kit).unwrap();
    }
    assert_eq!(kit.seal_pending(now(), &mut rng(7)).unwrap().sealed.len(), count as usize);
    kit.set_pin(OFFICER, "Desk one", PIN, &mut rng(1)).unwrap();
    kit.set_pin(SUPERVISOR, "Supervisor", "730164", &mut rng(2)).unwrap();
}

/// The pages of the kit, sending by themselves.
fn pages(folder: &Path, centre: &str) -> Browser {
    let clock = Arc::new(AtomicI64::new(now().as_second()));
    let (time, draws) = (clock.clone(), AtomicU64::new(100));
    let app = router(PagesSetup {
        kit: Kit::open(&folder.join("kit"), options()).unwrap(),
        clock: Clock::new(move || Timestamp::from_second(time.load(Ordering::SeqCst)).unwrap()),
        entropy: Entropy::new(move |bytes| {
            rng(draws.fetch_add(1, Ordering::SeqCst)).fill_bytes(bytes);
        }),
        station: Station::Beside(Box::new(NoStation)),
        port: 8046,
        centre: Some(centre.to_owned()),
        sends_by_itself: true,
        stick: None,
        cards: None,
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut browser = Browser { runtime, app, clock, cookies: Vec::new(), token: String::new() };
    browser.sign_in();
    browser
}

/// Waits until the day's page says so.
fn until(browser: &mut Browser, words: &str) -> String {
    let begun = Instant::now();
    loop {
        let page = browser.get("/day");
        if page.body.contains(words) {
            return page.body;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{words}: {}", page.body);
        thread::sleep(Duration::from_millis(100));
    }
}

fn wait_for(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_mins(1), "it never came");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_sealed_goes_by_itself_over_a_bad_line_and_pages_answer_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(Centre::new().log);
    sealed_kit(folder.path(), &server, 3);
    server.shared.lock().unwrap().on_patch = VecDeque::from([
        Fault::None,
        Fault::HalfChunk,
        Fault::Unavailable,
        Fault::HalfChunk,
        Fault::None,
    ]);
    let mut browser = pages(folder.path(), &server.base_url);
    assert!(browser.get("/day").body.contains("On the way to the centre"));
    wait_for(|| server.shared.lock().unwrap().packets.len() == 3);
    let body = until(&mut browser, "goes by itself when there is a line");
    assert!(!body.contains("Of what waits"), "nothing waits: {body}");
    drop(browser);
    let mut kit = Kit::open(&folder.path().join("kit"), options()).unwrap();
    let counts = kit.packet_counts().unwrap();
    assert_eq!(counts, PacketCounts { receipted: 3, ..PacketCounts::default() });
    let lengths: u64 = kit.packets().unwrap().iter().map(|row| row.sealed.length).sum();
    let taken = server.shared.lock().unwrap().bytes_taken as u64;
    assert_eq!(taken, lengths, "what was acknowledged is not sent again");
}

#[test]
fn a_portal_is_told_and_what_was_sent_before_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(Centre::new().log);
    sealed_kit(folder.path(), &server, 2);
    let line = Line::to(&server);
    line.shut.store(true, Ordering::SeqCst);
    {
        let mut kit = Kit::open(&folder.path().join("kit"), options()).unwrap();
        let mut slept = 0;
        for answer in PORTALS {
            *line.answer.lock().unwrap() = answer;
            let before = line.stopped.load(Ordering::SeqCst);
            let mut sleep = |_: Duration| slept += 1;
            let mut link = Link { base_url: line.base_url.clone(), clock: &now, sleep: &mut sleep };
            let report = kit.upload_pending(&mut link).unwrap();
            let codes: Vec<_> = report.failed.iter().map(|(_, error)| error.code()).collect();
            assert_eq!(codes, ["link.portal"], "the second packet is not tried");
            let tried = line.stopped.load(Ordering::SeqCst) - before;
            assert_eq!(tried, 1, "a portal does not go by asking again");
        }
        assert_eq!(slept, 0);
        assert_eq!(kit.packet_counts().unwrap().sealed, 2);
    }
    let mut browser = pages(folder.path(), &line.base_url);
    until(&mut browser, "A page of this network stands before the centre");
    assert!(server.shared.lock().unwrap().packets.is_empty());
    // Somebody signed in there, and presses the button instead of waiting.
    line.shut.store(false, Ordering::SeqCst);
    browser.get("/day");
    let page = browser.post("/day/upload", "");
    assert!(page.body.contains("Sending is tried now"), "{}", page.body);
    wait_for(|| server.shared.lock().unwrap().packets.len() == 2);
    until(&mut browser, "goes by itself when there is a line");
}

#[test]
fn a_frozen_programme_stops_and_a_lifted_one_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(Centre::new().log);
    sealed_kit(folder.path(), &server, 1);
    server.shared.lock().unwrap().on_create = VecDeque::from([Fault::Refuse(423, "freeze.enrol")]);
    let mut browser = pages(folder.path(), &server.base_url);
    let body = until(&mut browser, "takes nothing of this kit now");
    assert!(body.contains("freeze.enrol"), "{body}");
    assert!(server.shared.lock().unwrap().packets.is_empty());
    // The order is lifted: the button, or the next try, sends.
    browser.post("/day/upload", "");
    wait_for(|| server.shared.lock().unwrap().packets.len() == 1);
}
