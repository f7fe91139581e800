//! The people, drawn from their numbers.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use niims_abis::modality::Biometrics;
use niims_abis::search::{Change, ChangeFeed, SearchError};
use niims_fingerprint::synthetic::ImpressionConditions;
use niims_fingerprint::synthetic::sample::PersonSampler;
use niims_fingerprint::{Assignment, FingerPosition};
use niims_record::GalleryReference;
use niims_wire::abis::FingerTemplate;
use rayon::prelude::*;

/// Those of this population are enrolled; strangers are of the next.
const POPULATION: u64 = 1;

/// The feed of a gallery in which person *n* was enrolled by change *n*.
pub(super) struct SampledPeople {
    enrolled: AtomicU64,
}

impl SampledPeople {
    pub(super) fn new(people: u64) -> Self {
        Self { enrolled: AtomicU64::new(people) }
    }

    /// Enrols the next person; gives the number of people.
    pub(super) fn enrol_one(&self) -> u64 {
        self.enrolled.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn enrolled(&self) -> u64 {
        self.enrolled.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl ChangeFeed for SampledPeople {
    async fn changes(
        &self,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        let last = up_to.min(self.enrolled()).min(after.saturating_add(at_most as u64));
        let insert = |person: u64| Change::Inserted {
            sequence: person,
            reference: reference(person),
            biometrics: Biometrics {
                fingers: sample(POPULATION, person, 0),
                ..Biometrics::default()
            },
        };
        Ok((after + 1..last + 1).into_par_iter().map(insert).collect())
    }
}

/// The reference under which a person is enrolled.
pub(super) fn reference(person: u64) -> GalleryReference {
    GalleryReference::from_bytes(u128::from(person).to_be_bytes())
}

/// Who is searched for, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbeKind {
    /// Somebody enrolled, by another impression of all ten fingers.
    Mates,
    /// Somebody enrolled, ten fingers, left hand given as right and right as left.
    ExchangedHands,
    /// Somebody enrolled, by two index fingers and two thumbs.
    FourFingers,
    /// Somebody enrolled, by two index fingers.
    TwoFingers,
    /// Somebody who is not enrolled, all ten fingers.
    Strangers,
}

impl ProbeKind {
    /// All, in the order of reports.
    pub const ALL: [Self; 5] =
        [Self::Mates, Self::Strangers, Self::ExchangedHands, Self::FourFingers, Self::TwoFingers];

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Mates => "mates, ten fingers",
            Self::ExchangedHands => "mates, hands exchanged",
            Self::FourFingers => "mates, four fingers",
            Self::TwoFingers => "mates, two fingers",
            Self::Strangers => "strangers, ten fingers",
        }
    }

    /// Whether the person searched for is enrolled.
    pub const fn is_mated(self) -> bool {
        !matches!(self, Self::Strangers)
    }

    /// A probe of a person, and its mean quality, 0 to 100.
    pub(super) fn probe(self, person: u64) -> (Biometrics, u8) {
        use FingerPosition as F;
        let population = if self.is_mated() { POPULATION } else { POPULATION + 1 };
        let mut fingers = sample(population, person, 1);
        match self {
            Self::Mates | Self::Strangers => {}
            Self::ExchangedHands => {
                for finger in &mut fingers {
                    finger.position = Assignment::HandsExchanged.partner(finger.position);
                }
            }
            Self::FourFingers => fingers.retain(|finger| {
                [F::RightIndex, F::LeftIndex, F::RightThumb, F::LeftThumb]
                    .contains(&finger.position)
            }),
            Self::TwoFingers => {
                fingers.retain(|f| [F::RightIndex, F::LeftIndex].contains(&f.position));
            }
        }
        let sum: usize = fingers.iter().map(|finger| usize::from(finger.quality)).sum();
        let quality = sum.checked_div(fingers.len()).unwrap_or(0) as u8;
        (Biometrics { fingers, ..Biometrics::default() }, quality)
    }
}

fn sample(population: u64, person: u64, impression: u32) -> Vec<FingerTemplate> {
    let sampler = PersonSampler::new(population, person);
    let conditions = ImpressionConditions::operational();
    let finger = |position: &FingerPosition| {
        let template = sampler.finger(*position).impression(impression, &conditions);
        let quality = template.quality();
        FingerTemplate { position: *position, quality, template: template.to_bytes() }
    };
    FingerPosition::all().iter().map(finger).collect()
}
