//! Holds synthetic prints against real ones: `validate_synthetic PRINTS PERSONS LIST.tsv…`.
//!
//! Each list names the prints of one real set: lines `id<TAB>path<TAB>dpi`, path relative to the list,
//! id as `finger_impression`; a path ending in `.nft` is a template in native form, any other an image. Synthetic
//! sets are made in the same size (sampled templates of PERSONS persons, and PRINTS grown fingers
//! with their pictures extracted), all are compared by the same program, and the distributions are
//! set side by side. The table at the end is that of `SYNTHETIC.md`.

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
    let mut real = Vec::new();
    for list in arguments {
        real.push(Measured::of(&sets::read(Path::new(&list))?));
    }
    if real.is_empty() {
        return Err(usage.into());
    }
    let mut synthetic = vec![Measured::of(&sets::sampled(persons))];
    if prints > 0 {
        synthetic.push(Measured::of(&sets::grown(prints)));
    }
    report::quantiles(&real.iter().chain(&synthetic).collect::<Vec<_>>());
    let pooled = Measured::pooled(&real);
    for set in &synthetic {
        for reference in real.iter().chain([&pooled]) {
            report::gates(set, reference);
        }
    }
    Ok(())
}
