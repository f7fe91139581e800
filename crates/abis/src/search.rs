//! What a search asks and what it answers: one contract for a gallery in this process and for
//! one that is spread over shards.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use niims_fingerprint::Assignment;
use niims_fingerprint::person::FingerComparison;
use niims_record::GalleryReference;
use serde::{Deserialize, Serialize};

use crate::modality::Biometrics;

/// Who may be found.
#[derive(Clone, Default)]
pub enum Among {
    /// Everybody enrolled.
    #[default]
    Everyone,
    /// These only.
    Only(Arc<BTreeSet<GalleryReference>>),
}

/// How thoroughly to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// The cascade, which chooses by itself to compare everybody when the probe has little to say.
    #[default]
    Usual,
    /// Everybody is compared by bits: for audits of the cascade and for orders of a court.
    Exhaustive,
}

/// A question to the gallery.
#[derive(Clone)]
pub struct SearchRequest {
    /// Only enrolments with a lower sequence number are seen.
    pub below_sequence: u64,
    /// Who may be found.
    pub among: Among,
    /// How thoroughly.
    pub effort: Effort,
    /// Most candidates that come back, 1 to 1,000.
    pub most_candidates: usize,
    /// Least score of a candidate, millinats; see [`niims_fingerprint::CANDIDATE_THRESHOLD`].
    pub threshold: i32,
}

/// Somebody who looks alike, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundCandidate {
    /// Who.
    pub reference: GalleryReference,
    /// Evidence of everything compared, millinats.
    pub score: i32,
    /// Which finger was taken for which.
    pub assignment: Assignment,
    /// What the score rests on, finger by finger.
    pub fingers: Vec<FingerComparison>,
}

/// What a search found. Candidates stand best first, equal ones by reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchOutcome {
    /// Everybody asked for was within reach.
    Complete {
        /// Those at or above the threshold.
        candidates: Vec<FoundCandidate>,
    },
    /// A part of the gallery was out of reach: never to be read as "nobody".
    Incomplete {
        /// Those found in the part that was searched.
        candidates: Vec<FoundCandidate>,
        /// Thousandths of the gallery that were covered, 0 to 999.
        covered_permille: u16,
    },
}

/// One change of a gallery, in the order in which all matchers apply them.
#[derive(Clone)]
pub enum Change {
    /// Somebody was enrolled, or replaced what stood under the reference.
    Inserted {
        /// Place in the order of changes; rises.
        sequence: u64,
        /// Who.
        reference: GalleryReference,
        /// With what.
        biometrics: Biometrics,
    },
    /// Somebody was erased.
    Removed {
        /// Place in the order of changes; rises.
        sequence: u64,
        /// Who.
        reference: GalleryReference,
    },
}

impl Change {
    /// Its place in the order of changes.
    pub fn sequence(&self) -> u64 {
        match self {
            Self::Inserted { sequence, .. } | Self::Removed { sequence, .. } => *sequence,
        }
    }

    /// Of whom.
    pub fn reference(&self) -> GalleryReference {
        match self {
            Self::Inserted { reference, .. } | Self::Removed { reference, .. } => *reference,
        }
    }
}

/// Why a search or a refill could not run. No variant holds anything of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// A template does not read.
    #[error("a template is not in the engine's form")]
    Template,
    /// The truth behind the gallery cannot be read.
    #[error("the stored gallery cannot be read")]
    Storage,
    /// The derived files of the gallery are damaged and could not be rebuilt.
    #[error(
        "the gallery's files are damaged; delete its folder, and it is rebuilt from the database"
    )]
    Damaged,
    /// No shard answered at all.
    #[error("no part of the gallery is within reach")]
    Unreachable,
}

impl SearchError {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Template => "abis.template",
            Self::Storage => "abis.storage",
            Self::Damaged => "abis.gallery_damaged",
            Self::Unreachable => "abis.unreachable",
        }
    }
}

/// Where the truth lies from which every matcher can be filled anew: a table of a database.
///
/// What was taken back is not given any more: once a removal or a replacement is visible, the
/// insertion it undid is not, since the truth no longer holds it. So any stretch of the feed can be
/// read again at any time without bringing back somebody who was erased.
#[async_trait]
pub trait ChangeFeed: Send + Sync {
    /// Changes with a sequence above one and up to another, in order, at most so many. Sequences
    /// are given in the order of commits: none appears later below one that is visible.
    async fn changes(
        &self,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError>;

    /// The same, of the references that are held only: as many as asked for, or all that there are.
    ///
    /// Reads everything unless the truth can tell references from what stands under them.
    async fn changes_of(
        &self,
        held: Held<'_>,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        let mut after = after;
        let mut found = Vec::new();
        while found.len() < at_most {
            // Most of what is read may be others'.
            let batch = (at_most - found.len()).max(LEAST_BATCH);
            let read = self.changes(after, up_to, batch).await?;
            let ended = read.len() < batch;
            after = read.last().map_or(after, Change::sequence);
            found.extend(read.into_iter().filter(|change| held(&change.reference())));
            if ended {
                break;
            }
        }
        found.truncate(at_most);
        Ok(found)
    }
}

/// Which references somebody holds.
pub type Held<'h> = &'h (dyn Fn(&GalleryReference) -> bool + Sync);

/// Least number of changes read at once where most may be others'. Range 100 to 1,000, at about 5 kB
/// each.
const LEAST_BATCH: usize = 250;

/// Something that can be searched.
#[async_trait]
pub trait Searcher: Send + Sync {
    /// Searches everybody asked for. The answer depends on who is enrolled and on nothing else: not
    /// on shards, segments, threads or processor.
    async fn search(
        &self,
        probe: &Biometrics,
        request: &SearchRequest,
    ) -> Result<SearchOutcome, SearchError>;

    /// Compares a probe with one enrolment; `None` where the reference is not enrolled.
    async fn compare(
        &self,
        probe: &Biometrics,
        reference: GalleryReference,
    ) -> Result<Option<FoundCandidate>, SearchError>;

    /// How many are enrolled within reach.
    async fn count(&self) -> Result<u64, SearchError>;
}
