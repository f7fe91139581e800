//! What the desk of the adjudicators reaches of the register.

mod error;
mod roles;

// A case: how it comes onto the desk, who takes it, what is seen and said.
mod case;
mod enter;
mod queue;

mod differences;
mod fingers;
mod show;

mod review;

// The command line's way.
mod evidence;
mod opinion;

// Other desks, and other platforms.
mod foreign;
mod outside;

// What follows.
mod appeal;
mod consequence;
mod corrections;
mod follow_up;
mod fraud;
mod merge;
mod recapture;

// The watch.
mod audit;
mod pair;
mod planted;
mod reports;
mod watch;

pub(crate) use consequence::note_check;
pub(crate) use enter::{NewCase, open_case};
pub(crate) use error::DeskError;
pub use pair::PairSide;
pub(crate) use recapture::take_place;
pub use roles::{
    ADJUDICATOR, ADMINISTRATOR, AUDITOR, CUSTOMER_RELATIONS_OFFICER, OUTSIDE_DESK,
    SENIOR_ADJUDICATOR, SUPERVISOR,
};
pub(crate) use watch::{is_paused, note_search};

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
        opinion::run(self, case, opinion, at).await.map_err(DeskError::into_problem)
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
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Register {
    /// A person's record in canonical bytes: what an unmerge must bring back exactly.
    pub async fn record_snapshot(
        &self,
        person: niims_record::PersonId,
    ) -> Result<Vec<u8>, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            merge::snapshot(self, &mut tx, person).await
        };
        work.await.map_err(DeskError::into_problem)
    }
}
