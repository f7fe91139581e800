//! Between the register and the matcher. The matcher cannot spell a name: it
//! sees opaque references, fingers and templates.

use async_trait::async_trait;
use niims_fingerprint::FingerPosition;
use niims_record::GalleryReference;
use serde::{Deserialize, Serialize};

/// One finger's template in the engine's own compact form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerTemplate {
    /// Which finger.
    pub position: FingerPosition,
    /// Quality, 0 to 100.
    pub quality: u8,
    /// The template, native form.
    pub template: Vec<u8>,
}

impl core::fmt::Debug for FingerTemplate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "FingerTemplate({:?}, …)", self.position)
    }
}

/// Someone in the gallery who looks alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GalleryCandidate {
    /// Who.
    pub reference: GalleryReference,
    /// Fused likeness of all fingers, thousandths of a nat.
    pub score: i32,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "search", rename_all = "snake_case")]
pub enum Identification {
    /// Everyone inserted before was compared.
    Complete {
        /// Candidates above the threshold, best first.
        candidates: Vec<GalleryCandidate>,
    },
    /// A part of the gallery was out of reach: never to be read as "nobody".
    Incomplete {
        /// Thousandths of the gallery that were covered.
        covered_permille: u16,
    },
}

/// Why a search could not run.
#[derive(Debug, thiserror::Error)]
pub enum AbisError {
    /// A template does not read.
    #[error("a template is not in the engine's form")]
    Template,
    /// The gallery's storage failed.
    #[error("the gallery cannot be read")]
    Storage,
}

/// The matcher.
#[async_trait]
pub trait Abis: Send + Sync {
    /// Searches everyone whose insertion came before `below_sequence`.
    async fn identify(
        &self,
        probe: Vec<FingerTemplate>,
        below_sequence: u64,
    ) -> Result<Identification, AbisError>;
}
