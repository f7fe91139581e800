//! The open cases as a table of plain text, oldest first. It holds nothing personal.

use jiff::{SignedDuration, Timestamp};
use niims_wire::desk::{AdjudicationDesk, CaseSummary};

use crate::error::ConsoleError;
use crate::words;

const HEADINGS: [&str; 6] =
    ["CASE", "APPLICATION", "REASON", "STAGE", "CANDIDATES", "WAITING SINCE"];

/// All open cases with how long they have waited at `now`.
pub async fn list(desk: &dyn AdjudicationDesk, now: Timestamp) -> Result<String, ConsoleError> {
    let cases = desk.open_cases().await?;
    if cases.is_empty() {
        return Ok("No case is open.\n".to_owned());
    }
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(cases.iter().map(|case| row(case, now)));
    Ok(aligned(&rows))
}

fn row(case: &CaseSummary, now: Timestamp) -> [String; 6] {
    [
        case.case.to_string(),
        printable(&case.application_number),
        words::reason(case.reason).to_owned(),
        words::stage(&case.stage).to_owned(),
        case.candidates.to_string(),
        format!("{} ({})", case.opened_at.strftime("%Y-%m-%d %H:%M UTC"), waited(case, now)),
    ]
}

/// Whole days, hours or minutes, whichever is the largest that fits.
fn waited(case: &CaseSummary, now: Timestamp) -> String {
    let waited = now.duration_since(case.opened_at).max(SignedDuration::ZERO);
    let (count, unit) = match (waited.as_hours(), waited.as_mins()) {
        (hours @ 48.., _) => (hours / 24, "days"),
        (hours @ 2.., _) => (hours, "hours"),
        (_, minutes) => (minutes, "minutes"),
    };
    format!("{count} {unit}")
}

/// Without control characters, which could rewrite the terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn aligned(rows: &[[String; 6]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; 6] = core::array::from_fn(|column| width(column).unwrap_or(0));
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic_desk::{SyntheticDesk, summary};

    const NOW: &str = "2026-03-05T12:00:00Z";

    #[tokio::test]
    async fn cases_stand_in_columns() {
        let mut second = summary();
        second.application_number = "X-2\u{1b}[2J".to_owned();
        second.stage = "awaits_senior".to_owned();
        second.opened_at = "2026-03-05T10:30:00Z".parse().unwrap();
        let desk = SyntheticDesk { cases: vec![summary(), second], ..SyntheticDesk::empty() };
        let table = list(&desk, NOW.parse().unwrap()).await.unwrap();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        let column = lines[0].find("REASON").unwrap();
        assert!(lines[1][column..].starts_with("likely duplicate"));
        assert!(lines[1].ends_with("2026-03-01 08:00 UTC (4 days)"), "{table}");
        assert!(lines[2].contains("X-2[2J ") && lines[2].ends_with("(90 minutes)"), "{table}");
        assert!(lines[2].contains("awaits a senior"));
        assert!(!table.contains('\u{1b}'), "no control characters reach the terminal");
    }

    #[tokio::test]
    async fn nothing_open_is_said() {
        let table = list(&SyntheticDesk::empty(), NOW.parse().unwrap()).await.unwrap();
        assert_eq!(table, "No case is open.\n");
    }
}
