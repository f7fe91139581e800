//! Refusals of the kit as pages: told beside the question, or as a page of their own.

use axum::http::StatusCode;
use axum::response::Response;
use niims_web::{Fault, date};

use super::guest::{Guest, Instead, Officer, Or};
use super::interview::address;
use crate::capture::{CaptureProblem, EnrolRefused, LawProblem};
use crate::disk;
use crate::error::KitError;
use crate::interview::{InterviewOf, Stage};

/// Codes that are told beside the question, with a text of their own.
pub(super) const CODES: &[&str] = &[
    "law.guardian_consent_missing",
    "law.guardian_unidentified",
    "law.guardian_number_missing",
    "law.guardian_introducer_missing",
    "law.consent_missing",
    "law.consent_after_capture",
    "law.witness_missing",
    "capture.document_number_differs",
    "capture.document_not_evidenced",
    "capture.portrait_missing",
    "capture.finger_unaccounted",
    "capture.finger_contradicted",
    "capture.exception_needed",
    "capture.exception_same_officer",
    "capture.exception_reason_unknown",
    "capture.approval_needed",
    "capture.approval_same_officer",
    "kit.not_supervisor",
    "capture.station_not_empty",
    "exception.photo_missing",
    "exception.not_permanent",
    "exception.not_tried",
    "image.format",
    "image.damaged",
    "image.too_few_pixels",
    "image.too_many_pixels",
    "folder.unreadable",
    "folder.unknown_file",
    "prefill.foreign",
    "prefill.other_version",
    "prefill.too_long",
    "prefill.damaged",
    "prefill.other_set",
    "prefill.bomb",
    "prefill.not_answers",
    "prefill.other_country",
    "prefill.other_form",
    "prefill.unconfirmed",
    "kit.pin_rule",
    "kit.pin_same",
    "kit.pin_wrong",
    "kit.pin_locked",
    "kit.first_word_wrong",
    "kit.first_word_none",
    "other",
];

/// Codes with a page of their own.
pub(super) const PROBLEMS: &[&str] = &[
    "kit.revoked",
    "kit.suspended",
    "kit.expired",
    "kit.pack_not_certified",
    "kit.clock_back",
    "kit.clock_implausible",
    "kit.disk_full",
    "kit.disk_gone",
    "kit.store_not_there",
    "kit.not_supervisor",
    "law.under_six",
];

/// Codes behind which the disk itself may be gone.
const OF_THE_DISK: &[&str] = &["kit.disk_full", "kit.store_failed", "kit.file"];

/// The same faults, each leading to the input with this id.
pub(super) fn beside(id: &str, faults: Vec<Fault>) -> Vec<Fault> {
    faults.into_iter().map(|fault| Fault { id: id.to_owned(), ..fault }).collect()
}

impl Guest {
    /// What is wrong, for the summary at the head of the page.
    pub fn told(&self, refused: &EnrolRefused) -> Vec<Fault> {
        if let EnrolRefused::Form { problems } = refused {
            return problems
                .iter()
                .map(|problem| {
                    let text = self.pack.describe(problem, self.language());
                    Fault::of(&problem.field, text)
                })
                .collect();
        }
        let words = self.words();
        let code = refused.code();
        let known = CODES.iter().copied().find(|known| *known == code).unwrap_or("other");
        let mut blanks: Vec<(&str, String)> = Vec::new();
        match refused {
            EnrolRefused::Kit(KitError::PinWrong { tries_left }) => {
                blanks.push(("count", tries_left.to_string()));
            }
            EnrolRefused::Kit(KitError::PinLocked { until }) => {
                let offset = self.pack.settings().utc_offset;
                blanks.push(("at", niims_web::date_time(self.shell_words(), *until, offset)));
            }
            EnrolRefused::PrefillForm { kind } => {
                blanks.push(("form", words.t(&format!("form.{}", kind.as_str())).to_owned()));
            }
            EnrolRefused::Capture(CaptureProblem::FingerUnaccounted { finger }) => {
                let label = self
                    .pack
                    .code_list("fingers")
                    .and_then(|list| list.label(&finger.to_ascii_uppercase(), self.language()));
                blanks.push(("finger", label.unwrap_or(finger).to_owned()));
            }
            _ => blanks.push(("code", code.to_owned())),
        }
        let blanks: Vec<(&str, &str)> =
            blanks.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let text = words.fill(&format!("refused.{known}"), &blanks);
        vec![Fault { id: "main".to_owned(), text }]
    }

    /// A refusal of the kit itself, as a page; `None` for one that is told on the form.
    pub fn problem(&self, refused: &EnrolRefused) -> Option<Response> {
        let code = refused.code();
        if OF_THE_DISK.contains(&code) && disk::is_gone(&self.pages.folder) {
            return Some(self.show_code(StatusCode::SERVICE_UNAVAILABLE, "kit.disk_gone"));
        }
        if !PROBLEMS.contains(&code) {
            return None;
        }
        let status = match code {
            "kit.store_not_there" => StatusCode::NOT_FOUND,
            "kit.not_supervisor" => StatusCode::FORBIDDEN,
            _ => StatusCode::CONFLICT,
        };
        if let EnrolRefused::Law(LawProblem::UnderSix { from }) = refused {
            return Some(self.welcome_later(*from));
        }
        Some(self.show_code(status, code))
    }

    /// A child below the age is welcome later, and told when.
    fn welcome_later(&self, from: jiff::civil::Date) -> Response {
        let words = self.words();
        let title = words.t("problem.law.under_six.title").to_owned();
        let mut view = super::view::FormView::new(self.page(&title), words, Some(title.clone()));
        view.lead.push(words.fill("under_six", &[("date", &date(self.shell_words(), from))]));
        view.lead.push(words.t("problem.law.under_six.advice").to_owned());
        view.links.push((words.t("home.title").to_owned(), "/home".to_owned()));
        self.show(view)
    }
}

impl Officer {
    /// A refusal in an interview: the part that comes first, a page, or faults for the form.
    pub fn refused(&self, of: InterviewOf, refused: &EnrolRefused) -> Or<Vec<Fault>> {
        if let EnrolRefused::NotYet { stage } = refused {
            let stage = if *stage == Stage::Questions { "" } else { stage.as_str() };
            return Err(Instead::of(self.go_to(&address(of, stage))));
        }
        match self.problem(refused) {
            Some(page) => Err(Instead::of(page)),
            None => Ok(self.told(refused)),
        }
    }
}
