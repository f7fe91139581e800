//! `/interviews/{id}/guardian`: who stands for the child, and how do we know?

use axum::response::Response;
use niims_country::{Field as PackField, FieldProblem, Role};
use niims_web::{Choice, Field, FormFields, Posted, Question, Radios, posted_answers};

use super::guest::{Or, Pairs};
use super::interview::{At, address};
use crate::capture::EnrolRefused;
use crate::interview::{GuardianKnown, Stage};

pub(super) async fn show(at: At) -> Or<Response> {
    let opened = at.open(Stage::Guardian).await?;
    let mut written = at.written(&opened);
    if let Some(known) = opened.interview.guardian {
        written = written.with("known", known.as_str());
    }
    ask(&at, &written, &[], false).await
}

/// `POST …/guardian`.
pub(super) async fn save(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let given = posted_answers(&at.officer.pages.pack, field(&at), &posted);
    let Some(known) = GuardianKnown::from_name(posted.text("known")) else {
        return ask(&at, &posted, &[], true).await;
    };
    let of = at.of;
    let saved = at
        .officer
        .kit(move |kit, now, rng| kit.answer_guardian(of, &given, known, now, rng))
        .await?;
    match saved {
        Ok(()) => Ok(at.officer.go_to(&address(of, ""))),
        Err(EnrolRefused::Form { problems }) => ask(&at, &posted, &problems, false).await,
        Err(refused) => {
            at.officer.refused(of, &refused)?;
            ask(&at, &posted, &[], false).await
        }
    }
}

fn field(at: &At) -> Option<&PackField> {
    at.officer.pages.pack.fields().iter().find(|field| field.role == Some(Role::Guardian))
}

async fn ask(
    at: &At,
    posted: &Posted,
    problems: &[FieldProblem],
    is_unknown: bool,
) -> Or<Response> {
    let opened = at.open(Stage::Guardian).await?;
    let officer = &at.officer;
    let w = officer.words();
    let mut view = at.view(&opened, Stage::Guardian, Some(w.t("guardian.title")));
    view.lead.push(w.t("guardian.lead").to_owned());
    let form =
        FormFields { pack: &officer.pages.pack, shell: officer.shell_words(), posted, problems };
    view.fields = form.all(field(at));
    view.faults = form.faults(&view.fields);
    let error = is_unknown.then(|| w.t("guardian.known.choose").to_owned());
    let choices = GuardianKnown::ALL
        .into_iter()
        .map(|known| Choice {
            is_chosen: posted.text("known") == known.as_str(),
            ..Choice::new(known.as_str(), w.t(&format!("guardian.known.{}", known.as_str())))
        })
        .collect();
    let question = Question::new("known", w.t("guardian.known.title")).error(error);
    let known = Field::Radios(Radios { question, choices, ..Radios::default() });
    view.faults.extend(known.faults());
    view.fields.push(known);
    view.action = address(at.of, "guardian");
    view.other = vec![(address(at.of, "decline"), w.t("consent.decline").to_owned())];
    Ok(officer.show(view))
}
