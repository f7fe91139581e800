//! A sampled person: what the ten fingers have in common, and the seeds of everything else.

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

use super::finger::FingerSampler;
use crate::finger::FingerPosition;
use crate::synthetic::draw;
use crate::synthetic::finger::PersonTraits;

/// One person of a sampled population.
///
/// Costs about 100 bytes and a microsecond; the fingers are drawn on demand.
#[derive(Clone, Debug)]
pub struct PersonSampler {
    population: u64,
    number: u64,
    pub(super) traits: PersonTraits,
    /// Person's part of the quality of the skin, standard normal.
    pub(super) quality: f32,
    /// Person's part of the number of minutiae, standard normal.
    pub(super) count: f32,
}

impl PersonSampler {
    /// Person `number` of a population; equal numbers give equal persons on every machine.
    pub fn new(population: u64, number: u64) -> Self {
        let rng = &mut generator(population, number, 0, 0);
        Self {
            population,
            number,
            traits: PersonTraits::adult(rng),
            quality: draw::normal(rng, 0.0, 1.0),
            count: draw::normal(rng, 0.0, 1.0),
        }
    }

    /// One of the person's fingers; an unknown position gives an eleventh of random class.
    pub fn finger(&self, position: FingerPosition) -> FingerSampler {
        FingerSampler::draw(self, position)
    }

    /// What the ten fingers have in common.
    pub fn traits(&self) -> &PersonTraits {
        &self.traits
    }

    /// The generator of a finger (`impression` 0) or of one of its impressions (from 1).
    pub(super) fn generator(&self, position: FingerPosition, impression: u64) -> ChaCha8Rng {
        generator(self.population, self.number, 1 + u64::from(position.code()), impression)
    }
}

fn generator(population: u64, number: u64, finger: u64, impression: u64) -> ChaCha8Rng {
    let mut seed = [0; 32];
    for (bytes, value) in
        seed.as_chunks_mut::<8>().0.iter_mut().zip([population, number, finger, impression])
    {
        *bytes = value.to_le_bytes();
    }
    ChaCha8Rng::from_seed(seed)
}
