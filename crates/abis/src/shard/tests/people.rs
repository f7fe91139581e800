//! People to enrol, who do not exist, and a feed of them.

use std::sync::RwLock;

use async_trait::async_trait;
use niims_fingerprint::template::{Minutia, MinutiaKind, SUBPIXEL};
use niims_fingerprint::{FingerPosition, Template};
use niims_record::GalleryReference;
use niims_wire::abis::FingerTemplate;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::modality::Biometrics;
use crate::search::{Change, ChangeFeed, SearchError};

/// The fingers of people in these tests, ten at most.
const POSITIONS: [FingerPosition; 10] = [
    FingerPosition::RightThumb,
    FingerPosition::RightIndex,
    FingerPosition::LeftThumb,
    FingerPosition::LeftIndex,
    FingerPosition::RightMiddle,
    FingerPosition::LeftMiddle,
    FingerPosition::RightRing,
    FingerPosition::LeftRing,
    FingerPosition::RightLittle,
    FingerPosition::LeftLittle,
];

/// Who the person with this number is called.
pub fn reference(person: u64) -> GalleryReference {
    GalleryReference::from_bytes(u128::from(person + 1).to_be_bytes())
}

/// The first `fingers` fingers of a person, as enrolled.
pub fn enrolled(person: u64, fingers: usize) -> Biometrics {
    biometrics(person, fingers, |template| template)
}

/// Another capture of them: moved by three pixels, a sixth of the minutiae lost.
pub fn probe(person: u64, fingers: usize) -> Biometrics {
    biometrics(person, fingers, |template| {
        let kept = template.minutiae().iter().enumerate().filter(|(at, _)| at % 6 != 0);
        let moved =
            kept.map(|(at, m)| Minutia { x: m.x + 3 * SUBPIXEL, y: m.y + (at % 7) as u16, ..*m });
        Template::new(340, 420, 70, moved.collect()).unwrap()
    })
}

fn biometrics(person: u64, fingers: usize, capture: impl Fn(Template) -> Template) -> Biometrics {
    let print = |(position, finger): (&FingerPosition, u64)| {
        let template = capture(template(person * 10 + finger));
        let (position, quality) = (*position, template.quality());
        FingerTemplate { position, quality, template: template.to_bytes() }
    };
    let fingers = POSITIONS.iter().zip(0..).take(fingers).map(print).collect();
    Biometrics { fingers, ..Biometrics::default() }
}

fn template(seed: u64) -> Template {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |limit: u16| (rng.next_u32() % u32::from(limit)) as u16;
    let minutiae = (0..36)
        .map(|_| Minutia {
            x: 100 + below(1_000),
            y: 100 + below(1_400),
            direction: below(256) as u8,
            kind: [MinutiaKind::Ending, MinutiaKind::Bifurcation][usize::from(below(2))],
            quality: 60,
        })
        .collect();
    Template::new(320, 400, 70, minutiae).unwrap()
}

/// A truth that is a list.
#[derive(Default)]
pub struct Feed(RwLock<Vec<Change>>);

impl Feed {
    /// People 0 to `people`, enrolled in that order, with so many fingers.
    pub fn of(people: u64, fingers: usize) -> Self {
        let feed = Self::default();
        (0..people).for_each(|person| feed.insert(person, fingers));
        feed
    }

    /// Enrols a person, or enrols them again.
    pub fn insert(&self, person: u64, fingers: usize) {
        let (reference, biometrics) = (reference(person), enrolled(person, fingers));
        self.push(|sequence| Change::Inserted { sequence, reference, biometrics });
    }

    /// Erases a person.
    pub fn remove(&self, person: u64) {
        self.push(|sequence| Change::Removed { sequence, reference: reference(person) });
    }

    /// The sequence number below which everything is that there is.
    pub fn end(&self) -> u64 {
        self.0.read().unwrap().last().map_or(0, Change::sequence) + 1
    }

    fn push(&self, change: impl FnOnce(u64) -> Change) {
        let mut changes = self.0.write().unwrap();
        let change = change(changes.last().map_or(0, Change::sequence) + 1);
        let gone = match &change {
            Change::Inserted { reference, .. } | Change::Removed { reference, .. } => *reference,
        };
        changes
            .retain(|old| !matches!(old, Change::Inserted { reference, .. } if *reference == gone));
        changes.push(change);
    }
}

#[async_trait]
impl ChangeFeed for Feed {
    async fn changes(
        &self,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        let changes = self.0.read().unwrap();
        let from = changes.partition_point(|change| change.sequence() <= after);
        let wanted = changes[from..].iter().take_while(|change| change.sequence() <= up_to);
        Ok(wanted.take(at_most).cloned().collect())
    }
}
