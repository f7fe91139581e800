//! `/interviews/{id}/prefill`: the codes of a form filled in at home, or of a paper form, by the camera
//! of the kit or by a photograph. Pictures are looked at and kept nowhere.

use std::time::Duration;

use axum::extract::Multipart;
use axum::http::StatusCode;
use axum::response::Response;
use niims_device::vocabulary::{DeviceKind, SubDevice};
use niims_prefill::{Gathered, Part};
use niims_web::Fault;
use tokio::time::{Instant, timeout_at};

use super::documents::parts_of;
use super::guest::{Or, Pairs};
use super::interview::{At, address};
use super::preview::{streamed, unavailable};
use super::scan::{access, station};
use super::{prefill_view, trouble};
use crate::capture::EnrolRefused;
use crate::code::texts_in;
use crate::devices::{DeviceTrouble, Preview};
use crate::interview::Stage;

/// How long is looked for the next code, seconds: 10. Somebody who holds up a page finds the camera
/// in some three; whoever waits longer wants to know why.
const LOOK_SECONDS: u64 = 10;

pub(super) async fn show(at: At) -> Or<Response> {
    prefill_view::ask(&at, Vec::new()).await
}

/// `GET …/prefill/preview`: what the camera sees.
pub(super) async fn preview(at: At) -> Or<Response> {
    at.open(Stage::Questions).await?;
    let station = station(&at.officer)?;
    let preview = match access(&at.officer).await? {
        Ok(access) => station.preview(access, SubDevice::Whole, DeviceKind::Face).await,
        Err(trouble) => Err(trouble),
    };
    Ok(match preview {
        Ok(preview) => streamed(preview, station.previews()),
        Err(trouble) => unavailable(&trouble),
    })
}

/// `POST …/prefill/scan`: reads frames of the camera until all codes of a form are seen.
pub(super) async fn scan(at: At, form: Pairs) -> Or<Response> {
    at.officer.posted(form)?;
    let opened = at.open(Stage::Questions).await?;
    let station = station(&at.officer)?;
    // A camera shows itself to one at a time: the preview of the page before is over.
    station.end_previews();
    let preview = match access(&at.officer).await? {
        Ok(access) => station.preview(access, SubDevice::Whole, DeviceKind::Face).await,
        Err(trouble) => Err(trouble),
    };
    let seen = match preview {
        Ok(preview) => look(preview, opened.interview.prefill.gathered.clone()).await,
        Err(trouble) => Err(trouble),
    };
    match seen {
        Ok(texts) if texts.is_empty() => nothing_seen(&at).await,
        Ok(texts) => take(at, texts).await,
        Err(trouble) => {
            let fault = trouble::fault(&at.officer, &trouble);
            prefill_view::ask(&at, vec![fault]).await
        }
    }
}

/// `POST …/prefill/photo`: the codes of a photograph.
pub(super) async fn photo(at: At, form: Multipart) -> Or<Response> {
    let (posted, photograph) = parts_of(&at, form).await?;
    at.officer.ours(posted)?;
    at.open(Stage::Questions).await?;
    let Some(photograph) = photograph else {
        let text = at.officer.words().t("documents.no_file").to_owned();
        return prefill_view::ask(&at, vec![Fault { id: "photograph".to_owned(), text }]).await;
    };
    let read = tokio::task::spawn_blocking(move || texts_in(&photograph)).await;
    let Ok(read) = read else {
        return Ok(at.officer.show_code(StatusCode::INTERNAL_SERVER_ERROR, "web.internal"));
    };
    match read {
        Ok(texts) if texts.is_empty() => nothing_seen(&at).await,
        Ok(texts) => take(at, texts).await,
        Err(refused) => again(&at, &refused).await,
    }
}

/// `POST …/prefill/anew`: forgets codes of a form that was not read whole.
pub(super) async fn anew(at: At, form: Pairs) -> Or<Response> {
    at.officer.posted(form)?;
    let of = at.of;
    let done = at.officer.kit(move |kit, now, rng| kit.prefill_anew(of, now, rng)).await?;
    match done {
        Ok(()) => Ok(at.officer.go_to(&address(of, "prefill"))),
        Err(refused) => again(&at, &refused).await,
    }
}

async fn take(at: At, texts: Vec<String>) -> Or<Response> {
    let of = at.of;
    let taken = at.officer.kit(move |kit, now, rng| kit.prefill(of, &texts, now, rng)).await?;
    match taken {
        Ok(()) => Ok(at.officer.go_to(&address(of, "prefill"))),
        Err(refused) => again(&at, &refused).await,
    }
}

async fn again(at: &At, refused: &EnrolRefused) -> Or<Response> {
    let faults = at.officer.refused(at.of, refused)?;
    let other = match refused {
        EnrolRefused::PrefillForm { kind } => Some(*kind),
        _ => None,
    };
    prefill_view::ask_with(at, faults, other).await
}

async fn nothing_seen(at: &At) -> Or<Response> {
    let text = at.officer.words().t("prefill.nothing_seen").to_owned();
    prefill_view::ask(at, vec![Fault { id: "main".to_owned(), text }]).await
}

/// Texts of codes that bring something new, until the form is whole, one is not ours, or none has
/// come for a while.
async fn look(mut preview: Preview, mut gathered: Gathered) -> Result<Vec<String>, DeviceTrouble> {
    let patience = Duration::from_secs(LOOK_SECONDS);
    let mut until = Instant::now() + patience;
    let (mut texts, mut other) = (Vec::new(), None);
    while let Ok(frame) = timeout_at(until, preview.frame()).await {
        let Some(frame) = frame.map_err(DeviceTrouble::Device)? else { break };
        let seen = tokio::task::spawn_blocking(move || texts_in(&frame)).await;
        // A frame that cannot be read is followed by the next one.
        for text in seen.ok().and_then(Result::ok).unwrap_or_default() {
            let before = gathered.progress();
            match Part::read(&text).and_then(|part| gathered.add(part)) {
                Ok(()) if gathered.progress() != before => {
                    texts.push(text);
                    until = Instant::now() + patience;
                }
                Ok(()) => {}
                Err(_) => other = Some(text),
            }
        }
        let is_whole = gathered.progress().is_some() && gathered.missing().is_empty();
        if is_whole || (texts.is_empty() && other.is_some()) {
            break;
        }
    }
    if texts.is_empty() {
        texts.extend(other);
    }
    Ok(texts)
}
