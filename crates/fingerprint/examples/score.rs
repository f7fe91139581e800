//! Scores all pairs of a list of prints: `score [--wsq BITS] LIST.tsv OUT.csv [LIST.tsv OUT.csv …]`.
//! With `--wsq` each picture is first compressed to so many bits a pixel, as kits seal them.
//!
//! The same lists and tables as `niims fingerprint score` (see the `evaluation` module), without
//! the rest of the workspace. Times and sizes go to the error stream.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use niims_fingerprint::evaluation::{Refusal, parse, put_row, read_print};
use niims_fingerprint::{
    ImageLimits, Prepared, Template, decode_image, encode_wsq, stated_resolution,
};
use rayon::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let rate = match arguments.first().map(String::as_str) {
        Some("--wsq") if arguments.len() > 1 => {
            let rate: f64 = arguments[1].parse()?;
            arguments.drain(..2);
            Some(rate)
        }
        _ => None,
    };
    if arguments.is_empty() || arguments.len() % 2 == 1 {
        return Err("usage: score [--wsq BITS] LIST.tsv OUT.csv [LIST.tsv OUT.csv …]".into());
    }
    for files in arguments.chunks_exact(2) {
        score(Path::new(&files[0]), Path::new(&files[1]), rate)?;
    }
    Ok(())
}

/// The picture as a kit would have sealed it.
fn compressed(bytes: &[u8], dpi: u16, rate: f64) -> Result<Vec<u8>, Box<dyn Error>> {
    let picture = decode_image(bytes, &ImageLimits::default())?;
    Ok(encode_wsq(&picture, Some(stated_resolution(bytes).unwrap_or(dpi)), rate)?)
}

fn score(list: &Path, out: &Path, rate: Option<f64>) -> Result<(), Box<dyn Error>> {
    let folder = list.parent().unwrap_or(Path::new("."));
    let entries = parse(&fs::read(list)?)
        .map_err(|faults| format!("{}: {}", list.display(), faults[0]))?
        .entries;
    let mut prints = Vec::new();
    let mut spent = Duration::ZERO;
    for entry in &entries {
        let mut bytes = fs::read(folder.join(&entry.path))?;
        if let Some(rate) = rate {
            bytes = compressed(&bytes, entry.dpi.unwrap_or(500), rate)?;
        }
        let start = Instant::now();
        let template = read_print(&bytes, entry.dpi);
        spent += start.elapsed();
        prints.push(template);
    }
    report(list, &prints, spent.as_secs_f64());
    let prepared: Vec<(String, Option<Prepared>)> = entries
        .into_iter()
        .zip(&prints)
        .map(|(entry, template)| (entry.id, template.as_ref().ok().map(Prepared::new)))
        .collect();
    let start = Instant::now();
    let rows: Vec<String> = (0..prepared.len())
        .into_par_iter()
        .map(|index| {
            let mut row = String::new();
            put_row(&mut row, index, &prepared);
            row
        })
        .collect();
    let pairs = prints.len() * prints.len().saturating_sub(1) / 2;
    let rate = pairs as f64 / start.elapsed().as_secs_f64() / rayon::current_num_threads() as f64;
    eprintln!("  {pairs} comparisons, {rate:.0} a second and thread");
    fs::write(out, rows.concat())?;
    Ok(())
}

fn report(list: &Path, prints: &[Result<Template, Refusal>], seconds: f64) {
    let templates: Vec<&Template> = prints.iter().filter_map(|t| t.as_ref().ok()).collect();
    let count = templates.len().max(1) as f64;
    let minutiae: usize = templates.iter().map(|t| t.minutiae().len()).sum();
    let bytes: usize = templates.iter().map(|t| t.to_bytes().len()).sum();
    eprintln!(
        "{}: {} prints, {} refused, {:.1} ms to read and extract one, {:.1} minutiae, {:.0} bytes a template",
        list.display(),
        prints.len(),
        prints.len() - templates.len(),
        seconds * 1000.0 / prints.len().max(1) as f64,
        minutiae as f64 / count,
        bytes as f64 / count,
    );
}
