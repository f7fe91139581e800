//! `niims fingerprint bench`: what the engine costs on one core of this machine.

mod measure;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use niims_fingerprint::evaluation::is_template;
use niims_fingerprint::{
    GrayImage, ImageLimits, Prepared, Template, TemplateFormat, decode_image, extract,
};
use serde_json::{Value, json};

use super::extract::encode;
use super::input;
use measure::Measured;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Timed runs after one that is not; the median counts.
    pub runs: usize,
    /// Most prints, taken at even steps from the list.
    pub most: usize,
}

/// What is measured, after everything was read.
struct Sample {
    /// Files of images, as read, with their resolution.
    files: Vec<(Vec<u8>, u16)>,
    pictures: Vec<(GrayImage, u16)>,
    templates: Vec<Template>,
    refused: usize,
}

/// The result, all of one core.
struct Report {
    decoding: Measured,
    extraction: Measured,
    preparation: Measured,
    comparison: Measured,
}

pub fn run(list: &Path, dpi: Option<u16>, effort: Effort, as_json: bool) -> Result<ExitCode> {
    let prints = input::read_list(list, dpi)?;
    // One thread, so that nothing below can use a second core.
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .context("the thread did not start")?;
    pool.install(|| {
        let sample = read(&prints, effort.most);
        if sample.templates.len() < 2 {
            bail!("fewer than two prints of the list can be used; there is nothing to compare");
        }
        let prepared: Vec<Prepared> = sample.templates.iter().map(Prepared::new).collect();
        let report = measure_all(&sample, &prepared, effort.runs);
        let sizes = sizes(&sample, &prepared);
        let value = as_value(&sample, &report, &sizes, effort);
        if as_json {
            println!("{value:#}");
        } else {
            print_table(&sample, &report, &sizes, effort);
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn read(prints: &input::Prints, most: usize) -> Sample {
    let (count, mut sample) = (prints.entries.len(), empty());
    let taken = count.min(most);
    for entry in (0..taken).map(|i| &prints.entries[i * count / taken]) {
        if let Err(why) = read_one(&prints.path(entry), entry.dpi, &mut sample) {
            eprintln!("line {}, {} ({}): {why}", entry.line, entry.id, entry.path);
            sample.refused += 1;
        }
    }
    sample
}

fn empty() -> Sample {
    Sample { files: vec![], pictures: vec![], templates: vec![], refused: 0 }
}

fn read_one(path: &Path, dpi: Option<u16>, sample: &mut Sample) -> input::Outcome<()> {
    let template = input::template_of(path, dpi)?;
    let limits = ImageLimits::default();
    let bytes = input::read_file(path, limits.max_file_bytes as u64)?;
    if let (false, Some(dpi)) = (is_template(&bytes), dpi) {
        let picture = decode_image(&bytes, &limits).map_err(|why| why.to_string())?;
        sample.pictures.push((picture, dpi));
        sample.files.push((bytes, dpi));
    }
    sample.templates.push(template);
    Ok(())
}

fn measure_all(sample: &Sample, prepared: &[Prepared], runs: usize) -> Report {
    let limits = ImageLimits::default();
    let decode = || sample.files.iter().for_each(|(file, _)| keep(decode_image(file, &limits)));
    let extract_all = || sample.pictures.iter().for_each(|(print, dpi)| keep(extract(print, *dpi)));
    let prepare = || sample.templates.iter().for_each(|template| keep(Prepared::new(template)));
    let compare_all = || {
        for (index, first) in prepared.iter().enumerate() {
            for second in &prepared[index + 1..] {
                keep(niims_fingerprint::compare(first, second));
            }
        }
    };
    let pairs = prepared.len() * (prepared.len() - 1) / 2;
    Report {
        decoding: measure::measure(runs, sample.files.len(), decode),
        extraction: measure::measure(runs, sample.pictures.len(), extract_all),
        preparation: measure::measure(runs, sample.templates.len(), prepare),
        comparison: measure::measure(runs, pairs, compare_all),
    }
}

/// Keeps the compiler from leaving out work whose result nobody looks at.
fn keep<T>(value: T) {
    drop(std::hint::black_box(value));
}

/// Mean bytes of a template: name and size.
fn sizes(sample: &Sample, prepared: &[Prepared]) -> Vec<(&'static str, usize)> {
    let mean = |total: usize| total / sample.templates.len().max(1);
    let stored = |form| {
        let bytes = sample.templates.iter().filter_map(|template| encode(template, form).ok());
        mean(bytes.map(|bytes| bytes.len()).sum())
    };
    let forms = TemplateFormat::ALL.into_iter();
    let mut sizes: Vec<_> = forms.map(|form| (form.name(), stored(form))).collect();
    sizes.push(("prepared", mean(prepared.iter().map(Prepared::memory).sum())));
    sizes
}

fn mean_side(sample: &Sample) -> (u64, u64) {
    let count = sample.pictures.len().max(1) as u64;
    let sum = |side: fn(&GrayImage) -> u32| {
        sample.pictures.iter().map(|(picture, _)| u64::from(side(picture))).sum::<u64>() / count
    };
    (sum(GrayImage::width), sum(GrayImage::height))
}

fn as_value(
    sample: &Sample,
    report: &Report,
    sizes: &[(&'static str, usize)],
    effort: Effort,
) -> Value {
    let (width, height) = mean_side(sample);
    let minutiae: usize = sample.templates.iter().map(|t| t.minutiae().len()).sum();
    json!({
        "prints": sample.templates.len(),
        "images": sample.pictures.len(),
        "refused": sample.refused,
        "mean_width": width,
        "mean_height": height,
        "mean_minutiae": minutiae as f64 / sample.templates.len() as f64,
        "runs": effort.runs,
        "clock": measure::CLOCK,
        "decode_ms": report.decoding.as_value(),
        "extract_ms": report.extraction.as_value(),
        "prepare_ms": report.preparation.as_value(),
        "compare_ms": report.comparison.as_value(),
        "comparisons_per_second": report.comparison.per_second(),
        "bytes": sizes.iter().map(|(name, size)| ((*name).to_owned(), json!(size)))
            .collect::<serde_json::Map<_, _>>(),
    })
}

fn print_table(sample: &Sample, report: &Report, sizes: &[(&'static str, usize)], effort: Effort) {
    let (width, height) = mean_side(sample);
    println!(
        "{} prints ({} images, {width} × {height} pixels on average), {} refused",
        sample.templates.len(),
        sample.pictures.len(),
        sample.refused
    );
    println!("one core, {}, median of {} runs after one to warm up", measure::CLOCK, effort.runs);
    for (name, measured) in [
        ("decode an image", &report.decoding),
        ("extract a template", &report.extraction),
        ("prepare a template", &report.preparation),
        ("compare, both prepared", &report.comparison),
    ] {
        println!("{name:<24}{}", measured.in_words());
    }
    println!("{:<24}{:>10.0}", "comparisons a second", report.comparison.per_second());
    for (name, size) in sizes {
        println!("{:<24}{size:>10} bytes", format!("{name} template"));
    }
}
