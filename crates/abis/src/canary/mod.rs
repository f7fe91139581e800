//! Live recall: people who are known to be enrolled, searched for day and night.
//!
//! A canary is a synthetic person of ten fingers who follows one insertion in so many. Every search meets
//! canaries as it meets everybody, and drops them before anybody sees a ranking. Searching for one with
//! another print of its fingers says, stage by stage, whether the cascade still finds people. At
//! night a sample of real enrolments is searched for both ways.

mod judge;
mod measure;
mod people;
mod runner;

pub use judge::{
    AuditResult, CanarySettings, Reached, StageCounts, Verdict, audit_is_due, judge, search_is_due,
};
pub(crate) use people::Canaries;
pub use runner::{AUDIT_MISSED, CanaryReport, CanaryWatch, RECALL_LOW};
