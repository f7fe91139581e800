//! The figures of a simulated gallery, in words and as JSON.

use std::time::Duration;

use niims_sim::gallery::{LoadReport, SearchReport, Spent};
use serde_json::{Value, json};

use super::gallery::Measured;

pub(super) fn print(measured: &Measured) {
    let people = measured.size.people;
    if let Some(filled) = &measured.filled {
        println!(
            "{} people enrolled in {}, {:.2} ms of processor each with the sampling; merged in {}",
            filled.people,
            spent(filled.enrolling),
            milliseconds(filled.each()),
            spent(filled.merging)
        );
    }
    println!("opened {people} people in {}", spent(measured.opened));
    let each = |bytes: u64| bytes / people.max(1);
    println!("{} bytes a person on disk", each(measured.size.disk));
    if let Some(memory) = measured.size.memory {
        println!("{} bytes a person in memory", each(memory));
    }
    measured.searches.iter().for_each(print_searches);
    if let Some(load) = &measured.load {
        print_load(load);
    }
}

fn print_searches(report: &SearchReport) {
    println!(
        "{}: {} searches; processor ms p50 {:.1}, p99 {:.1}, mean {:.1}; wall ms p50 {:.1}, p99 {:.1}; {} with a false candidate",
        report.kind.words(),
        report.searches,
        milliseconds(report.processor_p50),
        milliseconds(report.processor_p99),
        milliseconds(report.processor_mean),
        milliseconds(report.wall_p50),
        milliseconds(report.wall_p99),
        report.with_false_candidate,
    );
    if report.tenths.is_empty() {
        return;
    }
    let tenths: Vec<String> = report
        .tenths
        .iter()
        .map(|tenth| format!("{} of {} (to {})", tenth.missed, tenth.searches, tenth.to_quality))
        .collect();
    println!("  {} missed; by quality of the probe: {}", report.missed, tenths.join(", "));
}

fn print_load(load: &LoadReport) {
    println!(
        "{} searches and {} insertions in {}: answered after {:.0} ms (half of them), {:.0} ms (99 of 100); {} missed",
        load.searches,
        load.inserts,
        spent(load.spent),
        milliseconds(load.p50),
        milliseconds(load.p99),
        load.missed
    );
}

pub(super) fn json(measured: &Measured) -> Value {
    let load = measured.load.as_ref().map(|load| {
        json!({
            "searches": load.searches, "inserts": load.inserts, "missed": load.missed,
            "p50_ms": milliseconds(load.p50), "p99_ms": milliseconds(load.p99),
            "spent": spent_json(load.spent),
        })
    });
    json!({
        "people": measured.size.people,
        "filled": measured.filled.as_ref().map(|filled| json!({
            "people": filled.people,
            "enrolling": spent_json(filled.enrolling),
            "merging": spent_json(filled.merging),
        })),
        "opened": spent_json(measured.opened),
        "disk_bytes": measured.size.disk,
        "memory_bytes": measured.size.memory,
        "searches": measured.searches.iter().map(searches_json).collect::<Vec<_>>(),
        "load": load,
    })
}

fn searches_json(report: &SearchReport) -> Value {
    let tenths: Vec<Value> = report
        .tenths
        .iter()
        .map(|t| json!({ "to_quality": t.to_quality, "searches": t.searches, "missed": t.missed }))
        .collect();
    json!({
        "kind": report.kind.words(),
        "searches": report.searches,
        "missed": report.missed,
        "with_false_candidate": report.with_false_candidate,
        "processor_p50_ms": milliseconds(report.processor_p50),
        "processor_p99_ms": milliseconds(report.processor_p99),
        "processor_mean_ms": milliseconds(report.processor_mean),
        "wall_p50_ms": milliseconds(report.wall_p50),
        "wall_p99_ms": milliseconds(report.wall_p99),
        "by_quality": tenths,
    })
}

fn spent_json(spent: Spent) -> Value {
    json!({
        "wall_s": spent.wall.as_secs_f64(),
        "processor_s": spent.processor.as_secs_f64(),
    })
}

fn spent(spent: Spent) -> String {
    format!(
        "{:.1} s ({:.1} s of processor)",
        spent.wall.as_secs_f64(),
        spent.processor.as_secs_f64()
    )
}

fn milliseconds(duration: Duration) -> f64 {
    1_000.0 * duration.as_secs_f64()
}
