//! `/staff/desk/not-met`: people who were to be met again and could not be.

use axum::response::Response;
use niims_country::REVISIT_OUTCOMES;
use niims_record::staff::Action;
use niims_wire::desk::NotMet;

use super::list::{Item, List, row, show};
use crate::http::Colleague;
use crate::http::routes::StaffRoutes;

const NOT_MET: &str = "/staff/desk/not-met";
/// People on a page.
const MOST: usize = 50;

pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new().listed(NOT_MET, Action::CaptureResident, "not_met", not_met)
}

async fn not_met(colleague: Colleague) -> Response {
    let found = match colleague.desk().not_met(MOST, colleague.officer()).await {
        Ok(found) => found,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let item = |one: NotMet| {
        let list = colleague.accounts().pack.code_list(REVISIT_OUTCOMES);
        let reason = list.and_then(|list| list.label(&one.reason, w.language.code()));
        let asked = match one.asked.as_str() {
            "recapture" => w.t("not_met.recapture"),
            _ => w.t("not_met.correction"),
        };
        Item {
            heading: one.application_number,
            rows: vec![
                row(w.t("not_met.why"), reason.unwrap_or(&one.reason)),
                row(w.t("not_met.said"), colleague.when(one.said_at)),
                row(w.t("not_met.what"), asked),
                row(w.t("not_met.asked"), colleague.when(one.asked_at)),
            ],
            ..Item::default()
        }
    };
    let list = List {
        text: w.t("not_met.text").to_owned(),
        nothing: w.t("not_met.nothing").to_owned(),
        items: found.into_iter().map(item).collect(),
        ..List::default()
    };
    show(&colleague, w.t("not_met.title"), NOT_MET, list)
}
