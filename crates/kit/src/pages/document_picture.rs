//! `/interviews/{id}/documents/{place}/picture`: the photograph as it was taken beside the flattened one,
//! so that the officer sees what goes on.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use niims_web::Button;

use super::documents::place;
use super::guest::{Instead, Or, Pairs};
use super::interview::{At, address};
use super::view::Preview;
use crate::interview::{DocumentShown, PictureNote, Stage};

pub(super) async fn show(at: At) -> Or<Response> {
    let shown = shown(&at).await?;
    let opened = at.open(Stage::Documents).await?;
    let w = at.officer.words();
    let mut view = at.view(&opened, Stage::Documents, Some(w.t("picture.title")));
    view.back = Some(address(at.of, "documents"));
    let base = address(at.of, &format!("documents/{}/picture", shown.place));
    if shown.flattened.is_none() {
        view.lead.push(w.t("picture.not_found").to_owned());
    } else {
        view.lead.push(w.t("picture.lead").to_owned());
        view.pictures.push(Preview {
            address: format!("{base}/flattened"),
            text: w.t("picture.flattened").to_owned(),
        });
    }
    view.pictures.push(Preview {
        address: format!("{base}/original"),
        text: w.t("picture.original").to_owned(),
    });
    if shown.flattened.is_some() {
        let is_flat = shown.photograph == shown.flattened;
        let (kept, other, words) = if is_flat {
            ("picture.keeps_flattened", "original", "picture.use_original")
        } else {
            ("picture.keeps_original", "flattened", "picture.use_flattened")
        };
        view.lead.push(w.t(kept).to_owned());
        view.other = vec![(format!("{base}/{other}"), w.t(words).to_owned())];
    }
    view.buttons = vec![Button::go_to(w.t("continue"), address(at.of, ""))];
    Ok(at.officer.show(view))
}

/// `POST …/picture/{which}`: keeps this one.
pub(super) async fn choose(
    at: At,
    Path((_, _, which)): Path<(String, String, String)>,
    form: Pairs,
) -> Or<Response> {
    at.officer.posted(form)?;
    let (of, place, flattened) = (at.of, place(&at)?, which == "flattened");
    let done = at
        .officer
        .kit(move |kit, now, rng| kit.choose_photograph(of, place, flattened, now, rng))
        .await?;
    if let Err(refused) = done {
        at.officer.refused(of, &refused)?;
        return Err(not_found(&at));
    }
    Ok(at.officer.go_to(&address(of, &format!("documents/{place}/picture"))))
}

/// `GET …/picture/{which}`: the picture itself. The browser keeps nothing of it.
pub(super) async fn picture(
    at: At,
    Path((_, _, which)): Path<(String, String, String)>,
) -> Or<Response> {
    let shown = shown(&at).await?;
    let note = if which == "flattened" { shown.flattened } else { shown.original };
    let Some(PictureNote { part, media_type }) = note else { return Err(not_found(&at)) };
    let of = at.of;
    let bytes = at.officer.kit(move |kit, _, _| kit.interview_part(of, &part)).await?;
    let Ok(bytes) = bytes else { return Err(not_found(&at)) };
    let kind = if media_type == "image/png" { "image/png" } else { "image/jpeg" };
    Ok(([(header::CONTENT_TYPE, kind)], bytes.to_vec()).into_response())
}

/// The document of the address, if it was photographed.
async fn shown(at: &At) -> Or<DocumentShown> {
    let opened = at.open(Stage::Documents).await?;
    let place = place(at)?;
    let documents = opened.interview.documents.into_iter();
    let mut found = documents.filter(|shown| shown.place == place && shown.original.is_some());
    found.next().ok_or_else(|| not_found(at))
}

fn not_found(at: &At) -> Instead {
    Instead::of(at.officer.show_code(StatusCode::NOT_FOUND, "web.not_found"))
}
