//! `/interviews/{id}/consent`: yes by signature, by mark or spoken; or no, and nothing is left.

use axum::response::Response;
use niims_country::CodeList;
use niims_packet::ConsentMode;
use niims_web::{Choice, Fault, Field, Posted, Question, Radios, Select};

use super::guest::{Or, Pairs};
use super::interview::{At, address};
use super::refusals::beside;
use super::view::FormView;
use crate::interview::{ConsentGiven, Stage};

/// How consent is given, as the form says it.
const MODES: [(&str, ConsentMode); 3] = [
    ("signature", ConsentMode::Signature),
    ("mark", ConsentMode::Mark),
    ("spoken", ConsentMode::Spoken),
];

pub(super) async fn show(at: At) -> Or<Response> {
    ask(&at, &Posted::default(), Vec::new()).await
}

/// `POST …/consent`.
pub(super) async fn save(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let mode = MODES.iter().find(|(name, _)| *name == posted.text("mode")).map(|(_, mode)| *mode);
    let Some(mode) = mode else {
        let text = at.officer.words().t("consent.choose").to_owned();
        return ask(&at, &posted, vec![Fault { id: "mode".to_owned(), text }]).await;
    };
    let positions = at.officer.pack.code_list("introducer_positions");
    let witness = Some(posted.text("witness"))
        .filter(|code| positions.is_some_and(|list| list.code(code).is_some()) || *code == "FAMILY")
        .map(str::to_ascii_lowercase);
    let of = at.of;
    let given = ConsentGiven { mode, witness };
    let saved = at.officer.kit(move |kit, now, rng| kit.give_consent(of, given, now, rng)).await?;
    match saved {
        Ok(()) => Ok(at.officer.go_to(&address(of, ""))),
        Err(refused) => {
            let faults = beside("witness", at.officer.refused(of, &refused)?);
            ask(&at, &posted, faults).await
        }
    }
}

/// `POST …/decline`: everything is taken back, and nobody is told.
pub(super) async fn decline(at: At, form: Pairs) -> Or<Response> {
    at.officer.posted(form)?;
    let of = at.of;
    let declined = at.officer.kit(move |kit, _, _| kit.decline(of)).await?;
    if let Err(refused) = declined {
        at.officer.refused(of, &refused)?;
    }
    let w = at.officer.words();
    let title = w.t("declined.title");
    let mut view = FormView::new(at.officer.page(title), w, Some(title.to_owned()));
    "/home".clone_into(&mut view.page.path);
    view.lead.push(w.t("declined.text").to_owned());
    view.links.push((w.t("home.title").to_owned(), "/home".to_owned()));
    Ok(at.officer.show(view))
}

async fn ask(at: &At, posted: &Posted, faults: Vec<Fault>) -> Or<Response> {
    let opened = at.open(Stage::Consent).await?;
    let officer = &at.officer;
    let w = officer.words();
    let mut view = at.view(&opened, Stage::Consent, Some(w.t("consent.title")));
    view.lead.push(w.t("consent.lead").to_owned());
    let error = |id: &str| faults.iter().find(|f| f.id == id).map(|f| f.text.clone());
    let words = [
        ("signature", w.t("consent.signature")),
        ("mark", w.t("consent.mark")),
        ("spoken", w.t("consent.spoken")),
    ];
    let choices = words
        .into_iter()
        .map(|(name, label)| Choice {
            is_chosen: posted.text("mode") == name,
            ..Choice::new(name, label)
        })
        .collect();
    let question = Question::new("mode", w.t("consent.how")).error(error("mode"));
    view.fields.push(Field::Radios(Radios { question, choices, ..Radios::default() }));
    view.fields.push(Field::Select(witnesses(at, posted, error("witness"))));
    view.faults = faults;
    view.action = address(at.of, "consent");
    view.other = vec![(address(at.of, "decline"), w.t("consent.decline").to_owned())];
    Ok(officer.show(view))
}

fn witnesses(at: &At, posted: &Posted, error: Option<String>) -> Select {
    let officer = &at.officer;
    let w = officer.words();
    let chosen = |code: &str| posted.text("witness") == code;
    let codes = officer.pack.code_list("introducer_positions").map(CodeList::codes);
    let mut choices: Vec<Choice> = codes
        .into_iter()
        .flatten()
        .map(|code| {
            let label = code.labels.get(officer.language()).unwrap_or(&code.code);
            Choice { is_chosen: chosen(&code.code), ..Choice::new(&code.code, label) }
        })
        .collect();
    let family = Choice::new("FAMILY", w.t("consent.family"));
    choices.push(Choice { is_chosen: chosen("FAMILY"), ..family });
    let question =
        Question::new("witness", w.t("consent.witness")).hint(w.t("consent.witness_hint"));
    Select { question: question.error(error), choices, empty: Some(w.t("consent.none").to_owned()) }
}
