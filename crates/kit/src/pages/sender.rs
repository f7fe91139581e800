//! Sends packets, looks and receipts in the background, whenever there is a line, and contacts the
//! centre now and then. Pages answer meanwhile: the kit is held for short acts only, and each chunk
//! that arrived is on disk.

use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use niims_wire::{Clock, Entropy};

use crate::cards::looks_all;
use crate::client::{HttpError, Link};
use crate::contact::contact_by;
use crate::error::KitError;
use crate::held::Shared;
use crate::kit::Kit;
use crate::receipts::receipts_all;
use crate::revisits::revisits_all;
use crate::upload::{UploadError, upload_all};

/// Between two looks whether there is something to send, seconds. Range 5 to 60. A look is one
/// count in the store; nothing is sent where there is nothing.
const LOOK_SECONDS: u64 = 10;
/// First pause after a line that failed, seconds; each further one is twice as long.
const FIRST_PAUSE: u64 = 30;
/// Longest pause, seconds: 15 minutes. A line that comes back is used soon, and a laptop without
/// one all day tries some sixty times.
const LONGEST_PAUSE: u64 = 900;
/// Pause while a page of the network stands before the centre, seconds: somebody signs in there.
const PORTAL_PAUSE: u64 = 60;
/// Between two contacts, seconds: 15 minutes, and whenever an officer asks for it. A contact is some
/// kilobytes; what the centre asks of a kit is known within a quarter of an hour of a line.
const CONTACT_SECONDS: u64 = 900;

/// Pause after a contact that came to nothing, seconds: five minutes.
const CONTACT_AGAIN: u64 = 300;

/// How the sending goes, for the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sending {
    /// Nothing waits.
    Idle,
    /// Under way.
    UnderWay,
    /// There was no line, or the centre did not take it; tried again from then on.
    Waits {
        /// Stable code.
        code: String,
        /// From when on.
        again_at: Timestamp,
    },
    /// A page of the network answered instead.
    Portal,
    /// The centre takes nothing of this kit: revoked, or enrolment is frozen.
    Stopped {
        /// Stable code.
        code: String,
    },
}

/// The way to the centre.
pub(super) struct Way {
    /// Its address.
    pub centre: String,
    /// Tells the time.
    pub clock: Clock,
    /// Random bytes, for the key of each question.
    pub entropy: Entropy,
}

/// Version of this software, as the centre sees it.
pub(super) const SOFTWARE: &str = env!("CARGO_PKG_VERSION");

/// Sends in the background.
pub(super) struct Sender {
    state: Mutex<Sending>,
    /// Whose turn it is: two that send one packet at once would only hinder each other.
    turn: Mutex<()>,
    bell: Mutex<bool>,
    rung: Condvar,
}

/// What one round came to.
enum Round {
    Nothing,
    Sent,
    /// All that can be sent is sent, and the centre has not said its word on each.
    Unconfirmed,
    Failed(String),
    Portal,
    Stopped(String),
}

impl Sender {
    pub fn new() -> Self {
        Self {
            state: Mutex::new(Sending::Idle),
            turn: Mutex::default(),
            bell: Mutex::default(),
            rung: Condvar::new(),
        }
    }

    pub fn state(&self) -> Sending {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, state: Sending) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Tries now, whatever pause there is.
    pub fn ring(&self) {
        *self.bell.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.rung.notify_all();
    }

