//! One print: its quality by our own measure, never by the device's word.

use std::sync::Arc;

use niims_fingerprint::{GrayImage, Prepared, extract};

use super::advice::Advice;

/// What one print is worth.
#[derive(Clone)]
pub struct Assessment {
    /// The picture.
    pub picture: Arc<GrayImage>,
    /// Dots per inch.
    pub dpi: u16,
    /// 0 (nothing can be read) to 100, by `niims-fingerprint`.
    pub quality: u8,
    /// What holds it down, worst first; empty for a good print.
    pub advice: Vec<Advice>,
    /// Ready to be compared; `None` when nothing can be read.
    pub print: Option<Arc<Prepared>>,
    /// SHA-256 of the biometric block that it is from, where it is known.
    pub block: Option<[u8; 32]>,
}

impl Assessment {
    /// The same, from this biometric block.
    #[must_use]
    pub fn of_block(self, block: [u8; 32]) -> Self {
        Self { block: Some(block), ..self }
    }
}

/// A print is personal data: only its quality is shown.
impl std::fmt::Debug for Assessment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Assessment(quality {}, {:?})", self.quality, self.advice)
    }
}

/// Assesses a picture of one finger. It takes some 30 ms on a cheap laptop.
pub fn assess(picture: GrayImage, dpi: u16) -> Assessment {
    let picture = Arc::new(picture);
    match extract(&picture, dpi) {
        Ok(found) => {
            let advice =
                found.quality.reasons.iter().map(|reason| Advice::of_quality(*reason)).collect();
            let print = Some(Arc::new(Prepared::new(&found.template)));
            Assessment { picture, dpi, quality: found.quality.score, advice, print, block: None }
        }
        Err(error) => {
            let advice = vec![Advice::of_refusal(&error)];
            Assessment { picture, dpi, quality: 0, advice, print: None, block: None }
        }
    }
}
