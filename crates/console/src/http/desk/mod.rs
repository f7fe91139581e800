//! The pages of the adjudicators' desk, under `/staff/queue`, `/staff/cases` and
//! `/staff/desk`.

// A case from the queue to its decision.
mod queue;

mod case;

mod sides;

mod likeness;

mod prints;

mod images;

mod draft;

mod decision;

mod open_cases;

// What follows.
mod held;

mod evidence;

mod follow_up;

mod not_met;

mod appeals;

mod merges;

// Those who watch over the desk.
mod reports;

mod reviewers;

mod inquiries;

mod replay;

pub(in crate::http) mod list;

mod names;

mod said;

use axum::response::Response;
use jiff::Timestamp;
use niims_record::CaseId;
use niims_record::staff::Action;
use niims_wire::Problem;
use niims_wire::desk::{CaseQueue, CaseReview, DeskAudit, DeskReports, DeskWatch, FollowUp};
use niims_wire::fleet::Fleet;

pub(crate) use open_cases::OpenCases;

use super::routes::StaffRoutes;
use super::{Colleague, Guest};

/// All that the pages ask of the register.
pub trait Desk:
    CaseQueue + CaseReview + FollowUp + DeskReports + DeskWatch + DeskAudit + Fleet
{
}

impl<T> Desk for T where
    T: CaseQueue + CaseReview + FollowUp + DeskReports + DeskWatch + DeskAudit + Fleet
{
}

/// Every route of the desk.
pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new()
        .listed("/staff/queue", Action::ReadQueue, "queue", queue::show)
        .post("/staff/queue/next", Action::ClaimCase, queue::next)
        .get("/staff/cases/{case}", Action::ReadEvidence, case::show)
        .get("/staff/cases/{case}/images/{view}/{side}/{image}", Action::ReadEvidence, images::show)
        .post("/staff/cases/{case}/claim", Action::ClaimCase, queue::claim)
        .post("/staff/cases/{case}/release", Action::ClaimCase, queue::release)
        .post("/staff/cases/{case}/decision", Action::GiveOpinion, decision::send)
        .listed("/staff/desk/held", Action::SettleCase, "held", held::list)
        .get("/staff/desk/held/{case}", Action::SettleCase, held::show)
        .post("/staff/desk/held/{case}", Action::SettleCase, held::answer)
        .merge(follow_up::routes())
        .merge(not_met::routes())
        .merge(appeals::routes())
        .merge(merges::routes())
        .merge(reports::routes())
        .merge(reviewers::routes())
        .merge(inquiries::routes())
        .merge(replay::routes())
}

impl Guest {
    /// The register.
    pub(super) fn desk(&self) -> &dyn Desk {
        self.console.desk.as_ref()
    }

    /// The moment of this request.
    pub(super) fn now(&self) -> Timestamp {
        self.accounts().now()
    }

    /// A date and time on the country's clocks.
    pub(super) fn when(&self, at: Timestamp) -> String {
        niims_web::date_time(self.shell_words(), at, self.accounts().pack.settings().utc_offset)
    }

    /// How long ago something was, in words: minutes, hours or days.
    pub(super) fn ago(&self, since: Timestamp) -> String {
        let minutes = self.now().duration_since(since).as_mins().max(0);
        let (key, count) = match minutes {
            0..120 => ("desk.age.minutes", minutes),
            120..2_880 => ("desk.age.hours", minutes / 60),
            _ => ("desk.age.days", minutes / 1_440),
        };
        self.words().fill_one(key, "count", count)
    }

    /// Answers with the page of what the register refused, in words of our own where there
    /// are some.
    pub(super) fn show_refusal(&self, problem: &Problem) -> Response {
        if self.words().find(&format!("problem.{}.title", problem.code)).is_some() {
            return self.show_problem(problem.status, &problem.code);
        }
        self.show_problem(problem.status, "desk.other")
    }

    /// What the register refused, in one line.
    pub(super) fn refusal_text(&self, problem: &Problem) -> String {
        let words = self.words();
        let key = |part: &str| format!("problem.{}.{part}", problem.code);
        if words.find(&key("title")).is_none() {
            return words.t("problem.desk.other.title").to_owned();
        }
        format!("{}. {}", words.t(&key("title")), words.t(&key("advice")))
    }
}

/// The case that an address names; the page that says that there is none.
pub(super) fn case_id(colleague: &Colleague, text: &str) -> Result<CaseId, Box<Response>> {
    text.parse().map_err(|_| Box::new(colleague.show_problem(404, "adjudication.no_such_case")))
}

