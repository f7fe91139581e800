//! `/interviews/{id}/age`: when was the person born, and how surely is that known?

use axum::response::Response;
use niims_country::{Field as PackField, FieldProblem, FormKind, ProblemCode};
use niims_web::{FormFields, Posted, posted_answers};

use super::guest::{Or, Pairs};
use super::interview::{At, address};
use crate::capture::EnrolRefused;
use crate::interview::{Stage, age_fields};

pub(super) async fn show(at: At) -> Or<Response> {
    let written = at.written(&at.open(Stage::Age).await?);
    ask(&at, &written, &[]).await
}

/// `POST …/age`: with another form where the button for it was pressed.
pub(super) async fn save(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let given = posted_answers(&at.officer.pack, fields(&at), &posted);
    let of = at.of;
    let other = FormKind::from_name(posted.text("form"));
    let saved = at
        .officer
        .kit(move |kit, now, rng| {
            if let Some(kind) = other {
                kit.change_form(of, kind, now, rng)?;
            }
            kit.answer_age(of, &given, now, rng)
        })
        .await?;
    match saved {
        Ok(()) => Ok(at.officer.go_to(&address(of, ""))),
        Err(EnrolRefused::Form { problems }) => ask(&at, &posted, &problems).await,
        Err(refused) => {
            at.officer.refused(of, &refused)?;
            ask(&at, &posted, &[]).await
        }
    }
}

fn fields(at: &At) -> Vec<&PackField> {
    let pack = &at.officer.pack;
    age_fields(pack).into_iter().filter_map(|id| pack.field(id)).collect()
}

async fn ask(at: &At, posted: &Posted, problems: &[FieldProblem]) -> Or<Response> {
    let opened = at.open(Stage::Age).await?;
    let officer = &at.officer;
    let w = officer.words();
    let mut view = at.view(&opened, Stage::Age, Some(w.t("age.title")));
    view.lead.push(w.t("age.lead").to_owned());
    let pack = &officer.pack;
    let form = FormFields { pack, shell: officer.shell_words(), posted, problems };
    view.fields = form.all(fields(at));
    view.faults = form.faults(&view.fields);
    view.action = address(at.of, "age");
    let is = |code| problems.iter().any(|problem| problem.code == code);
    let other = if is(ProblemCode::NotOfFullAge) {
        Some((FormKind::Minor, w.t("age.use_minor")))
    } else if is(ProblemCode::NotAMinor) {
        Some((FormKind::Adult, w.t("age.use_adult")))
    } else {
        None
    };
    if let Some((kind, words)) = other {
        let button = niims_web::Button::send_as(words, "form", kind.as_str()).secondary();
        view.buttons.push(button);
    }
    Ok(officer.show(view))
}
