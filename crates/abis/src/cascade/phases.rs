//! A search in phases, so that a gallery may lie in parts that know nothing of each other.
//!
//! Whoever leads a search puts the same question to every part, adds up the answers and asks the
//! next one. What is chosen follows from the sums alone; so any split of the people gives, bit for
//! bit, what one part with everybody would give.
//!
//! | phase | each part answers | the leader makes of it |
//! |---|---|---|
//! | [`Phase::Begin`] | how many may be found; how many stand at each level of votes | small galleries: compare all; else the first cut |
//! | [`Phase::Narrow`] | how many stand at each level of the next round | the next cut |
//! | [`Phase::Rank`] | who is left, with likeness | one ranking, and who of it stands out |
//! | [`Phase::Compare`], [`Phase::CompareAll`] | candidates after the full comparison | the best of all |
//!
//! Every question holds all that is needed to answer it. A part may keep its work between phases
//! under [`PhasedSearch::id`]; where it has nothing (restarted, or another copy of the part was asked
//! before) it repeats the earlier rounds from the cuts in the question.

use std::collections::BTreeSet;

use async_trait::async_trait;
use niims_fingerprint::Assignment;
use niims_record::GalleryReference;
use niims_wire::abis::FingerTemplate;
use serde::{Deserialize, Serialize};

use crate::search::{FoundCandidate, SearchError};

/// What is searched for: the same in every phase.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhasedSearch {
    /// Drawn at random by whoever leads; parts keep what they have found under it.
    pub id: [u8; 16],
    /// The probe, at most ten fingers of different positions.
    pub fingers: Vec<FingerTemplate>,
    /// Which enrolled finger each finger of the probe is looked for as.
    pub assignment: Assignment,
    /// Only enrolments with a lower sequence number are seen.
    pub below_sequence: u64,
    /// Only these may be found; everybody when none.
    pub among: Option<BTreeSet<GalleryReference>>,
    /// Least score of a candidate, millinats.
    pub threshold: i32,
    /// Most candidates of an answer, 1 to 1,000.
    pub most_candidates: u32,
}

/// Biometric data: only sizes are shown.
impl std::fmt::Debug for PhasedSearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PhasedSearch({} fingers, {:?})", self.fingers.len(), self.assignment)
    }
}

/// One step of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Counts votes. Answered by [`PhaseAnswer::Begun`].
    Begin,
    /// Leaves out those below the last cut and compares the others further. Answered by
    /// [`PhaseAnswer::Levels`].
    Narrow {
        /// The cuts of all rounds so far, first round first: numbers of levels.
        cuts: Vec<u16>,
    },
    /// Ends the last round. Answered by [`PhaseAnswer::Ranking`].
    Rank {
        /// The cuts of all rounds.
        cuts: Vec<u16>,
    },
    /// Compares these in full; those whom the part does not hold are passed over. Answered by
    /// [`PhaseAnswer::Candidates`].
    Compare {
        /// Whom.
        shortlist: Vec<Ranked>,
    },
    /// Compares everybody who may be found in full. Answered by [`PhaseAnswer::Candidates`].
    CompareAll,
}

/// What a part is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseQuestion {
    /// What is searched for.
    pub search: PhasedSearch,
    /// Which step of it.
    pub phase: Phase,
}

/// How many persons stand at one level of agreement. Levels with nobody are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelCount {
    /// Number of the level, 0 to 4,095; see [`niims_fingerprint::index`].
    pub level: u16,
    /// How many persons.
    pub persons: u32,
}

/// Somebody left after the last round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// Who.
    pub reference: GalleryReference,
    /// The enrolment's number within the index.
    pub sequence: u64,
    /// Keys that agree, at most 255.
    pub votes: u8,
    /// Likeness of the bits.
    pub likeness: u64,
}

/// What a part answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseAnswer {
    /// Votes are counted.
    Begun {
        /// How many may be found here: enrolled, early enough, and among those asked for.
        persons: u64,
        /// How they voted.
        levels: Vec<LevelCount>,
    },
    /// A round is over.
    Levels(Vec<LevelCount>),
    /// Who is left, most alike first.
    Ranking(Vec<Ranked>),
    /// Those at or above the threshold, best first, equal ones by reference.
    Candidates(Vec<FoundCandidate>),
}

/// One part of a gallery.
#[async_trait]
pub trait PhasedSearcher: Send + Sync {
    /// Answers one question about the people held here.
    ///
    /// # Errors
    /// [`SearchError::Template`] where the probe does not read, [`SearchError::Storage`] where the part
    /// cannot be brought up to `below_sequence`, [`SearchError::Damaged`] where its files are.
    async fn answer(&self, question: &PhaseQuestion) -> Result<PhaseAnswer, SearchError>;
}

/// The answers to one question from the parts that were within reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    /// One for each part that answered, in any order.
    pub answers: Vec<PhaseAnswer>,
    /// Thousandths of the gallery that these parts hold; 1,000 only when every part answered.
    pub covered_permille: u16,
}

/// All parts of a gallery, however they are reached.
#[async_trait]
pub trait Parts: Send + Sync {
    /// Puts a question to every part and waits for the answers, or until a deadline.
    ///
    /// # Errors
    /// [`SearchError::Unreachable`] when no part answered; an error that a part itself found in the
    /// question, such as [`SearchError::Template`].
    async fn ask(&self, question: &PhaseQuestion) -> Result<Gathered, SearchError>;
}
