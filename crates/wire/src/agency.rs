//! Between the exchange and the register: one narrow question.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use niims_record::number::HudumaNamba;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Do these attributes agree with the record behind this number?
#[derive(Clone, PartialEq, Eq)]
pub struct MatchQuestion {
    /// The agency, a code of the country pack.
    pub agency: String,
    /// The officer of the agency who asks, as a pseudonym the agency can resolve.
    pub officer: String,
    /// The purpose, a code of the country pack's purpose register.
    pub purpose: String,
    /// The number.
    pub number: HudumaNamba,
    /// The name to compare, if asked.
    pub name: Option<String>,
    /// The date of birth to compare, if asked.
    pub date_of_birth: Option<Date>,
    /// When.
    pub at: Timestamp,
}

impl core::fmt::Debug for MatchQuestion {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "MatchQuestion({}, {}, …)", self.agency, self.purpose)
    }
}

/// Yes or no per attribute asked, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchAnswer {
    /// The number is that of a living person.
    pub number: bool,
    /// The name agrees; absent when not asked.
    pub name: Option<bool>,
    /// The date of birth agrees; absent when not asked.
    pub date_of_birth: Option<bool>,
}

/// The register as agencies reach it.
#[async_trait]
pub trait AgencyQuestions: Send + Sync {
    /// Answers, or refuses with a problem: 403 for an unknown or foreign purpose,
    /// 423 under a freeze. The disclosure line commits before the answer leaves.
    async fn ask(&self, question: MatchQuestion) -> Result<MatchAnswer, Problem>;
}
