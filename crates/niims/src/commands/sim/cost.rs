//! `niims sim cost`: from measured galleries to what a nation needs, as a page.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use niims_sim::cost::{Assumptions, Estimate, Measured, estimate};
use serde_json::Value;

use super::cost_page;
use crate::cli::CostArgs;

pub(super) fn run(args: &CostArgs) -> Result<ExitCode> {
    let mut measured = Vec::new();
    for path in &args.measured {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let point = read(&text).with_context(|| {
            format!("{}: not what `niims sim gallery --json` prints", path.display())
        })?;
        measured.push(point);
    }
    measured.sort_by(|a, b| a.people.total_cmp(&b.people));
    let assumed = Assumptions {
        machine_gib: args.machine_gib,
        machine_processors: args.machine_processors,
        campaign_days: args.campaign_days,
        rest_ms: args.rest_ms,
        ..Assumptions::default()
    };
    let estimates: Option<Vec<Estimate>> =
        args.people.iter().map(|people| estimate(&measured, &assumed, *people as f64)).collect();
    let estimates = estimates.context("no gallery was measured")?;
    let page = cost_page::page(&measured, &assumed, &estimates);
    fs::write(&args.page, page).with_context(|| args.page.display().to_string())?;
    println!("{}", args.page.display());
    Ok(ExitCode::SUCCESS)
}

/// One line of figures.
fn read(text: &str) -> Result<Measured> {
    let value: Value = serde_json::from_str(text.trim())?;
    let number = |value: &Value, name: &str| {
        value[name].as_f64().ok_or_else(|| anyhow!("the figure {name} is missing"))
    };
    let kind = |kind: &str| {
        let searches = value["searches"].as_array().into_iter().flatten();
        let mut found = searches.filter(|one| one["kind"] == kind);
        found.next().ok_or_else(|| anyhow!("the searches for {kind} are missing"))
    };
    let people = number(&value, "people")?;
    if people < 1.0 {
        return Err(anyhow!("nobody was enrolled"));
    }
    Ok(Measured {
        people,
        search_ms: number(kind("strangers, ten fingers")?, "processor_mean_ms")?,
        mate_p50_ms: number(kind("mates, ten fingers")?, "processor_p50_ms")?,
        memory_bytes: number(&value, "memory_bytes")? / people,
        disk_bytes: number(&value, "disk_bytes")? / people,
        open_s: number(&value["opened"], "wall_s")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let whole = r#"{"people":100,"memory_bytes":1200000,"disk_bytes":1400000,"opened":{"wall_s":1.5},
            "searches":[{"kind":"mates, ten fingers","processor_p50_ms":9.0},
            {"kind":"strangers, ten fingers","processor_mean_ms":21.0}]}"#;
        let read_back = read(whole).unwrap();
        assert_eq!((read_back.memory_bytes, read_back.search_ms), (12_000.0, 21.0));
        for (without, named) in [
            ("\"people\"", "people"),
            ("\"memory_bytes\"", "memory_bytes"),
            ("strangers", "strangers"),
            ("wall_s", "wall_s"),
        ] {
            let error = read(&whole.replace(without, "\"x\"").replace("\"\"x\"", "\"x")).err();
            let words = error.map(|error| format!("{error:#}")).unwrap_or_default();
            assert!(words.contains(named) || words.contains("expected"), "{without}: {words}");
        }
        assert!(read("no json").is_err());
    }
}
