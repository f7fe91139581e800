//! The form to decide a case.

use niims_fingerprint::FingerPosition;
use niims_record::adjudication::Verdict;
use niims_record::desk::{CaptureFault, CaptureRemedy};
use niims_web::{Choice, Fault, Question, Select, TextInput, Textarea, Words};
use niims_wire::desk::{LONGEST_NOTE, OpenedCase};

use crate::http::Colleague;
use crate::http::desk::draft::Draft;
use crate::http::desk::said;

/// The form as the page shows it.
pub(in crate::http::desk) struct DecisionForm {
    pub(super) view: String,
    pub(super) version: i64,
    pub(super) candidate: usize,
    pub(super) pair: usize,
    pub(super) kept_marks: String,
    pub(super) marks_of: String,
    pub(super) verdicts: Vec<VerdictChoice>,
    pub(super) wrong: Option<String>,
    pub(super) note: Textarea,
    pub(super) described_finger: Select,
    pub(super) described: TextInput,
    pub(super) advice: Vec<[Select; 3]>,
    pub(super) marks: usize,
}

/// One verdict with the reasons that it may have.
pub(in crate::http::desk) struct VerdictChoice {
    pub(super) name: &'static str,
    pub(super) key: usize,
    pub(super) text: String,
    pub(super) hint: String,
    pub(super) is_chosen: bool,
    pub(super) reasons: Vec<(String, String, bool)>,
    pub(super) asks_advice: bool,
}

/// The verdicts in the order of their keys.
const VERDICTS: [&str; 4] = ["same_person", "different_people", "ask_recapture", "suspect_fraud"];

/// The verdict of a stable name.
pub(in crate::http::desk) fn verdict_name(
    name: &str,
    opened: &OpenedCase,
    candidate: usize,
) -> Option<Verdict> {
    match name {
        "same_person" => {
            let candidate = opened.evidence.candidates.get(candidate)?.side.application;
            Some(Verdict::SamePerson { candidate })
        }
        "different_people" => Some(Verdict::DifferentPeople),
        "ask_recapture" => Some(Verdict::AskRecapture),
        "suspect_fraud" => Some(Verdict::SuspectFraud),
        _ => None,
    }
}

pub(super) fn form(
    colleague: &Colleague,
    opened: &OpenedCase,
    (candidate, at, (left, right)): (
        usize,
        usize,
        (Option<FingerPosition>, Option<FingerPosition>),
    ),
    draft: &Draft,
    faults: &[Fault],
) -> DecisionForm {
    let w = colleague.words();
    let code = |finger: Option<FingerPosition>| finger.map_or(0, FingerPosition::code);
    // A pair with one side only has no viewer, so nothing of it is replaced.
    let in_viewer = left.is_some() && right.is_some();
    let wrong = |id: &str| faults.iter().find(|fault| fault.id == id).map(|f| f.text.clone());
    DecisionForm {
        view: opened.view.to_string(),
        version: opened.version,
        candidate,
        pair: at,
        kept_marks: draft.kept_marks(),
        marks_of: if in_viewer {
            format!("{candidate} {} {}", code(left), code(right))
        } else {
            String::new()
        },
        verdicts: verdicts(colleague, opened, candidate, draft),
        wrong: wrong("verdict"),
        note: Textarea {
            question: Question::new("note", w.t("form.note"))
                .hint(w.t("form.note_hint"))
                .error(wrong("note")),
            value: draft.note.clone(),
            rows: 3,
            max_length: LONGEST_NOTE,
        },
        described_finger: described_finger(w, draft),
        described: TextInput {
            question: Question::new("described", w.t("form.described")),
            value: draft.described.clone(),
            max_length: 300,
            ..TextInput::default()
        },
        advice: (0..draft.advice.len())
            .map(|n| advice(w, n, draft, wrong("advice_0_finger").as_ref()))
            .collect(),
        marks: draft.marks.len(),
    }
}

fn described_finger(w: Words<'_>, draft: &Draft) -> Select {
    let choice = |code: u8| Choice {
        is_chosen: draft.described_finger == code.to_string(),
        ..Choice::new(code.to_string(), said::finger_code(w, code))
    };
    Select {
        question: Question::new("described_finger", w.t("form.described_finger")),
        choices: Draft::finger_codes().map(choice).collect(),
        empty: Some(w.t("form.choose").to_owned()),
    }
}

fn verdicts(
    colleague: &Colleague,
    opened: &OpenedCase,
    candidate: usize,
    draft: &Draft,
) -> Vec<VerdictChoice> {
    let w = colleague.words();
    let offered = colleague.desk().reasons(w.language.code());
    let has_candidate = opened.evidence.candidates.get(candidate).is_some();
    let number = opened.evidence.candidates.get(candidate);
    let number = number.map(|c| c.side.application_number.as_str()).unwrap_or_default();
    let several = opened.evidence.candidates.len() > 1;
    VERDICTS
        .into_iter()
        .enumerate()
        .filter(|(_, name)| *name != "same_person" || has_candidate)
        .filter(|(_, name)| *name != "ask_recapture" || opened.recapture_possible)
        .filter(|(_, name)| *name == "ask_recapture" || opened.blocked.is_none())
        .map(|(place, name)| {
            let mut text = said::verdict(w, name).to_owned();
            if name == "same_person" && several {
                text = format!("{text}: {number}");
            }
            let reasons = offered.iter().filter(|reason| reason.verdicts.iter().any(|v| v == name));
            let reason = |reason: &niims_wire::desk::ReasonOffered| {
                let chosen = draft.reasons.contains(&reason.code);
                (reason.code.clone(), reason.text.clone(), chosen)
            };
            VerdictChoice {
                name,
                key: place + 1,
                text,
                hint: w.find(&format!("verdict_hint.{name}")).unwrap_or_default().to_owned(),
                is_chosen: draft.verdict == name,
                reasons: reasons.map(reason).collect(),
                asks_advice: name == "ask_recapture",
            }
        })
        .collect()
}

/// One line of advice on capture: which finger, what is wrong, what to do.
fn advice(w: Words<'_>, n: usize, draft: &Draft, wrong: Option<&String>) -> [Select; 3] {
    let line = &draft.advice[n];
    let select = |part: &str, key: &str, chosen: &str, all: Vec<(String, &str)>| Select {
        question: Question::new(format!("advice_{n}_{part}"), w.find(key).unwrap_or_default())
            .error(wrong.cloned().filter(|_| n == 0 && part == "finger")),
        choices: all
            .into_iter()
            .map(|(value, text)| Choice { is_chosen: value == chosen, ..Choice::new(value, text) })
            .collect(),
        empty: Some(w.t("form.choose").to_owned()),
    };
    let fingers = core::iter::once(0).chain(Draft::finger_codes());
    let fingers = fingers.map(|code| (code.to_string(), said::finger_code(w, code))).collect();
    let faults = CaptureFault::ALL.iter().map(|fault| {
        let text = w.find(&format!("capture_fault.{}", fault.name())).unwrap_or_default();
        (fault.name().to_owned(), text)
    });
    let remedies = CaptureRemedy::ALL.iter().map(|remedy| {
        let text = w.find(&format!("capture_remedy.{}", remedy.name())).unwrap_or_default();
        (remedy.name().to_owned(), text)
    });
    [
        select("finger", "form.advice_finger", &line.finger, fingers),
        select("fault", "form.advice_fault", &line.fault, faults.collect()),
        select("remedy", "form.advice_remedy", &line.remedy, remedies.collect()),
    ]
}
