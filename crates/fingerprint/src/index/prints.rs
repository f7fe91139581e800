//! A person's prints in the form that is indexed and searched with.

use std::sync::Arc;

use super::cylinder::{Cylinder, cylinders};
use super::minhash::MinHash;
use super::parameters::Parameters;
use crate::finger::FingerPosition;
use crate::template::Template;

/// The cylinders of each finger of one person, made from templates once.
#[derive(Clone, Default)]
pub struct PersonCylinders(pub(super) Vec<FingerCylinders>);

/// The cylinders of one finger, best first.
#[derive(Clone)]
pub(super) struct FingerCylinders {
    pub(super) finger: FingerPosition,
    /// Quality of the print, 0 to 100.
    pub(super) quality: u8,
    pub(super) cylinders: Vec<Cylinder>,
}

/// Biometric data: only sizes are shown.
impl std::fmt::Debug for PersonCylinders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonCylinders({} fingers)", self.0.len())
    }
}

impl PersonCylinders {
    /// Makes the cylinders, 50 to 100 microseconds a finger. Fingers that have none are left out, and
    /// of two templates of one position the later counts.
    pub fn from_templates<'a>(
        templates: impl IntoIterator<Item = (FingerPosition, &'a Template)>,
    ) -> Self {
        let mut fingers: Vec<FingerCylinders> = Vec::new();
        for (finger, template) in templates {
            fingers.retain(|earlier| earlier.finger != finger);
            let cylinders = cylinders(template);
            if !cylinders.is_empty() {
                fingers.push(FingerCylinders { finger, quality: template.quality(), cylinders });
            }
        }
        fingers.sort_by_key(|finger| finger.finger);
        Self(fingers)
    }

    /// Number of fingers that can be searched with.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Mean quality of the fingers, 0 to 100; 0 of none.
    pub fn quality(&self) -> u8 {
        let sum: usize = self.0.iter().map(|finger| usize::from(finger.quality)).sum();
        sum.checked_div(self.0.len()).unwrap_or(0) as u8
    }

    /// Whether no finger can be searched with.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Makes prints ready for the indexes of one key and one set of parameters: the greater part of the work
/// of enrolling, which any thread can do beforehand. Cloning it copies a pointer.
#[derive(Clone)]
pub struct PrintHasher {
    pub(super) minhash: Arc<MinHash>,
    pub(super) parameters: Parameters,
}

/// Never shown: it holds a secret.
impl std::fmt::Debug for PrintHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrintHasher(redacted)")
    }
}

impl PrintHasher {
    /// The prints with the keys under which they will be found; about 0.2 ms for ten fingers.
    pub fn hash(&self, prints: PersonCylinders) -> HashedPrints {
        let hashed = usize::from(self.parameters.hashed_cylinders);
        let mut keys = Vec::new();
        for finger in &prints.0 {
            for cylinder in finger.cylinders.iter().take(hashed) {
                keys.extend(self.minhash.keys(cylinder, finger.finger));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        HashedPrints { prints, keys }
    }
}

/// A person's prints, ready to be enrolled in an index of the hasher's key.
#[derive(Clone)]
pub struct HashedPrints {
    pub(super) prints: PersonCylinders,
    /// Sorted, all different.
    pub(super) keys: Vec<u32>,
}

/// Biometric data: only sizes are shown.
impl std::fmt::Debug for HashedPrints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HashedPrints({} fingers)", self.prints.len())
    }
}