    /// Waits until the bell rings, and no longer than this. Whether it rang.
    fn wait(&self, longest: Duration) -> bool {
        let until = Instant::now() + longest;
        let mut bell = self.bell.lock().unwrap_or_else(PoisonError::into_inner);
        while !*bell {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.rung.wait_timeout(bell, left);
            bell = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *bell = false;
        true
    }

    /// Begins to send, on a thread of its own, for as long as the pages live.
    pub fn start(sender: &Arc<Self>, kit: &Arc<Mutex<Kit>>, way: Way) {
        let (sender, kit) = (Arc::downgrade(sender), Arc::downgrade(kit));
        let thread = std::thread::Builder::new().name("sender".to_owned());
        // Without the thread packets are sent by the button, as on a kit that sends by hand.
        let _ = thread.spawn(move || go_on(&sender, &kit, &way));
    }

    /// Tells the centre how the kit does, gets its papers, and takes what it asks; whether that
    /// is done. That there is no line is no matter as long as nothing waits to be sent.
    fn contact(&self, kit: &Mutex<Kit>, way: &Way) -> bool {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let now = || way.clock.now();
        let mut sleep = std::thread::sleep;
        let mut link = Link { base_url: way.centre.clone(), clock: &now, sleep: &mut sleep };
        let mut held = Shared(kit);
        contact_by(&mut held, &mut link, SOFTWARE).is_ok()
            && revisits_all(&mut held, &mut link, &mut way.entropy.rng()).is_ok()
    }

    fn round(&self, kit: &Mutex<Kit>, way: &Way) -> Round {
        match waiting(kit) {
            Ok(0) => return Round::Nothing,
            Ok(_) => {}
            Err(error) => return Round::Failed(error.code().to_owned()),
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.set(Sending::UnderWay);
        send(kit, &way.centre, &way.clock)
            .unwrap_or_else(|error| Round::Failed(error.code().to_owned()))
    }
}

fn go_on(sender: &Weak<Sender>, kit: &Weak<Mutex<Kit>>, way: &Way) {
    let mut pause = FIRST_PAUSE;
    let mut next_contact = Instant::now();
    while let (Some(sender), Some(kit)) = (sender.upgrade(), kit.upgrade()) {
        let round = sender.round(&kit, way);
        // Whatever came of the round: a kit that was stopped learns in a contact that it is not.
        if Instant::now() >= next_contact {
            let seconds = if sender.contact(&kit, way) { CONTACT_SECONDS } else { CONTACT_AGAIN };
            next_contact = Instant::now() + Duration::from_secs(seconds);
        }
        drop(kit);
        let seconds = match &round {
            Round::Nothing | Round::Sent => LOOK_SECONDS,
            Round::Portal => PORTAL_PAUSE,
            Round::Unconfirmed | Round::Failed(_) | Round::Stopped(_) => pause,
        };
        let is_slower = !matches!(round, Round::Nothing | Round::Sent | Round::Portal);
        pause = if is_slower { (2 * pause).min(LONGEST_PAUSE) } else { FIRST_PAUSE };
        let again_at = way.clock.now() + jiff::SignedDuration::from_secs(seconds.cast_signed());
        sender.set(match round {
            Round::Nothing | Round::Sent | Round::Unconfirmed => Sending::Idle,
            Round::Portal => Sending::Portal,
            Round::Failed(code) => Sending::Waits { code, again_at },
            Round::Stopped(code) => Sending::Stopped { code },
        });
        if sender.wait(Duration::from_secs(seconds)) {
            // Whoever asks for it gets the papers as well.
            next_contact = Instant::now();
        }
    }
}

/// What waits to be sent or confirmed.
fn waiting(kit: &Mutex<Kit>) -> Result<u64, KitError> {
    let mut kit = kit.lock().unwrap_or_else(PoisonError::into_inner);
    let packets = kit.packet_counts()?;
    Ok(packets.sealed + packets.uploaded + kit.looks_waiting()?)
}

fn send(kit: &Mutex<Kit>, centre: &str, clock: &Clock) -> Result<Round, KitError> {
    let now = || clock.now();
    let mut sleep = std::thread::sleep;
    let mut link = Link { base_url: centre.to_owned(), clock: &now, sleep: &mut sleep };
    let mut held = Shared(kit);
    let uploaded = upload_all(&mut held, &mut link)?;
    let failed = uploaded.failed.iter().find_map(|(_, error)| match error {
        UploadError::Http(error) => Some(failure(error)),
        UploadError::TooManySetbacks => Some(Round::Failed(error.code().to_owned())),
        // A damaged file is told on the page of the day, and stops no other.
        UploadError::File { .. } => None,
    });
    if let Some(failed) = failed {
        return Ok(failed);
    }
    let receipts = receipts_all(&mut held, &mut link)?;
    if let Some((_, error)) = receipts.failed.first() {
        return Ok(failure(error));
    }
    let looks = looks_all(&mut held, &mut link)?;
    let left = if waiting(kit)? > 0 { Round::Unconfirmed } else { Round::Sent };
    Ok(looks.failed.as_ref().map_or(left, failure))
}

fn failure(error: &HttpError) -> Round {
    let code = error.code().to_owned();
    match error {
        HttpError::Portal => Round::Portal,
        HttpError::Refused { problem } if matches!(problem.status, 403 | 423) => {
            Round::Stopped(code)
        }
        _ => Round::Failed(code),
    }
}
