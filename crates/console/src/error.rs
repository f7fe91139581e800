//! What can go wrong at the desk. No variant holds personal data.

use std::io;

use niims_wire::Problem;

/// Why an operation of the console failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleError {
    /// The register refuses.
    #[error(transparent)]
    Desk(#[from] Problem),
    /// The verdict is none of the four.
    #[error("no such verdict; write same:APPLICATION-NUMBER, different, recapture or fraud")]
    VerdictUnknown,
    /// "Same person" names an application that the case does not hold.
    #[error(
        "the application number after same: is not a candidate of this case; \
         read it from the page of the case"
    )]
    CandidateUnknown,
    /// An opinion without a reason.
    #[error("an opinion needs at least one reason; the codes stand on the page of the case")]
    ReasonMissing,
    /// The folder is there already.
    #[error("the folder for the evidence exists already; name a new one, or remove it first")]
    FolderExists,
    /// A folder that this console did not make is never removed.
    #[error("this is not a folder of evidence, so nothing in it was removed")]
    NotEvidence,
    /// A file could not be written or removed.
    #[error("the folder for the evidence could not be {0}")]
    Folder(FolderWork, #[source] io::Error),
}

/// What was to be done with the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderWork {
    /// Making it or a file in it.
    Written,
    /// Removing it.
    Removed,
}

impl core::fmt::Display for FolderWork {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Written => "written; nothing of it was kept",
            Self::Removed => "removed; remove it by hand",
        })
    }
}

impl ConsoleError {
    /// The stable code; the register's own where it refuses.
    pub fn code(&self) -> &str {
        match self {
            Self::Desk(problem) => &problem.code,
            Self::VerdictUnknown => "console.verdict_unknown",
            Self::CandidateUnknown => "console.candidate_unknown",
            Self::ReasonMissing => "console.reason_missing",
            Self::FolderExists => "console.folder_exists",
            Self::NotEvidence => "console.not_evidence",
            Self::Folder(FolderWork::Written, _) => "console.folder_not_written",
            Self::Folder(FolderWork::Removed, _) => "console.folder_not_removed",
        }
    }
}
