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

/// A finger of somebody named, under whatever name it was captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LentFinger {
    /// Whose it is.
    pub reference: GalleryReference,
    /// Under which name it was captured.
    pub finger: FingerPosition,
    /// Evidence, thousandths of a nat.
    pub score: i32,
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

    /// Which captured fingers are of one of these people, each compared with each whatever either was
    /// called. People who are not enrolled have none.
    async fn lent_fingers(
        &self,
        probe: Vec<FingerTemplate>,
        people: Vec<GalleryReference>,
    ) -> Result<Vec<LentFinger>, AbisError>;
}

/// Why a set of finger templates does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not a set of finger templates")]
pub struct FingersError;

/// Most templates in a set: ten fingers.
const MOST_FINGERS: usize = 10;

/// One set of templates as bytes, as the gallery stores it: a count, then for each
/// finger its ISO 19794 code, quality, length (16 bits, big-endian) and template.
/// Fingers past the tenth and templates past 65,535 bytes cannot be stored.
pub fn encode_fingers(fingers: &[FingerTemplate]) -> Result<Vec<u8>, FingersError> {
    if fingers.len() > MOST_FINGERS {
        return Err(FingersError);
    }
    let mut bytes = vec![fingers.len() as u8];
    for finger in fingers {
        let length = u16::try_from(finger.template.len()).map_err(|_| FingersError)?;
        bytes.extend([finger.position.code(), finger.quality]);
        bytes.extend(length.to_be_bytes());
        bytes.extend(&finger.template);
    }
    Ok(bytes)
}

/// Reads what [`encode_fingers`] wrote.
pub fn decode_fingers(bytes: &[u8]) -> Result<Vec<FingerTemplate>, FingersError> {
    let (&count, mut rest) = bytes.split_first().ok_or(FingersError)?;
    if usize::from(count) > MOST_FINGERS {
        return Err(FingersError);
    }
    let mut fingers = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        let (head, tail) = rest.split_at_checked(4).ok_or(FingersError)?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let (template, tail) = tail.split_at_checked(length).ok_or(FingersError)?;
        let position = FingerPosition::from_code(head[0]).ok_or(FingersError)?;
        fingers.push(FingerTemplate { position, quality: head[1], template: template.to_vec() });
        rest = tail;
    }
    if rest.is_empty() { Ok(fingers) } else { Err(FingersError) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingers_read_back_and_broken_ones_do_not() {
        let fingers: Vec<FingerTemplate> = (1..=10)
            .map(|code| FingerTemplate {
                position: FingerPosition::from_code(code).unwrap(),
                quality: code * 9,
                template: vec![code; usize::from(code) * 40],
            })
            .collect();
        let bytes = encode_fingers(&fingers).unwrap();
        assert_eq!(decode_fingers(&bytes), Ok(fingers));
        for cut in 0..bytes.len() {
            assert_eq!(decode_fingers(&bytes[..cut]), Err(FingersError));
        }
        assert_eq!(decode_fingers(&[bytes, vec![0]].concat()), Err(FingersError));
        assert_eq!(encode_fingers(&[]).unwrap(), [0]);
    }
}
