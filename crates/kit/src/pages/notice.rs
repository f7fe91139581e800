//! `/interviews/{id}/notice`: four items, read aloud in a language that the hearer understands.

use axum::response::Response;
use niims_web::{Button, Language};

use super::guest::{Or, Pairs};
use super::interview::{At, address};
use crate::interview::{Stage, notice_of};

pub(super) async fn show(at: At) -> Or<Response> {
    let opened = at.open(Stage::Notice).await?;
    let officer = &at.officer;
    let w = officer.words();
    let pack = &officer.pack;
    let mut view = at.view(&opened, Stage::Notice, Some(w.t("notice.title")));
    view.lead.push(w.t("notice.lead").to_owned());
    let notice = notice_of(&opened.interview, pack, officer.today()).and_then(|id| pack.notice(id));
    if let Some(notice) = notice {
        let language = officer.language();
        let items = [
            (w.t("notice.what"), &notice.what),
            (w.t("notice.how_much"), &notice.how_much),
            (w.t("notice.why"), &notice.why),
            (w.t("notice.shared_with"), &notice.shared_with),
        ];
        view.items = items
            .into_iter()
            .map(|(heading, texts)| {
                (heading.to_owned(), texts.get(language).cloned().unwrap_or_default())
            })
            .collect();
    }
    view.action = address(at.of, "notice");
    let language = officer.visitor.language;
    let button = Button::send_as(w.t("notice.read"), "language", language.code());
    view.buttons = vec![button];
    view.other = vec![(address(at.of, "decline"), w.t("consent.decline").to_owned())];
    Ok(officer.show(view))
}

/// `POST …/notice`: it was read, in the language of the page.
pub(super) async fn save(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let language =
        Language::from_code(posted.text("language")).unwrap_or(at.officer.visitor.language).code();
    let of = at.of;
    let saved =
        at.officer.kit(move |kit, now, rng| kit.notice_read(of, language, now, rng)).await?;
    if let Err(refused) = saved {
        at.officer.refused(of, &refused)?;
    }
    Ok(at.officer.go_to(&address(of, "")))
}
