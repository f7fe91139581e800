//! The code of a card before the camera of the kit. Pictures are looked at and kept nowhere.

use std::time::Duration;

use axum::response::Response;
use niims_device::vocabulary::{DeviceKind, SubDevice};
use niims_web::Fault;
use tokio::time::{Instant, timeout_at};

use super::super::guest::{Officer, Or, Pairs};
use super::super::preview::{streamed, unavailable};
use super::super::scan::{access, station};
use super::super::trouble;
use super::{ask, judge};
use crate::code::texts_in;
use crate::devices::{DeviceTrouble, Preview};

/// How long is looked for a code, seconds: 10, as for the codes of a form.
const LOOK_SECONDS: u64 = 10;

/// `GET /card/preview`: what the camera sees.
pub(in crate::pages) async fn preview(officer: Officer) -> Or<Response> {
    let station = station(&officer)?;
    Ok(match open(&officer).await? {
        Ok(preview) => streamed(preview, station.previews()),
        Err(trouble) => unavailable(&trouble),
    })
}

/// `POST /card/scan`: looks at frames of the camera until a code is seen, and judges the card.
pub(in crate::pages) async fn scan(officer: Officer, form: Pairs) -> Or<Response> {
    officer.posted(form)?;
    // A camera shows itself to one at a time: the preview of the page before is over.
    station(&officer)?.end_previews();
    let seen = match open(&officer).await? {
        Ok(preview) => look(preview).await,
        Err(trouble) => Err(trouble),
    };
    match seen {
        Ok(Some(text)) => judge(officer, text, None).await,
        Ok(None) => {
            let text = officer.words().t("cards.nothing_seen").to_owned();
            ask(&officer, None, vec![Fault { id: "main".to_owned(), text }])
        }
        Err(trouble) => {
            let fault = trouble::fault(&officer, &trouble);
            ask(&officer, None, vec![fault])
        }
    }
}

async fn open(officer: &Officer) -> Or<Result<Preview, DeviceTrouble>> {
    let station = station(officer)?;
    Ok(match access(officer).await? {
        Ok(access) => station.preview(access, SubDevice::Whole, DeviceKind::Face).await,
        Err(trouble) => Err(trouble),
    })
}

/// The first text that a frame shows.
async fn look(mut preview: Preview) -> Result<Option<String>, DeviceTrouble> {
    let until = Instant::now() + Duration::from_secs(LOOK_SECONDS);
    while let Ok(frame) = timeout_at(until, preview.frame()).await {
        let Some(frame) = frame.map_err(DeviceTrouble::Device)? else { break };
        let seen = tokio::task::spawn_blocking(move || texts_in(&frame)).await;
        // A frame that cannot be read is followed by the next one.
        if let Some(text) =
            seen.ok().and_then(Result::ok).and_then(|texts| texts.into_iter().next())
        {
            return Ok(Some(text));
        }
    }
    Ok(None)
}
