//! `niims fingerprint`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use niims_fingerprint::draw::pair_svg;
use niims_fingerprint::{
    Extraction, GrayImage, ImageLimits, Prepared, compare, decode_image, extract,
};

use crate::cli::FingerprintCommand;

pub fn run(command: FingerprintCommand) -> Result<ExitCode> {
    match command {
        FingerprintCommand::Quality { image, dpi } => quality(&image, dpi),
        FingerprintCommand::Show { first, second, dpi, out } => {
            show(&first, &second, dpi, out.as_deref())
        }
    }
}

fn load(path: &Path, dpi: u16) -> Result<(GrayImage, Extraction)> {
    let bytes = std::fs::read(path).with_context(|| format!("{}", path.display()))?;
    let picture = decode_image(&bytes, &ImageLimits::default())
        .with_context(|| format!("{}", path.display()))?;
    let extraction = extract(&picture, dpi).with_context(|| format!("{}", path.display()))?;
    Ok((picture, extraction))
}

fn quality(image: &Path, dpi: u16) -> Result<ExitCode> {
    let (_, extraction) = load(image, dpi)?;
    println!("quality {} of 100", extraction.quality.score);
    println!("minutiae {}", extraction.template.minutiae().len());
    for reason in &extraction.quality.reasons {
        println!("because {}", reason.name());
    }
    Ok(ExitCode::SUCCESS)
}

fn show(first: &Path, second: &Path, dpi: u16, out: Option<&Path>) -> Result<ExitCode> {
    let (first_picture, first) = load(first, dpi)?;
    let (second_picture, second) = load(second, dpi)?;
    let comparison = compare(&Prepared::new(&first.template), &Prepared::new(&second.template));
    println!(
        "score {:.1} nats, {} minutiae laid upon each other",
        f64::from(comparison.score) / 1000.0,
        comparison.paired.len()
    );
    if let Some(out) = out {
        let svg = pair_svg(
            (&first_picture, &first.template),
            (&second_picture, &second.template),
            &comparison,
            ("first", "second"),
        );
        std::fs::write(out, svg)?;
        println!("{}", out.display());
    }
    Ok(ExitCode::SUCCESS)
}
