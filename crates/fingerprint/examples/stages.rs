//! Prints the milliseconds of each stage of extraction: `stages LIST.tsv [LIST.tsv …]`.
//!
//! A list has lines `id<TAB>path<TAB>dpi`, paths relative to the list. Each print is extracted
//! seven times and each stage's fastest run counts; the figures are means over the prints of a
//! list. Time on the processor is counted, so that other work on the machine matters little.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use niims_fingerprint::{ImageLimits, decode_image, extract_watched};
use rustix::time::{ClockId, clock_gettime};

/// Milliseconds that this thread has spent on the processor.
fn now() -> f64 {
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    spent.tv_sec as f64 * 1e3 + spent.tv_nsec as f64 / 1e6
}

/// Runs of each print.
const RUNS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    for list in std::env::args().skip(1) {
        stages(Path::new(&list))?;
    }
    Ok(())
}

fn stages(list: &Path) -> Result<(), Box<dyn Error>> {
    let folder = list.parent().unwrap_or(Path::new("."));
    let mut order: Vec<&'static str> = Vec::new();
    let mut sums: BTreeMap<&'static str, f64> = BTreeMap::new();
    let mut prints = 0.0;
    for line in fs::read_to_string(list)?.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [_, path, dpi] = fields[..] else {
            return Err(format!("not id, path and dpi: {line}").into());
        };
        let picture = decode_image(&fs::read(folder.join(path))?, &ImageLimits::default())?;
        let mut fastest: BTreeMap<&'static str, f64> = BTreeMap::new();
        for _ in 0..RUNS {
            let mut start = now();
            let mut watch = |stage| {
                let milliseconds = now() - start;
                let least = fastest.entry(stage).or_insert(f64::INFINITY);
                *least = least.min(milliseconds);
                if !order.contains(&stage) {
                    order.push(stage);
                }
                start = now();
            };
            // A refused print is timed up to its refusal.
            let _refused = extract_watched(&picture, dpi.parse()?, &mut watch).is_err();
        }
        for (stage, milliseconds) in fastest {
            *sums.entry(stage).or_default() += milliseconds;
        }
        prints += 1.0;
    }
    println!("{}: {prints} prints", list.display());
    for stage in order {
        println!("  {stage:24} {:7.2} ms", sums[stage] / prints);
    }
    println!("  {:24} {:7.2} ms", "all", sums.values().sum::<f64>() / prints);
    Ok(())
}
