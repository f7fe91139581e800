//! Synthetic people who are enrolled among the real ones, so that it is known who should be found.

use hkdf::Hkdf;
use niims_fingerprint::FingerPosition;
use niims_fingerprint::synthetic::ImpressionConditions;
use niims_fingerprint::synthetic::sample::PersonSampler;
use niims_record::GalleryReference;
use niims_wire::abis::FingerTemplate;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::modality::Biometrics;

/// After which insertions a synthetic person follows, and who that is. All of it follows from a secret of
/// the gallery, so that nothing need be stored, a gallery rebuilt has the same people, and nobody without
/// the key can tell them from others.
pub(crate) struct Canaries {
    secret: Zeroizing<[u8; 32]>,
    one_in: u64,
}

/// One synthetic person.
pub(crate) struct Canary {
    pub(crate) reference: GalleryReference,
    person: PersonSampler,
}

impl Canaries {
    /// One after so many insertions on average; none at all for 0.
    pub(crate) fn new(secret: Zeroizing<[u8; 32]>, one_in: u64) -> Self {
        Self { secret, one_in }
    }

    /// The synthetic person who follows the insertion with this sequence number, if one does.
    #[expect(clippy::expect_used, reason = "40 bytes are below HKDF's bound of 8160")]
    pub(crate) fn after(&self, sequence: u64) -> Option<Canary> {
        if self.one_in == 0 {
            return None;
        }
        let mut drawn = [0; 40];
        Hkdf::<Sha256>::new(Some(b"niims canary"), &*self.secret)
            .expand(&sequence.to_be_bytes(), &mut drawn)
            .expect("40 bytes are below HKDF's bound");
        let [chance, population, number] = [0, 8, 16].map(|at| number_at(&drawn, at));
        if chance % self.one_in != 0 {
            return None;
        }
        let mut reference = [0; 16];
        reference.copy_from_slice(&drawn[24..]);
        Some(Canary {
            reference: GalleryReference::from_bytes(reference),
            person: PersonSampler::new(population, number),
        })
    }
}

impl Canary {
    /// What is enrolled.
    pub(crate) fn enrolled(&self) -> Biometrics {
        Biometrics { fingers: self.impression(0), ..Biometrics::default() }
    }

    /// Another capture of the same person.
    pub(crate) fn probe(&self) -> Biometrics {
        Biometrics { fingers: self.impression(1), ..Biometrics::default() }
    }

    fn impression(&self, number: u32) -> Vec<FingerTemplate> {
        let conditions = ImpressionConditions::operational();
        FingerPosition::all()
            .into_iter()
            .map(|position| {
                let template = self.person.finger(position).impression(number, &conditions);
                let quality = template.quality();
                FingerTemplate { position, quality, template: template.to_bytes() }
            })
            .collect()
    }
}

fn number_at(bytes: &[u8; 40], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |eight| u64::from_be_bytes(*eight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_follow_from_the_secret_at_the_rate_set() {
        let canaries = |secret, one_in| Canaries::new(Zeroizing::new([secret; 32]), one_in);
        let of = |canaries: &Canaries| -> Vec<(u64, GalleryReference)> {
            (1..=2_000).filter_map(|s| Some((s, canaries.after(s)?.reference))).collect()
        };
        let own = of(&canaries(1, 20));
        assert!((60..140).contains(&own.len()), "{}", own.len());
        assert_eq!(own, of(&canaries(1, 20)));
        assert_ne!(own, of(&canaries(2, 20)));
        assert!(of(&canaries(1, 0)).is_empty());
        let one = canaries(1, 1).after(7).unwrap();
        assert_eq!(one.enrolled().fingers.len(), 10);
        assert!(one.enrolled() != one.probe());
    }
}
