//! People that do not exist, and prints of their fingers, each made once.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, GrayImage};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The fingers that each person gives: two suffice to be told apart.
pub const FINGERS: [FingerPosition; 2] = [FingerPosition::RightThumb, FingerPosition::LeftIndex];

type Fingers = HashMap<(u8, FingerPosition), MasterFinger>;

static GROWN: LazyLock<Mutex<Fingers>> = LazyLock::new(Mutex::default);

/// One print of a finger; another number is another print of the same finger.
pub fn print(person: u8, position: FingerPosition, number: u8) -> GrayImage {
    let mut grown = GROWN.lock().unwrap_or_else(PoisonError::into_inner);
    let finger = grown.entry((person, position)).or_insert_with(|| {
        let rng = &mut ChaCha8Rng::from_seed([person; 32]);
        let traits = PersonTraits::adult(rng);
        let mut seed = [person; 32];
        seed[0] = 100 + position.code();
        MasterFinger::grow(seed, position, &traits)
    });
    let mut seed = [number; 32];
    seed[0] = person;
    seed[1] = position.code();
    finger.impression(&mut ChaCha8Rng::from_seed(seed), &ImpressionConditions::good())
}
