//! `/interviews/{id}/check`: all answers, read aloud by the resident or to them, and confirmed.

use axum::response::Response;
use niims_web::{AnswerWords, Button, Checkboxes, Choice, Fault, Field, Question};

use super::guest::{Or, Pairs};
use super::interview::{At, address};
use super::slip::Slip;
use crate::interview::{Interview, Stage, age_fields, asked, unconfirmed};

pub(super) async fn show(at: At) -> Or<Response> {
    ask(&at, Vec::new()).await
}

/// `POST …/check`: saves the encounter and seals it. The slip is ready on the next page.
pub(super) async fn finish(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let of = at.of;
    let prefilled: Vec<String> = posted.all("prefilled").to_vec();
    if !prefilled.is_empty() {
        let saved =
            at.officer.kit(move |kit, now, rng| kit.confirm_prefilled(of, &prefilled, now, rng));
        if let Err(refused) = saved.await? {
            let faults = at.officer.refused(of, &refused)?;
            return ask(&at, faults).await;
        }
    }
    let opened = at.open(Stage::Check).await?;
    if !unconfirmed(&opened.interview).is_empty() {
        let text = at.officer.words().t("refused.prefill.unconfirmed").to_owned();
        return ask(&at, vec![Fault { id: "prefilled".to_owned(), text }]).await;
    }
    if posted.text("confirmed") != "yes" {
        let text = at.officer.words().t("check.confirm_first").to_owned();
        return ask(&at, vec![Fault { id: "confirmed".to_owned(), text }]).await;
    }
    let done = at.officer.kit(move |kit, now, rng| kit.finish_interview(of, now, rng)).await?;
    match done {
        Ok(finished) => {
            let slip = Slip {
                officer: of.officer,
                number: finished.application_number,
                is_sealed: finished.is_sealed,
            };
            at.officer.pages.keep_slip(slip);
            Ok(at.officer.go_to("/done"))
        }
        Err(refused) if refused.code() == "capture.approval_needed" => {
            Ok(at.officer.go_to(&address(of, "approve")))
        }
        Err(refused) => {
            let faults = at.officer.refused(of, &refused)?;
            ask(&at, faults).await
        }
    }
}

pub(super) async fn ask(at: &At, faults: Vec<Fault>) -> Or<Response> {
    let opened = at.open(Stage::Check).await?;
    let officer = &at.officer;
    let w = officer.words();
    let pack = &officer.pack;
    let interview = &opened.interview;
    let mut view = at.view(&opened, Stage::Check, Some(w.t("check.title")));
    view.lead.push(w.t("check.lead").to_owned());
    if interview.approval.is_some() {
        view.lead.push(w.t("check.approved").to_owned());
    }
    let ages = age_fields(pack);
    let asked = asked(interview, pack, officer.today());
    let fields = pack.fields().iter().filter(|field| {
        let is_age = ages.contains(&field.id.as_str());
        let is_guardian = field.role == Some(niims_country::Role::Guardian);
        let is_put = asked.iter().any(|one| one.id == field.id);
        (is_age || is_guardian || is_put)
            && field.parent.is_none()
            && (is_put || interview.answers.get(&field.id).is_some())
    });
    let words = AnswerWords { pack, shell: officer.shell_words() };
    view.sections = words.to_check(fields, &interview.answers, |field| {
        let part = if ages.contains(&field.id.as_str()) {
            "age".to_owned()
        } else if field.role == Some(niims_country::Role::Guardian) {
            "guardian".to_owned()
        } else {
            format!("questions/{}", field.id)
        };
        Some(address(at.of, &part))
    });
    let error = |id: &str| faults.iter().find(|fault| fault.id == id).map(|f| f.text.clone());
    view.fields.extend(to_confirm(at, interview, error("prefilled")));
    let error = error("confirmed");
    let question = Question::new("confirmed", w.t("check.question")).error(error);
    let choices = vec![Choice::new("yes", w.t("check.confirmed"))];
    view.fields.push(Field::Checkboxes(Checkboxes { question, choices, is_small: false }));
    view.faults = faults;
    view.action = address(at.of, "check");
    view.buttons = vec![Button::send(w.t("check.finish"))];
    view.back = Some(address(at.of, "body"));
    Ok(officer.show(view))
}

/// Answers out of a code, each with its own tick: nobody confirms unread what a paper said.
fn to_confirm(at: &At, interview: &Interview, error: Option<String>) -> Option<Field> {
    let officer = &at.officer;
    let pack = &officer.pack;
    let words = AnswerWords { pack, shell: officer.shell_words() };
    let open = unconfirmed(interview);
    let fields = pack.fields().iter().filter(|field| open.contains(&field.id));
    let choices: Vec<Choice> = fields
        .map(|field| {
            let rows = words.to_check([field], &interview.answers, |_| None);
            let values = rows.into_iter().flat_map(|section| section.rows);
            let values: Vec<String> = values.flat_map(|row| row.values).collect();
            let label = pack.label(officer.language(), &field.id);
            Choice::new(&field.id, format!("{label}: {}", values.join("; ")))
        })
        .collect();
    if choices.is_empty() {
        return None;
    }
    let question = Question::new("prefilled", officer.words().t("check.prefilled"))
        .hint(officer.words().t("check.prefilled_hint"))
        .error(error);
    Some(Field::Checkboxes(Checkboxes { question, choices, is_small: false }))
}
