//! Scores all pairs of a list of prints: `score LIST.tsv OUT.csv [LIST.tsv OUT.csv …]`.
//!
//! A list has lines `id<TAB>path<TAB>dpi`, paths relative to the list. The result has lines
//! `id,id,score` for every pair i < j of the list, −1 where a print was refused. Times and sizes
//! go to the error stream.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use niims_fingerprint::{ImageLimits, Prepared, Template, compare, decode_image, extract};
use rayon::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.is_empty() || arguments.len() % 2 == 1 {
        return Err("usage: score LIST.tsv OUT.csv [LIST.tsv OUT.csv …]".into());
    }
    for files in arguments.chunks_exact(2) {
        score(Path::new(&files[0]), Path::new(&files[1]))?;
    }
    Ok(())
}

fn score(list: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let folder = list.parent().unwrap_or(Path::new("."));
    let mut prints = Vec::new();
    let mut seconds = 0.0;
    for line in fs::read_to_string(list)?.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, path, dpi] = fields[..] else {
            return Err(format!("not id, path and dpi: {line}").into());
        };
        let picture = decode_image(&fs::read(folder.join(path))?, &ImageLimits::default())?;
        let start = Instant::now();
        let template = extract(&picture, dpi.parse()?).map(|extraction| extraction.template);
        seconds += start.elapsed().as_secs_f64();
        prints.push((id.to_owned(), template));
    }
    report(list, &prints, seconds);
    let prepared: Vec<Option<Prepared>> =
        prints.iter().map(|(_, template)| template.as_ref().ok().map(Prepared::new)).collect();
    let start = Instant::now();
    let lines: Vec<String> = (0..prints.len())
        .into_par_iter()
        .map(|i| {
            let mut lines = String::new();
            for j in i + 1..prints.len() {
                let score = match (&prepared[i], &prepared[j]) {
                    (Some(a), Some(b)) => compare(a, b).score.to_string(),
                    _ => "-1".to_owned(),
                };
                lines.extend([&prints[i].0, ",", &prints[j].0, ",", &score, "\n"]);
            }
            lines
        })
        .collect();
    let pairs = prints.len() * (prints.len() - 1) / 2;
    let rate = pairs as f64 / start.elapsed().as_secs_f64() / rayon::current_num_threads() as f64;
    eprintln!("  {pairs} comparisons, {rate:.0} a second and thread");
    fs::write(out, lines.concat())?;
    Ok(())
}

fn report<E>(list: &Path, prints: &[(String, Result<Template, E>)], seconds: f64) {
    let templates: Vec<&Template> = prints.iter().filter_map(|(_, t)| t.as_ref().ok()).collect();
    let count = templates.len().max(1) as f64;
    let minutiae: usize = templates.iter().map(|t| t.minutiae().len()).sum();
    let bytes: usize = templates.iter().map(|t| t.to_bytes().len()).sum();
    eprintln!(
        "{}: {} prints, {} refused, {:.1} ms an extraction, {:.1} minutiae, {:.0} bytes a template",
        list.display(),
        prints.len(),
        prints.len() - templates.len(),
        seconds * 1000.0 / prints.len().max(1) as f64,
        minutiae as f64 / count,
        bytes as f64 / count,
    );
}
