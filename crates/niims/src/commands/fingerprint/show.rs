//! `niims fingerprint show`: two prints compared, and drawn.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use niims_fingerprint::draw::pair_svg;
use niims_fingerprint::{
    Extraction, GrayImage, ImageLimits, Prepared, compare, decode_image, extract,
};

use super::input::read_file;
use super::output::write_whole;

pub fn run(first: &Path, second: &Path, dpi: u16, out: Option<&Path>) -> Result<ExitCode> {
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
        write_whole(out, |file| Ok(file.write_all(svg.as_bytes())?))?;
        println!("{}", out.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn load(path: &Path, dpi: u16) -> Result<(GrayImage, Extraction)> {
    let shown = path.display();
    let bytes = read_file(path, ImageLimits::default().max_file_bytes as u64)
        .map_err(|why| anyhow!("{shown}: {why}"))?;
    let picture =
        decode_image(&bytes, &ImageLimits::default()).with_context(|| format!("{shown}"))?;
    let extraction = extract(&picture, dpi).with_context(|| format!("{shown}"))?;
    Ok((picture, extraction))
}
