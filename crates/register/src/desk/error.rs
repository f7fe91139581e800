//! Why the desk does not do what it is asked: a problem of the asker's, or of the centre.

use niims_country::DetailsError;
use niims_store::StoreError;
use niims_wire::Problem;

use crate::steps::StepError;

/// A refusal with its problem, or a failure of the centre.
#[derive(Debug)]
pub(crate) enum DeskError {
    /// Refused, without effect.
    Refused(Box<Problem>),
    /// The centre failed.
    Failed(StepError),
}

impl<E: Into<StepError>> From<E> for DeskError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Problem> for DeskError {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl From<DetailsError> for DeskError {
    fn from(error: DetailsError) -> Self {
        Self::Failed(StepError::Evidence(error.code()))
    }
}

impl DeskError {
    /// What the asker is told.
    pub(crate) fn into_problem(self) -> Problem {
        match self {
            Self::Refused(problem) => *problem,
            Self::Failed(StepError::Overtaken) => refused(
                409,
                "desk.version_moved",
                "Somebody changed this in the meantime",
                "Nothing was changed. Open it anew.",
            ),
            Self::Failed(StepError::Store(StoreError::Conflict | StoreError::Duplicate)) => {
                refused(
                    409,
                    "desk.version_moved",
                    "Somebody was faster",
                    "Nothing was changed. Open it anew.",
                )
            }
            Self::Failed(error) => super::failed(&error),
        }
    }
}

/// A problem of this status, code, title and remedy.
pub(crate) fn refused(status: u16, code: &str, title: &str, detail: &str) -> Problem {
    Problem::new(status, code, title).detail(detail)
}
