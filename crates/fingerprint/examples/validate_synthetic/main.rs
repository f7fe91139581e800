//! Holds synthetic prints against real ones: `validate_synthetic PRINTS PERSONS LIST.tsv…`.
//!
//! Each list names the prints of one real set: lines `id<TAB>path<TAB>dpi`, path relative to the list,
//! id as `finger_impression`; a path ending in `.nft` is a template in native form, any other an image. Synthetic
//! sets are made in the same size (sampled templates of PERSONS persons, and PRINTS grown fingers
//! with their pictures extracted), all are compared by the same program, and the distributions are
//! set side by side. Sampled templates hold no texture, so they are held against the real ones without
//! theirs. The tables at the end are those of `SYNTHETIC.md`.

mod measure;
mod report;
mod sets;

use std::error::Error;
use std::path::Path;

use measure::Measured;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: validate_synthetic PRINTS PERSONS LIST.tsv…";
    let prints: u16 = arguments.next().ok_or(usage)?.parse().map_err(|_| usage)?;
    let persons: u64 = arguments.next().ok_or(usage)?.parse().map_err(|_| usage)?;
    let (mut real, mut by_minutiae) = (Vec::new(), Vec::new());
    for list in arguments {
        let set = sets::read(Path::new(&list))?;
        real.push(Measured::of(&set));
        by_minutiae.push(Measured::of(&set.without_texture()?));
    }
    if real.is_empty() {
        return Err(usage.into());
    }
    let sampled = Measured::of(&sets::sampled(persons));
    let grown = (prints > 0).then(|| Measured::of(&sets::grown(prints)));
    let all = real.iter().chain(&by_minutiae).chain([&sampled]).chain(&grown);
    report::quantiles(&all.collect::<Vec<_>>());
    report::gates(&sampled, &Measured::pooled(&by_minutiae));
    if let Some(grown) = grown {
        report::gates(&grown, &Measured::pooled(&real));
    }
    Ok(())
}
