//! What the device answers.

use niims_device::capture::first_hash;
use niims_device::maker::{Capture, Received, ReceivedBio, answer, biometric, error_element};
use niims_device::vocabulary::{DeviceKind, DeviceStatus, Environment, SubDevice, finger_name};
use niims_fingerprint::FingerPosition;
use serde_json::{Value, json};

use super::fault::Fault;
use super::records;
use super::state::State;

/// The answer to MOSIPDISC. Devices of another kind than asked for are left out.
pub(super) fn discovery(state: &State, body: &[u8]) -> String {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let kind = asked["type"].as_str().and_then(DeviceKind::from_name);
    if kind.is_some_and(|kind| kind != state.setup.kind) {
        return "[]".to_owned();
    }
    let mut element = state.device().discovery(state.status(), state.port, state.now());
    if state.fault() == Fault::CallsElsewhere {
        element["callbackId"] = "http://192.0.2.1:4501/".into();
    }
    json!([element]).to_string()
}

/// The answer to MOSIPDINFO.
pub(super) fn info(state: &State) -> String {
    let device = state.device();
    let environment = match (state.fault(), state.setup.environment) {
        (Fault::OtherEnvironment, Environment::Production) => Environment::Staging,
        (Fault::OtherEnvironment, _) => Environment::Production,
        (_, own) => own,
    };
    let element = device
        .info(state.status(), environment, state.port, state.now())
        .and_then(|info| device.info_element(state.status(), &info));
    match element {
        Ok(mut element) => {
            if state.fault() == Fault::WrongSignature {
                spoil(&mut element["deviceInfo"]);
            }
            json!([element]).to_string()
        }
        Err(_) => json!([{ "error": { "errorCode": "102", "errorInfo": "no key" } }]).to_string(),
    }
}

/// The answer to RCAPTURE. It blocks: synthetic fingers are grown here.
pub(super) fn capture(state: &State, received: &Received) -> String {
    let text = match refusal(state, received) {
        Some((code, words)) => answer(&[error_element(code, words)]),
        None => taken(state, received),
    };
    match state.fault() {
        Fault::ReplaysAnswer => state.first_answer(text),
        _ => text,
    }
}

/// Why the device does not capture.
fn refusal(state: &State, received: &Received) -> Option<(u16, &'static str)> {
    match state.status() {
        DeviceStatus::NotRegistered => return Some((100, "Device not registered")),
        DeviceStatus::NotReady => return Some((110, "Device is not ready")),
        // While it captures it says that it is busy; this is that capture.
        DeviceStatus::Busy if state.fault() == Fault::Busy => return Some((111, "Device is busy")),
        DeviceStatus::Busy | DeviceStatus::Ready => {}
    }
    let ReceivedBio { kind, count, device_id, previous, .. } = &received.bio;
    let length = received.transaction.len();
    if !(4..=50).contains(&length) {
        Some((112, "Invalid Transaction ID"))
    } else if !received.registration || received.environment != Some(state.setup.environment) {
        Some((501, "Another environment or purpose"))
    } else if *kind != Some(state.setup.kind) || *device_id != state.device().device_id() {
        Some((106, "Device not found"))
    } else if !(1..=4).contains(count) || previous.is_none() {
        Some((109, "Requested number of biometric (Finger/IRIS) not supported"))
    } else if state.fault() == Fault::NothingSeen {
        Some((101, "Unable to detect a biometric object"))
    } else {
        None
    }
}

/// A block with the name that it goes under.
struct Piece {
    name: String,
    block: Vec<u8>,
}

fn taken(state: &State, received: &Received) -> String {
    let occasion = state.occasion();
    let pieces = match state.setup.kind {
        DeviceKind::Face => portrait(state, occasion),
        _ if state.fault() == Fault::NotSegmented => whole_slap(state, &received.bio, occasion),
        _ => fingers(state, &received.bio, occasion),
    };
    let Some(pieces) = pieces else {
        return answer(&[error_element(102, "Technical error during extraction.")]);
    };
    let mut previous = received.bio.previous.unwrap_or_else(first_hash);
    let mut elements = Vec::new();
    for piece in pieces {
        match signed(state, received, piece, &mut previous) {
            Some(element) => elements.push(element),
            None => return answer(&[error_element(102, "Technical error during extraction.")]),
        }
    }
    answer(&elements)
}

