//! What the desk of the adjudicators reaches of the register.

mod evidence;
mod opinion;

use async_trait::async_trait;
use jiff::Timestamp;
use niims_country::{Answers, CountryPack};
use niims_record::{CaseId, OfficerId};
use niims_store::cases::{self, StoredCase};
use niims_store::{StoreError, Tx, applications};
use niims_wire::Problem;
use niims_wire::desk::{AdjudicationDesk, CaseStanding, CaseSummary, Evidence, OpinionGiven};
use serde_json::Value;

use crate::Register;
use crate::steps::StepError;

/// The role that gives opinions.
pub const ADJUDICATOR: &str = "adjudicator";
/// The role that decides when two differ.
pub const SENIOR_ADJUDICATOR: &str = "senior_adjudicator";
/// Cases in one list.
const MOST_LISTED: usize = 500;

#[async_trait]
impl AdjudicationDesk for Register {
    async fn open_cases(&self) -> Result<Vec<CaseSummary>, Problem> {
        let list = async {
            let mut tx = self.db.read().await?;
            let mut summaries = Vec::new();
            for case in cases::list_open(&mut tx, MOST_LISTED).await? {
                summaries.push(summary(&mut tx, &case).await?);
            }
            Ok(summaries)
        };
        list.await.map_err(|error: StoreError| failed(&StepError::from(error)))
    }

    async fn evidence(
        &self,
        case: CaseId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<Evidence, Problem> {
        evidence::run(self, case, officer, at).await.map_err(|error| failed(&error))?
    }

    async fn give_opinion(
        &self,
        case: CaseId,
        opinion: OpinionGiven,
        at: Timestamp,
    ) -> Result<CaseStanding, Problem> {
        opinion::run(self, case, opinion, at).await.map_err(|error| failed(&error))?
    }
}

async fn summary(tx: &mut Tx, case: &StoredCase) -> Result<CaseSummary, StoreError> {
    let number = applications::application_number(tx, case.application).await?;
    Ok(CaseSummary {
        case: case.id,
        application_number: number.unwrap_or_default(),
        reason: case.reason,
        stage: case.stage.name().to_owned(),
        candidates: case.candidates.len(),
        opened_at: case.opened_at,
    })
}

fn failed(error: &StepError) -> Problem {
    tracing::error!(code = error.code(), "the desk could not be served");
    Problem::new(503, "centre.unavailable", "The centre cannot serve the desk now")
        .detail("Nothing was changed. Try again.")
}

fn no_such_case() -> Problem {
    Problem::new(404, "adjudication.no_such_case", "There is no such case")
        .detail("List the open cases.")
}

/// Answers in the order of the form.
pub(crate) fn plain_answers(pack: &CountryPack, answers: &Answers) -> Vec<(String, String)> {
    pack.fields()
        .iter()
        .filter(|field| field.parent.is_none())
        .filter_map(|field| Some((field.id.clone(), plain(answers.get(&field.id)?))))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// Text as it is; lists and groups as JSON, so that whoever shows them can put the
/// label of the form beside each part.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
