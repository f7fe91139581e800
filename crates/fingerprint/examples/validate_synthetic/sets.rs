//! Sets of prints: read from lists, sampled as templates, grown as pictures.

use std::error::Error;
use std::fs;
use std::path::Path;

use niims_fingerprint::synthetic::sample::PersonSampler;
use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, ImageLimits, Template, decode_image, extract};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
use rayon::prelude::*;

/// Impressions of each synthetic finger.
const IMPRESSIONS: u32 = 2;

/// The templates of one set, with the finger of each.
pub struct Set {
    /// What to call it.
    pub name: String,
    /// Finger and template; refused prints are left out.
    pub prints: Vec<(String, Template)>,
}

impl Set {
    /// The same templates, to be compared by their minutiae alone.
    pub fn without_texture(self) -> Result<Self, Box<dyn Error>> {
        let mut prints = Vec::new();
        for (finger, template) in self.prints {
            prints.push((finger, template.with_texture(None)?));
        }
        Ok(Self { name: format!("{}, minutiae", self.name), prints })
    }
}

/// Reads a list of images or templates.
pub fn read(list: &Path) -> Result<Set, Box<dyn Error>> {
    let folder = list.parent().unwrap_or(Path::new("."));
    let text = fs::read_to_string(list)?;
    let lines: Vec<&str> = text.lines().collect();
    let prints: Result<Vec<Option<(String, Template)>>, String> = lines
        .par_iter()
        .map(|line| one(folder, line).map_err(|error| format!("{line}: {error}")))
        .collect();
    let name = list.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Set { name, prints: prints?.into_iter().flatten().collect() })
}

fn one(folder: &Path, line: &str) -> Result<Option<(String, Template)>, Box<dyn Error>> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [id, path, dpi] = fields[..] else {
        return Err("not id, path and dpi".into());
    };
    let finger = id.rsplit_once('_').ok_or("not finger_impression")?.0.to_owned();
    let bytes = fs::read(folder.join(path))?;
    if Path::new(path).extension().is_some_and(|extension| extension == "nft") {
        return Ok(Some((finger, Template::from_bytes(&bytes)?)));
    }
    let picture = decode_image(&bytes, &ImageLimits::default())?;
    Ok(extract(&picture, dpi.parse()?).ok().map(|found| (finger, found.template)))
}

/// Sampled templates of `persons` persons, eight fingers each as in the operational set: the
/// thumbs are left out.
pub fn sampled(persons: u64) -> Set {
    let conditions = ImpressionConditions::operational();
    let prints = (0..persons)
        .into_par_iter()
        .flat_map_iter(|number| {
            let person = PersonSampler::new(20_190_107, number);
            fingers().flat_map(move |position| {
                let finger = person.finger(position);
                (0..IMPRESSIONS).map(move |i| {
                    (format!("{number}-{position}"), finger.impression(i, &conditions))
                })
            })
        })
        .collect();
    Set { name: "sampled".to_owned(), prints }
}

/// Grown fingers, eight to a person, with pictures under the operational mix of conditions.
pub fn grown(count: u16) -> Set {
    let prints = (0..count)
        .into_par_iter()
        .flat_map_iter(|number| {
            let person = number / 8;
            let position =
                fingers().nth(usize::from(number % 8)).unwrap_or(FingerPosition::Unknown);
            let traits = PersonTraits::adult(&mut generator(person, 200));
            let seed = seed(number, 201);
            let finger = MasterFinger::grow(seed, position, &traits);
            let prints: Vec<_> = (0..IMPRESSIONS as u8)
                .filter_map(|impression| {
                    let rng = &mut generator(number, impression);
                    let conditions = ImpressionConditions::operational();
                    let found = extract(&finger.impression(rng, &conditions), 500).ok()?;
                    Some((format!("{person}-{position}"), found.template))
                })
                .collect();
            prints
        })
        .collect();
    Set { name: "grown".to_owned(), prints }
}

fn fingers() -> impl Iterator<Item = FingerPosition> {
    use FingerPosition::{LeftThumb, RightThumb};
    FingerPosition::all().into_iter().filter(|f| ![RightThumb, LeftThumb].contains(f))
}

fn seed(number: u16, purpose: u8) -> [u8; 32] {
    let mut seed = [purpose; 32];
    seed[..2].copy_from_slice(&number.to_le_bytes());
    seed
}

fn generator(number: u16, purpose: u8) -> ChaCha8Rng {
    ChaCha8Rng::from_seed(seed(number, purpose))
}
