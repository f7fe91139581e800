//! `/interviews/{id}/guardian`: who stands for the child, and how do we know?

use axum::response::Response;
use niims_country::{Field as PackField, FieldProblem, Role};
use niims_packet::GuardianKnownBy;
use niims_web::{
    Choice, Fault, Field, FormFields, Posted, Question, Radios, Select, posted_answers,
};

use super::guest::{Or, Pairs};
use super::interview::{At, address};
use crate::capture::EnrolRefused;
use crate::interview::{GuardianKnown, GuardianSeen, POSITIONS, Stage};

pub(super) async fn show(at: At) -> Or<Response> {
    let opened = at.open(Stage::Guardian).await?;
    let mut written = at.written(&opened);
    match opened.interview.guardian_identified.as_ref().map(|one| &one.known) {
        Some(GuardianKnownBy::DocumentSeen { .. }) => {
            written = written.with("known", GuardianKnown::DocumentSeen.as_str());
        }
        Some(GuardianKnownBy::Introduced { position }) => {
            written = written.with("known", GuardianKnown::Introduced.as_str());
            written = written.with("introduced_by", position);
        }
        None => {}
    }
    ask(&at, &written, &[], Vec::new()).await
}

/// `POST …/guardian`.
pub(super) async fn save(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let given = posted_answers(&at.officer.pack, field(&at), &posted);
    let Some(known) = GuardianKnown::from_name(posted.text("known")) else {
        let text = at.officer.words().t("guardian.known.choose").to_owned();
        return ask(&at, &posted, &[], vec![Fault { id: "known".to_owned(), text }]).await;
    };
    let of = at.of;
    let seen = GuardianSeen { known, introduced_by: posted.text("introduced_by").to_owned() };
    let saved = at
        .officer
        .kit(move |kit, now, rng| kit.answer_guardian(of, &given, &seen, now, rng))
        .await?;
    match saved {
        Ok(()) => Ok(at.officer.go_to(&address(of, ""))),
        Err(EnrolRefused::Form { problems }) => ask(&at, &posted, &problems, Vec::new()).await,
        Err(refused) => {
            let id = match refused.code() {
                "law.guardian_number_missing" => "guardian.identifier_number",
                "law.guardian_introducer_missing" => "introduced_by",
                _ => "main",
            };
            let faults = at.officer.refused(of, &refused)?;
            let faults = faults.into_iter().map(|fault| Fault::of(id, fault.text)).collect();
            ask(&at, &posted, &[], faults).await
        }
    }
}

fn field(at: &At) -> Option<&PackField> {
    at.officer.pack.fields().iter().find(|field| field.role == Some(Role::Guardian))
}

async fn ask(
    at: &At,
    posted: &Posted,
    problems: &[FieldProblem],
    faults: Vec<Fault>,
) -> Or<Response> {
    let opened = at.open(Stage::Guardian).await?;
    let officer = &at.officer;
    let w = officer.words();
    let mut view = at.view(&opened, Stage::Guardian, Some(w.t("guardian.title")));
    view.lead.push(w.t("guardian.lead").to_owned());
    let form = FormFields { pack: &officer.pack, shell: officer.shell_words(), posted, problems };
    view.fields = form.all(field(at));
    view.faults = form.faults(&view.fields);
    let error = |id: &str| faults.iter().find(|f| f.id == id).map(|f| f.text.clone());
    let choices = GuardianKnown::ALL
        .into_iter()
        .map(|known| Choice {
            is_chosen: posted.text("known") == known.as_str(),
            ..Choice::new(known.as_str(), w.t(&format!("guardian.known.{}", known.as_str())))
        })
        .collect();
    let question = Question::new("known", w.t("guardian.known.title")).error(error("known"));
    view.fields.push(Field::Radios(Radios { question, choices, ..Radios::default() }));
    view.fields.push(introducers(at, posted, error("introduced_by")));
    view.faults.extend(faults);
    view.action = address(at.of, "guardian");
    view.other = vec![(address(at.of, "decline"), w.t("consent.decline").to_owned())];
    Ok(officer.show(view))
}

/// The position of the one who introduced the guardian.
fn introducers(at: &At, posted: &Posted, error: Option<String>) -> Field {
    let (pack, language) = (&at.officer.pack, at.officer.language());
    let codes = pack.code_list(POSITIONS).map_or(&[][..], |list| list.codes());
    let choice = |code: &niims_country::Code| Choice {
        is_chosen: posted.text("introduced_by") == code.code,
        ..Choice::new(&code.code, code.labels.get(language).unwrap_or(&code.code))
    };
    let w = at.officer.words();
    let question = Question::new("introduced_by", w.t("guardian.introduced_by")).error(error);
    let choices = codes.iter().map(choice).collect();
    let empty = Some(w.t("guardian.nobody").to_owned());
    Field::Select(Select { question, choices, empty })
}
