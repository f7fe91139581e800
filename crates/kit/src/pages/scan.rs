//! `/interviews/{id}/body/scan/{what}` and `…/preview/{part}`: devices at the kit capture, and
//! each capture is on disk before its page is shown.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use niims_device::capture::{Block, Wanted};
use niims_device::describe::DeviceInfo;
use niims_device::judge::{Hands, Next, Standing};
use niims_device::vocabulary::DeviceKind;
use niims_fingerprint::FingerPosition;
use niims_web::{Fault, Posted};

use super::body;
use super::guest::{Instead, Officer, Or, Pairs};
use super::interview::{At, address};
use super::state::bytes;
use super::trouble;
use crate::capture::{EnrolRefused, PictureProblem};
use crate::devices::{Access, DeviceStation, DeviceTrouble, judge};
use crate::interview::{PictureCapture, Scanned, Scanning, StatementNote, Told};

/// `POST …/body/scan/{what}`: fingers, portrait, or the photo of what is missing.
pub(super) async fn capture(at: At, form: Pairs) -> Or<Response> {
    at.officer.posted(form)?;
    let station = station(&at.officer)?;
    let of = at.of;
    let scanning = match at.officer.kit(move |kit, now, _| kit.scanning(of, now)).await? {
        Ok(scanning) => scanning,
        Err(refused) => return again(&at, &refused).await,
    };
    let taken = match at.place.as_str() {
        "fingers" => fingers(&at, &station, scanning).await?,
        "portrait" => picture(&at, &station, scanning, Wanted::Portrait).await?,
        "exception_photo" => {
            let excepted = FingerPosition::all().into_iter().collect();
            picture(&at, &station, scanning, Wanted::ExceptionPhoto { excepted }).await?
        }
        _ => return Err(not_found(&at.officer)),
    };
    let back = if at.place == "exception_photo" { "body/missing" } else { "body" };
    match taken {
        Ok(Ok(())) => Ok(at.officer.go_to(&address(of, back))),
        Ok(Err(refused)) => again(&at, &refused).await,
        Err(trouble) => {
            let fault = trouble::fault(&at.officer, &trouble);
            body::ask(&at, &Posted::default(), vec![fault]).await
        }
    }
}

/// `POST …/body/devices`: devices are looked for again.
pub(super) async fn look(at: At, form: Pairs) -> Or<Response> {
    at.officer.posted(form)?;
    station(&at.officer)?.forget();
    Ok(at.officer.go_to(&address(at.of, "body")))
}

/// Nothing captured is lost by what went wrong: the page says what, and stands where it stood.
async fn again(at: &At, refused: &EnrolRefused) -> Or<Response> {
    let faults: Vec<Fault> = at.officer.refused(at.of, refused)?;
    body::ask(at, &Posted::default(), faults).await
}

/// Saved or refused by the kit, or not captured at all.
type Taken = Result<Result<(), EnrolRefused>, DeviceTrouble>;

async fn fingers(at: &At, station: &DeviceStation, scanning: Scanning) -> Or<Taken> {
    let Some(next) = scanning.hands.next() else { return Ok(Ok(Ok(()))) };
    let access = match access(&at.officer).await? {
        Ok(access) => access,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let before = scanning.scans.chain;
    let mut hands = scanning.hands;
    let device = match station.find(&access, DeviceKind::Finger).await {
        Ok(device) => device,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let wanted = fit(next, &device, &hands);
    let answer = match station.capture(access, &device, wanted.clone(), &before).await {
        Ok(answer) => answer,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let of = at.of;
    let saved = at
        .officer
        .kit(move |kit, now, rng| {
            let judged = judge(&answer, &wanted, &mut hands);
            let owned = |codes: Vec<&str>| codes.into_iter().map(str::to_owned).collect();
            let told = |(code, finger): (&str, Option<FingerPosition>)| Told {
                code: code.to_owned(),
                finger: finger.map(FingerPosition::code),
            };
            let scanned = Scanned {
                before,
                chain: answer.chain,
                hands,
                fingers: judged.fingers.into_iter().map(|(f, codes)| (f, owned(codes))).collect(),
                told: judged.told.into_iter().map(told).collect(),
                signed: answer
                    .biometrics
                    .into_iter()
                    .map(|one| (StatementNote::of(&one), Some(one.signed)))
                    .collect(),
            };
            kit.keep_scan(of, &scanned, now, rng)
        })
        .await?;
    Ok(Ok(saved))
}

/// What this scanner can be asked: a whole part, or one finger where it has no parts.
fn fit(next: Wanted, info: &DeviceInfo, hands: &Hands) -> Wanted {
    let Wanted::Fingers { part, present, .. } = &next else { return next };
    if info.parts.contains(part) {
        return next;
    }
    let needs = |finger: &&FingerPosition| {
        matches!(hands.standing(**finger), Standing::Captured(Next::Again { .. }))
    };
    present.iter().find(needs).map_or(next.clone(), |finger| Wanted::one(*finger))
}

async fn picture(
    at: &At,
    station: &DeviceStation,
    scanning: Scanning,
    wanted: Wanted,
) -> Or<Taken> {
    let access = match access(&at.officer).await? {
        Ok(access) => access,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let before = scanning.scans.chain;
    let is_portrait = wanted == Wanted::Portrait;
    let device = match station.find(&access, DeviceKind::Face).await {
        Ok(device) => device,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let answer = match station.capture(access, &device, wanted, &before).await {
        Ok(answer) => answer,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let of = at.of;
    let saved = at
        .officer
        .kit(move |kit, now, rng| {
            let found = answer.biometrics.iter().find_map(|one| match &one.block {
                Block::Face { file } => Some((file.as_slice(), StatementNote::of(one))),
                Block::Print { .. } => None,
            });
            let Some((file, signed)) = found else {
                let words = "the camera sent no picture of a face".to_owned();
                let problem = PictureProblem { code: "image.damaged", words };
                return Err(EnrolRefused::Picture { file: "portrait".to_owned(), problem });
            };
            let chains = (&before, &answer.chain);
            let capture = PictureCapture { file, chains, signed: &signed };
            if is_portrait {
                kit.keep_portrait(of, capture, now, rng)
            } else {
                kit.keep_exception_photo(of, capture, now, rng)
            }
        })
        .await?;
    Ok(Ok(saved))
}

/// The devices of this kit, if its pages work with devices.
pub(super) fn station(officer: &Officer) -> Or<Arc<DeviceStation>> {
    officer.pages.devices.clone().ok_or_else(|| not_found(officer))
}

pub(super) fn not_found(officer: &Officer) -> Instead {
    Instead::of(officer.show_code(StatusCode::NOT_FOUND, "web.not_found"))
}

/// By what devices are asked: the list in force, and a transaction that says nothing.
pub(super) async fn access(officer: &Officer) -> Or<Result<Access, DeviceTrouble>> {
    let trust = officer.kit(|kit, now, _| kit.device_trust(now)).await?;
    Ok(match trust {
        Err(error) => Err(DeviceTrouble::Kit(error)),
        Ok(None) => Err(DeviceTrouble::NoList),
        Ok(Some(trust)) => Ok(Access {
            trust,
            clock: officer.pages.clock.clone(),
            transaction: hex::encode(&bytes(&officer.pages.entropy)[..16]),
        }),
    })
}
