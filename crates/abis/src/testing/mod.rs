//! What tests of the gallery and of the cascade share: a disk that can fail, a truth, and people.

mod disk;
mod truth;

pub(crate) use disk::{Disk, Survival};
pub(crate) use truth::{Truth, biometrics, few_fingers, reference};

use niims_wire::Entropy;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// Random bytes that are the same in every run.
pub(crate) fn entropy() -> Entropy {
    let rng = std::sync::Mutex::new(ChaCha20Rng::from_seed([5; 32]));
    Entropy::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes))
}