fn signed(
    state: &State,
    received: &Received,
    piece: Piece,
    previous: &mut [u8; 32],
) -> Option<Value> {
    let fault = state.fault();
    let block = match fault {
        Fault::ReplaysPicture => state.first_block(&piece.block),
        _ => piece.block,
    };
    let device = state.capturing();
    let capture = Capture {
        sub_type: piece.name,
        block: block.clone(),
        quality: if fault == Fault::LowQuality { 12 } else { 78 },
        transaction: received.transaction.clone(),
        time: state.now(),
        environment: state.setup.environment,
        requested: received.bio.requested,
    };
    let data = device.data(&capture).ok()?;
    let (mut element, hash) = biometric(device, &data, &block, *previous).ok()?;
    *previous = hash;
    match fault {
        Fault::WrongSignature => spoil(&mut element["data"]),
        Fault::Unsigned => {
            element["data"] = niims_device::jws::encode_url(data.to_string().as_bytes()).into();
        }
        Fault::BrokenChain => element["hash"] = "0".repeat(64).into(),
        _ => {}
    }
    Some(element)
}

fn fingers(state: &State, bio: &ReceivedBio, occasion: u64) -> Option<Vec<Piece>> {
    let fault = state.fault();
    let mut asked = asked_for(bio);
    if fault == Fault::FingerAbsent {
        asked.pop();
    }
    let first = asked.first().copied()?;
    asked
        .into_iter()
        .enumerate()
        .map(|(index, finger)| {
            let laid = match fault {
                Fault::OtherHand => opposite(finger),
                Fault::SameFinger => first,
                _ => finger,
            };
            let named = if fault == Fault::WrongFinger { opposite(finger) } else { finger };
            // The same finger under several names is laid down anew each time.
            let occasion = 4 * occasion + index as u64;
            let poor = fault == Fault::LowQuality;
            let (picture, dpi) = state.subject().print(laid, occasion, poor).ok()?;
            let block = records::finger(named, &picture, dpi, fault == Fault::Lossy).ok()?;
            Some(Piece { name: finger_name(named).to_owned(), block })
        })
        .collect()
}

fn whole_slap(state: &State, bio: &ReceivedBio, occasion: u64) -> Option<Vec<Piece>> {
    let asked = asked_for(bio);
    let (picture, dpi) = state.subject().slap(&asked, occasion, false).ok()?;
    let block = records::slap(&asked, &picture, dpi).ok()?;
    Some(vec![Piece { name: "UNKNOWN".to_owned(), block }])
}

fn portrait(state: &State, occasion: u64) -> Option<Vec<Piece>> {
    let picture = state.subject().portrait().ok()?;
    let decoded = image::load_from_memory(&picture).ok()?;
    let size = (decoded.width() as u16, decoded.height() as u16);
    let block = records::face(&picture, size, state.now(), occasion);
    Some(vec![Piece { name: String::new(), block }])
}

/// The fingers of a request: by name, or those of its part without the excepted ones.
fn asked_for(bio: &ReceivedBio) -> Vec<FingerPosition> {
    if !bio.fingers.is_empty() {
        return bio.fingers.iter().copied().take(4).collect();
    }
    let part = bio.part.map(SubDevice::fingers).unwrap_or_default();
    part.iter().copied().filter(|finger| !bio.excepted.contains(finger)).collect()
}

/// The finger of the same name on the other hand.
fn opposite(finger: FingerPosition) -> FingerPosition {
    let code = finger.code();
    let other = if code > 5 { code - 5 } else { code + 5 };
    FingerPosition::from_code(other).unwrap_or(finger)
}

/// Changes the last but third character of a signed part.
fn spoil(value: &mut Value) {
    let Some(text) = value.as_str() else { return };
    let at = text.len().saturating_sub(4);
    let other = if text[at..].starts_with('A') { "B" } else { "A" };
    *value = format!("{}{other}{}", &text[..at], &text[at + 1..]).into();
}
