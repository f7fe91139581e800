//! `/staff/fleet/kits/{kit}/officers`: who works with a kit.

use axum::extract::{Form as Fields, Path};
use axum::response::Response;
use niims_record::staff::{Action, UserName};
use niims_record::{KitId, OfficerId};
use niims_web::{Button, Choice, Field, Question, Radios, Row, TextInput};
use niims_wire::fleet::{KitShown, OfficerWord};
use serde::Deserialize;

use super::new_kit::words;
use super::{kit as kit_page, user_name};
use crate::http::Colleague;
use crate::http::desk::list::{Form, List, row, show as show_list, told};

/// What the forms post.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    act: String,
    /// User name of somebody who is taken on.
    #[serde(default)]
    newcomer: String,
    /// Id of a member of the team.
    #[serde(default)]
    member: String,
}

/// `POST /staff/fleet/kits/{kit}/officers`.
pub(super) async fn send(
    colleague: Colleague,
    Path(kit): Path<String>,
    Fields(typed): Fields<Typed>,
) -> Response {
    let kit = match kit_page::find(&colleague, &kit, Action::ChangeFleet).await {
        Ok(kit) => kit.line.kit,
        Err(response) => return *response,
    };
    let (officer, now, desk) = (colleague.officer(), colleague.now(), colleague.desk());
    // Whoever chose nobody is told what to choose, as for somebody who is not of this kit.
    let member = typed.member.parse().unwrap_or(OfficerId::from_bytes([0; 16]));
    let (field, outcome) = match typed.act.as_str() {
        "add" => match desk.add_officer(kit, typed.newcomer.trim(), officer, now).await {
            Ok(word) => return show_word(&colleague, kit, word),
            Err(problem) => ("newcomer", Err(problem)),
        },
        "word" => match desk.renew_word(kit, member, officer, now).await {
            Ok(word) => return show_word(&colleague, kit, word),
            Err(problem) => ("member", Err(problem)),
        },
        _ => ("member", desk.remove_officer(kit, member, officer, now).await),
    };
    let done = colleague.words().t("kit.done").to_owned();
    match told(&colleague, field, outcome, &done) {
        Ok(told) => kit_page::again(&colleague, kit, told).await,
        Err(response) => *response,
    }
}

/// The page with one word. It is not kept: another visit needs another.
fn show_word(colleague: &Colleague, kit: KitId, word: OfficerWord) -> Response {
    let w = colleague.words();
    let page = format!("/staff/fleet/kits/{kit}");
    let list = List {
        back: page.clone(),
        text: w.t("team.word_text").to_owned(),
        items: vec![words(colleague, &[word])],
        links: vec![(page, w.t("new_kit.on").to_owned())],
        ..List::default()
    };
    show_list(colleague, w.t("team.word_title"), "/staff/fleet", list)
}

/// Everybody who works with the kit.
pub(super) async fn rows(colleague: &Colleague, kit: &KitShown) -> Vec<Row> {
    let w = colleague.words();
    let mut rows = Vec::new();
    for member in &kit.team {
        let name = user_name(colleague, member.officer).await;
        let duty = if member.supervisor { w.t("team.supervisor") } else { w.t("team.officer") };
        let words =
            if member.has_key { duty.to_owned() } else { w.fill_one("team.waits", "duty", duty) };
        rows.push(row(&name, words));
    }
    rows
}

/// Takes somebody on; gives another word to, or lets go, whom the team has.
pub(super) async fn forms(colleague: &Colleague, kit: &KitShown) -> Vec<Form> {
    let w = colleague.words();
    let path = format!("/staff/fleet/kits/{}/officers", kit.line.kit);
    let newcomer = Field::Text(TextInput {
        question: Question::new("newcomer", w.t("team.newcomer")).hint(w.t("team.newcomer_hint")),
        max_length: UserName::LONGEST,
        width: 20,
        ..TextInput::default()
    });
    let mut choices = Vec::new();
    for member in &kit.team {
        let name = user_name(colleague, member.officer).await;
        choices.push(Choice::new(member.officer.to_string(), name));
    }
    let mut forms = vec![Form {
        title: w.t("team.add_title").to_owned(),
        fields: vec![newcomer],
        buttons: vec![Button::send_as(w.t("team.add"), "act", "add").secondary()],
        ..Form::post(path.clone())
    }];
    if !choices.is_empty() {
        let question = Question::new("member", w.t("team.who")).hint(w.t("team.who_hint"));
        forms.push(Form {
            title: w.t("team.change_title").to_owned(),
            fields: vec![Field::Radios(Radios { question, choices, ..Radios::default() })],
            buttons: vec![
                Button::send_as(w.t("team.word"), "act", "word").secondary(),
                Button::send_as(w.t("team.remove"), "act", "remove").warning(),
            ],
            ..Form::post(path)
        });
    }
    forms
}