/// Refusals of the register that have words of their own.
#[cfg(test)]
pub(super) const CODES: [&str; 56] = [
    "desk.other",
    "desk.role_missing",
    "centre.unavailable",
    "desk.cursor_malformed",
    "desk.rest_needed",
    "desk.claimed_by_other",
    "desk.not_for_you",
    "desk.too_many_claims",
    "desk.skill_missing",
    "desk.withdrawn",
    "desk.not_claimed",
    "desk.version_moved",
    "desk.view_unknown",
    "desk.blocked",
    "desk.no_more_recapture",
    "desk.reason_of_other_verdict",
    "desk.note_too_long",
    "desk.marks_out_of_bounds",
    "desk.recapture_advice",
    "desk.no_such_image",
    "desk.image_damaged",
    "desk.took_part",
    "desk.answered_already",
    "desk.not_held",
    "desk.note_needed",
    "desk.correction_settled",
    "desk.record_moved",
    "desk.nothing_to_appeal",
    "desk.appeal_open",
    "desk.ground_needed",
    "desk.no_such_application",
    "desk.no_such_number",
    "desk.merged_already",
    "desk.case_open",
    "desk.no_such_view",
    "desk.view_erased",
    "desk.reason_needed",
    "desk.no_such_inquiry",
    "desk.inquiry_closed",
    "desk.not_yourself",
    "desk.recapture_answered",
    "desk.recapture_not_searched",
    "desk.no_correction_asked",
    "desk.no_such_check",
    "desk.no_open_case",
    "desk.no_such_group",
    "adjudication.no_such_case",
    "adjudication.not_an_adjudicator",
    "adjudication.already_decided",
    "adjudication.same_officer",
    "adjudication.own_capture",
    "adjudication.senior_needed",
    "adjudication.no_such_candidate",
    "adjudication.circular_link",
    "adjudication.reason_unknown",
    "adjudication.no_reason",
];

/// Keys of texts that are put together from a stem and the name of a closed list.
#[cfg(test)]
pub(super) fn built_keys() -> Vec<String> {
    use niims_record::application::CaseReason;
    use niims_record::desk::{CaptureFault, CaptureRemedy, Priority, Skill};
    use niims_wire::desk::DifferenceKind as Kind;
    let kinds = [
        Kind::SwappedOrder,
        Kind::SwappedFields,
        Kind::SpellingVariant,
        Kind::ShortForm,
        Kind::DayAndMonthSwapped,
        Kind::ConventionalFirstOfJanuary,
        Kind::OneDatePartDiffers,
        Kind::WritingOnly,
        Kind::OnlyOneSide,
        Kind::Differs,
    ];
    let verdicts = ["same_person", "different_people", "ask_recapture", "suspect_fraud"];
    let particulars = [
        "name",
        "date_of_birth",
        "sex",
        "place_of_birth",
        "residence",
        "phone",
        "identifier",
        "mother",
        "father",
        "household",
    ];
    let named = [
        CaseReason::ALL.map(|one| format!("case_reason.{}", one.name())).to_vec(),
        Priority::ALL.map(|one| format!("priority.{}", one.name())).to_vec(),
        Skill::ALL.map(|one| format!("skill.{}", one.name())).to_vec(),
        ["awaits", "awaits_senior"].map(|one| format!("stage.{one}")).to_vec(),
        (0..=10).map(|code| format!("finger.{code}")).collect(),
        verdicts.map(|one| format!("verdict.{one}")).to_vec(),
        verdicts.map(|one| format!("verdict_hint.{one}")).to_vec(),
        particulars.map(|one| format!("particular.{one}")).to_vec(),
        kinds.map(|kind| format!("difference.{}", sides::difference_name(kind))).to_vec(),
        CaptureFault::ALL.iter().map(|one| format!("capture_fault.{}", one.name())).collect(),
        CaptureRemedy::ALL.iter().map(|one| format!("capture_remedy.{}", one.name())).collect(),
        likeness::degrees()
            .flat_map(|degree| ["one", "two"].map(|side| format!("support.{degree}.{side}")))
            .collect(),
        niims_linkage::Explanation::ALL.iter().map(|one| one.code().to_owned()).collect(),
    ];
    let mut keys: Vec<String> = named.concat();
    // Handed on as keys, or chosen by a match.
    keys.extend(LOOKED_UP.map(str::to_owned));
    keys
}

/// Keys that a match chooses, or that are handed on.
#[cfg(test)]
const LOOKED_UP: [&str; 56] = [
    "support.none",
    "desk.age.minutes",
    "desk.age.hours",
    "desk.age.days",
    "queue.rest.hour",
    "queue.rest.day",
    "queue.rest.pause",
    "queue.number",
    "check.verdict",
    "check.reasons",
    "check.marks",
    "check.advice",
    "case.applicant",
    "case.candidate",
    "case.original",
    "case.no_original",
    "missing.applicant_portrait",
    "missing.candidate_portrait",
    "missing.common_finger",
    "missing.only_one_finger",
    "missing.applicant_documents",
    "missing.candidate_documents",
    "missing.damaged",
    "missing.unreadable",
    "missing.finger",
    "missing.finger_gone",
    "share.little",
    "share.quarter",
    "share.third",
    "share.half",
    "share.two_thirds",
    "share.three_quarters",
    "share.nearly_all",
    "form.advice_finger",
    "form.advice_fault",
    "form.advice_remedy",
    "checks.no_usable_fingerprints",
    "checks.recapture_exhausted",
    "checks.child",
    "appeals.overturned",
    "appeals.upheld",
    "stage.awaits",
    "inquiries.kit",
    "inquiries.officer",
    "inquiries.place",
    "replay.intact",
    "replay.altered",
    "reports.noticeable",
    "reports.chance",
    "reports.by.all",
    "reports.by.county",
    "reports.by.kit",
    "reports.by.officer",
    "reports.by.quality",
    "reports.by.age",
    "reports.by.sex",
];
