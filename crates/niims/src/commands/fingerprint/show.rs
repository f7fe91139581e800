//! `niims fingerprint show`: two prints compared, and drawn.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use niims_fingerprint::draw::{PrintSide, pair_page, pair_svg};
use niims_fingerprint::evaluation::is_template;
use niims_fingerprint::extract::Trace;
use niims_fingerprint::{
    Comparison, Extraction, GrayImage, ImageLimits, Prepared, compare, decode_image, extract_traced,
};

use super::input::read_file;
use super::output::write_whole;

/// A print with everything that is drawn of it.
struct Print {
    title: String,
    picture: GrayImage,
    extraction: Extraction,
    trace: Trace,
}

pub fn run(files: (&Path, &Path), dpi: (u16, u16), out: Option<&Path>) -> Result<ExitCode> {
    let (first, second) = (load(files.0, dpi.0)?, load(files.1, dpi.1)?);
    let comparison = compare(
        &Prepared::new(&first.extraction.template),
        &Prepared::new(&second.extraction.template),
    );
    println!(
        "score {:.1} nats, {} minutiae laid upon each other",
        f64::from(comparison.score) / 1000.0,
        comparison.paired.len()
    );
    if let Some(out) = out {
        let text = drawing(&first, &second, &comparison, out);
        write_whole(out, |file| Ok(file.write_all(text.as_bytes())?))?;
        println!("{}", out.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// A page, or the bare drawing where the file's name ends with `.svg`.
fn drawing(first: &Print, second: &Print, comparison: &Comparison, out: &Path) -> String {
    if out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("svg")) {
        return pair_svg(
            (&first.picture, &first.extraction.template),
            (&second.picture, &second.extraction.template),
            comparison,
            (&first.title, &second.title),
        );
    }
    pair_page(&side(first), &side(second), comparison)
}

fn side(print: &Print) -> PrintSide<'_> {
    PrintSide {
        title: &print.title,
        picture: &print.picture,
        extraction: &print.extraction,
        trace: &print.trace,
    }
}

fn load(path: &Path, dpi: u16) -> Result<Print> {
    let shown = path.display();
    let limits = ImageLimits::default();
    let bytes =
        read_file(path, limits.max_file_bytes as u64).map_err(|why| anyhow!("{shown}: {why}"))?;
    if is_template(&bytes) {
        bail!(
            "{shown} is a template; give the image it came from, so that there is something to show"
        );
    }
    let picture = decode_image(&bytes, &limits).with_context(|| format!("{shown}"))?;
    let (extraction, trace) = extract_traced(&picture, dpi).with_context(|| format!("{shown}"))?;
    let title = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok(Print { title, picture, extraction, trace })
}
