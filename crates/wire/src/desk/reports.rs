//! What the desk did, in figures. Rows are ready for CSV: flat, one meaning a column.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::OfficerId;
use niims_record::desk::{Drift, Figure, Rate};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// What a report is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportBy {
    /// Nothing: one row.
    All,
    /// County of residence, by code.
    County,
    /// Kit, by id.
    Kit,
    /// Officer who captured, by pseudonym.
    Officer,
    /// Quality of the fingers, tenths of the range: `0` worst to `9`.
    QualityDecile,
    /// Age in completed years: `6-11`, `12-17`, `18-34`, `35-59`, `60+`.
    AgeBand,
    /// Sex, by code. With [`ReportBy::AgeBand`] the groups of the parity report: the form asks
    /// nothing else that people could state of a group, and never ethnicity.
    Sex,
}

/// Of what time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPeriod {
    /// From this moment.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
}

/// Outcomes of one group. Counts are of applications searched in the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeRow {
    /// The group, by code; `all` for one row, empty where not known.
    pub group: String,
    /// Applications searched.
    pub searched: Figure,
    /// Hits: a case was opened.
    pub hits: Figure,
    /// Decided as the same person.
    pub confirmed: Figure,
    /// Decided as different people.
    pub false_hits: Figure,
    /// Recapture asked.
    pub cannot_tell: Figure,
    /// Fraud suspected.
    pub fraud: Figure,
    /// Not decided yet.
    pub open: Figure,
    /// Seconds from opening to decision: half of them took less. `None` below ten decisions.
    pub median_seconds: Option<i64>,
    /// The same, nine tenths.
    pub ninetieth_seconds: Option<i64>,
}

/// Outcome parity of one group against all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParityRow {
    /// The group, such as `FEMALE` or `60+`.
    pub group: String,
    /// Hits of those searched.
    pub hit_rate: Rate,
    /// False hits of those searched: people stopped for nothing.
    pub false_hit_rate: Rate,
    /// The group's false hit rate over that of everybody else, thousandths; `None` where
    /// either is unknown or suppressed.
    pub ratio_permille: Option<u32>,
    /// Whether the difference is larger than chance explains (99 in 100).
    pub noticeable: bool,
}

/// How old the open cases are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueAgeRow {
    /// `awaits_reviewer` or `awaits_senior`.
    pub stage: String,
    /// Hours from, inclusive: 0, 4, 24, 72, 168.
    pub from_hours: u32,
    /// Cases.
    pub cases: u64,
}

/// One reviewer. Only supervisors, auditors and the reviewer see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewerRow {
    /// The reviewer, by pseudonym.
    pub officer: OfficerId,
    /// Opinions given.
    pub opinions: u64,
    /// Of planted mates, how many were called the same person.
    pub sensitivity: Rate,
    /// Of planted pairs of different people, how many were called different.
    pub specificity: Rate,
    /// Planted pairs on which the reviewer asked for a recapture or suspected fraud.
    pub undecided: u64,
    /// Seconds from opening to opinion: half took less. `None` without opinions.
    pub median_seconds: Option<i64>,
    /// Cases in which a senior decided against this opinion.
    pub overruled: u64,
    /// What has drifted.
    pub drifts: Vec<Drift>,
}

/// How two reviewers agree beyond chance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementRow {
    /// One.
    pub first: OfficerId,
    /// The other.
    pub second: OfficerId,
    /// Cases that both judged.
    pub cases: u64,
    /// Cohen's kappa, thousandths, −1,000 to 1,000; `None` where chance alone would agree.
    pub kappa_permille: Option<i32>,
}

/// The reports. For supervisors and auditors; counts below the pack's least are suppressed.
#[async_trait]
pub trait DeskReports: Send + Sync {
    /// Outcomes by group.
    async fn outcomes(
        &self,
        period: ReportPeriod,
        by: ReportBy,
        officer: OfficerId,
    ) -> Result<Vec<OutcomeRow>, Problem>;

    /// Outcome parity by sex or age band. Problems: 422 `desk.no_such_group` for another.
    async fn parity(
        &self,
        period: ReportPeriod,
        by: ReportBy,
        officer: OfficerId,
    ) -> Result<Vec<ParityRow>, Problem>;

    /// Age of the queue by stage.
    async fn queue_age(
        &self,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<Vec<QueueAgeRow>, Problem>;

    /// Every reviewer, or, for a reviewer, themselves only.
    async fn reviewers(
        &self,
        period: ReportPeriod,
        officer: OfficerId,
    ) -> Result<Vec<ReviewerRow>, Problem>;

    /// Every pair of reviewers who judged a case both.
    async fn agreement(
        &self,
        period: ReportPeriod,
        officer: OfficerId,
    ) -> Result<Vec<AgreementRow>, Problem>;
}
