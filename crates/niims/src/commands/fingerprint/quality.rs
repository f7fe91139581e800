//! `niims fingerprint quality`: how good a print is, and why.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use niims_fingerprint::{ImageLimits, decode_image, extract};

use super::input::read_file;

pub fn run(image: &Path, dpi: u16) -> Result<ExitCode> {
    let shown = image.display();
    let bytes = read_file(image, ImageLimits::default().max_file_bytes as u64)
        .map_err(|why| anyhow!("{shown}: {why}"))?;
    let picture =
        decode_image(&bytes, &ImageLimits::default()).with_context(|| format!("{shown}"))?;
    let extraction = extract(&picture, dpi).with_context(|| format!("{shown}"))?;
    println!("quality {} of 100", extraction.quality.score);
    println!("minutiae {}", extraction.template.minutiae().len());
    for reason in &extraction.quality.reasons {
        println!("because {}", reason.words());
    }
    Ok(ExitCode::SUCCESS)
}
