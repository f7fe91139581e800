//! `niims fingerprint score`: all pairs of a list.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use niims_fingerprint::Prepared;
use niims_fingerprint::evaluation::put_row;
use rayon::prelude::*;

use super::progress::Progress;
use super::{exit_code, input, output};
use crate::cli::ListInput;

/// Rows computed at a time for each thread: enough that none waits long, few enough that the text of
/// ten thousand prints stays below 10 MB.
const ROWS_PER_THREAD: usize = 16;

/// Prints in the order of the list; `None` where one was refused.
type Prints = Vec<(String, Option<Prepared>)>;

pub fn run(args: &ListInput, out: &Path) -> Result<ExitCode> {
    let list = input::read_list(&args.list, args.dpi)?;
    let pool = input::pool(args)?;
    let (mut refused, count) = (0, list.entries.len());
    output::write_whole(out, |file| {
        let begun = Instant::now();
        let prints = pool.install(|| prepare(&list));
        refused = prints.iter().filter(|(_, print)| print.is_none()).count();
        let extracted = begun.elapsed();
        let begun = Instant::now();
        let pairs = pool.install(|| write_rows(&prints, file))?;
        let rate = pairs as f64 / begun.elapsed().as_secs_f64().max(1e-9);
        eprintln!(
            "{} prints read in {:.1} s, {refused} refused; {pairs} pairs, {rate:.0} a second; {} threads",
            prints.len(),
            extracted.as_secs_f64(),
            pool.current_num_threads(),
        );
        Ok(())
    })?;
    Ok(exit_code(refused, count))
}

fn prepare(list: &input::Prints) -> Prints {
    let progress = Progress::new("prints read", list.entries.len() as u64);
    let outcomes = list.load(&progress, |_, template| Ok(Prepared::new(&template)));
    let ids = list.entries.iter().map(|entry| entry.id.clone());
    ids.zip(outcomes.into_iter().map(Result::ok)).collect()
}

/// Writes the rows in order and says how many pairs there were.
fn write_rows(prints: &Prints, file: &mut impl Write) -> Result<usize> {
    let pairs = prints.len() * (prints.len() - 1) / 2;
    let progress = Progress::new("pairs scored", pairs as u64);
    let at_a_time = ROWS_PER_THREAD * rayon::current_num_threads();
    for begin in (0..prints.len()).step_by(at_a_time) {
        let rows = begin..(begin + at_a_time).min(prints.len());
        let texts: Vec<String> = rows
            .into_par_iter()
            .map(|index| {
                let mut text = String::new();
                put_row(&mut text, index, prints);
                progress.advance((prints.len() - 1 - index) as u64);
                text
            })
            .collect();
        for text in texts {
            file.write_all(text.as_bytes()).context("the scores cannot be written")?;
        }
    }
    progress.finish();
    Ok(pairs)
}
