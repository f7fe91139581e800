//! Lists and prints from the disk, bounded before they are read.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use niims_fingerprint::evaluation::{self, Entry, is_template};
use niims_fingerprint::{ImageLimits, Template};
use rayon::prelude::*;

use super::progress::Progress;
use crate::cli::ListInput;

/// Largest list, bytes: half a million lines.
const LARGEST_LIST: u64 = 64 << 20;
/// Faults of a list that are printed; the rest are counted.
const FAULTS_PRINTED: usize = 20;

/// A list, ready to be worked through.
pub struct Prints {
    pub entries: Vec<Entry>,
    folder: PathBuf,
}

/// What came of one print: the template, or why there is none.
pub type Outcome<T> = std::result::Result<T, String>;

/// Reads a list; what was passed over is said on the error stream.
///
/// `dpi` is the resolution of images whose line states none.
pub fn read_list(path: &Path, dpi: Option<u16>) -> Result<Prints> {
    let shown = path.display();
    let bytes = read_file(path, LARGEST_LIST).map_err(|why| anyhow::anyhow!("{shown}: {why}"))?;
    let list = match evaluation::parse(&bytes) {
        Ok(list) => list,
        Err(faults) => bail!("{shown} cannot be used\n{}", told(&faults)),
    };
    for note in &list.notes {
        eprintln!("{shown}: {note}");
    }
    if list.entries.is_empty() {
        bail!("{shown} has no prints; write lines id<TAB>path<TAB>dpi");
    }
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut prints = Prints { entries: list.entries, folder };
    prints.state_resolutions(path, dpi)?;
    Ok(prints)
}

fn told(faults: &[impl ToString]) -> String {
    let mut lines: Vec<String> = faults
        .iter()
        .take(FAULTS_PRINTED)
        .map(|fault| format!("  {}", fault.to_string()))
        .collect();
    if faults.len() > FAULTS_PRINTED {
        lines.push(format!("  and {} more lines", faults.len() - FAULTS_PRINTED));
    }
    lines.join("\n")
}

impl Prints {
    /// Where a print lies: absolute, or in the list's folder.
    pub fn path(&self, entry: &Entry) -> PathBuf {
        self.folder.join(&entry.path)
    }

    /// Gives images without a resolution the default, or refuses the list if there is none: said
    /// before the work begins, not after an hour.
    fn state_resolutions(&mut self, list: &Path, default: Option<u16>) -> Result<()> {
        let mut faults = Vec::new();
        for index in 0..self.entries.len() {
            let entry = &self.entries[index];
            if entry.dpi.is_some() {
                continue;
            }
            match (default, begins_as_template(&self.path(entry))) {
                (_, true) => {}
                (Some(_), false) => self.entries[index].dpi = default,
                (None, false) => faults.push(format!(
                    "line {}: no resolution; write dots per inch as the third field, or give --dpi 500 for all such lines",
                    entry.line
                )),
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            bail!("{} cannot be used\n{}", list.display(), told(&faults))
        }
    }

    /// Works through all prints in parallel: each is read, made a template and handed to `then`.
    /// Outcomes come in the order of the list; refusals are told on the error stream in that order.
    pub fn load<T: Send>(
        &self,
        progress: &Progress,
        then: impl Fn(&Entry, Template) -> Outcome<T> + Sync,
    ) -> Vec<Outcome<T>> {
        let outcomes: Vec<Outcome<T>> = self
            .entries
            .par_iter()
            .map(|entry| {
                let template = template_of(&self.path(entry), entry.dpi);
                let outcome = template.and_then(|template| guarded(|| then(entry, template)));
                progress.advance(1);
                outcome
            })
            .collect();
        progress.finish();
        for (entry, outcome) in self.entries.iter().zip(&outcomes) {
            if let Err(why) = outcome {
                eprintln!("line {}, {} ({}): {why}", entry.line, entry.id, entry.path);
            }
        }
        outcomes
    }
}

/// The template of an image or of a template file.
pub fn template_of(path: &Path, dpi: Option<u16>) -> Outcome<Template> {
    let bytes = read_file(path, ImageLimits::default().max_file_bytes as u64)?;
    guarded(|| evaluation::read_print(&bytes, dpi).map_err(|why| chain(&why)))
}

/// One print that ends the engine must not end a run of thousands: it is refused and told.
fn guarded<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err("the engine failed on this print; please report it with the message above".to_owned())
    })
}

/// An error with all that lies behind it.
fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}

/// Everything in a file of at most `limit` bytes. Folders, pipes and devices are refused, since
/// they may have no end.
pub fn read_file(path: &Path, limit: u64) -> Outcome<Vec<u8>> {
    let unreadable = |why: std::io::Error| format!("cannot be read: {why}");
    let mut file = open(path)?;
    let mut bytes = Vec::new();
    file.by_ref().take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(format!("the file has more than the {limit} bytes allowed"));
    }
    Ok(bytes)
}

fn open(path: &Path) -> Outcome<File> {
    let unreadable = |why: std::io::Error| format!("cannot be read: {why}");
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err("cannot be read: it is not a file".to_owned());
    }
    File::open(path).map_err(unreadable)
}

/// Whether a file begins as a template does; an unreadable one is neither, and told when its turn
/// comes.
fn begins_as_template(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = open(path).is_ok_and(|file| file.take(32).read_to_end(&mut beginning).is_ok());
    read && is_template(&beginning)
}

/// Threads to work with.
pub fn pool(input: &ListInput) -> Result<rayon::ThreadPool> {
    let threads = input.threads.unwrap_or(0);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .context("the threads did not start")
}
