//! A histogram: how many fall between bounds.

use super::scale::{coordinate, figure, greatest, ticks};
use super::svg::Svg;
use super::{Picture, WIDTH};
use crate::components::{Cell, Column, Table};

const HEIGHT: f64 = 260.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 466.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 226.0;
/// Bounds that can be written beside each other.
const MOST_LABELS: usize = 8;

/// How many fall between bounds of equal distance.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Id on the page; letters, digits and hyphens.
    pub id: String,
    /// What it shows, with its unit.
    pub title: String,
    /// Names of the two columns of its table: the range, and how many.
    pub columns: (String, String),
    /// Least value of the first bin.
    pub from: f64,
    /// Width of each bin.
    pub step: f64,
    /// How many in each bin.
    pub counts: Vec<u64>,
}

impl Histogram {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let greatest = greatest(self.counts.iter().map(|count| number(*count)));
        let ticks = ticks(greatest);
        let top = ticks.last().copied().unwrap_or(1.0);
        let mut svg = Svg::new(&self.id, WIDTH, HEIGHT, &self.title, &self.description());
        for tick in &ticks {
            let y = (BOTTOM - TOP).mul_add(-(tick / top), BOTTOM);
            let class = if *tick == 0.0 { "chart-axis" } else { "chart-grid" };
            svg.line(class, (LEFT, y), (RIGHT, y));
            svg.words("chart-tick", (LEFT - 6.0, y + 4.5), "end", &figure(*tick));
        }
        let width = (RIGHT - LEFT) / coordinate(self.counts.len().max(1));
        for (bin, count) in self.counts.iter().enumerate() {
            let height = (BOTTOM - TOP) * number(*count) / top;
            let corner = (width.mul_add(coordinate(bin), LEFT), BOTTOM - height);
            svg.rect("chart-bar series-0", corner, (width, height));
        }
        let every = (self.counts.len() + 1).div_ceil(MOST_LABELS).max(1);
        for bin in (0..=self.counts.len()).step_by(every) {
            let x = width.mul_add(coordinate(bin), LEFT);
            svg.words("chart-tick", (x, BOTTOM + 20.0), "middle", &figure(self.bound(bin)));
        }
        Picture {
            title: self.title.clone(),
            svg: svg.end(),
            legend: Vec::new(),
            table: self.table(),
        }
    }

    fn bound(&self, bin: usize) -> f64 {
        self.step.mul_add(coordinate(bin), self.from)
    }

    fn range(&self, bin: usize) -> String {
        format!("{}–{}", figure(self.bound(bin)), figure(self.bound(bin + 1)))
    }

    fn description(&self) -> String {
        let most = self.counts.iter().enumerate().max_by_key(|(_, count)| **count);
        let sum = self.counts.iter().sum::<u64>();
        most.map_or_else(String::new, |(bin, count)| {
            format!("{}: {} / {}", self.range(bin), figure(number(*count)), figure(number(sum)))
        })
    }

    fn table(&self) -> Table {
        let row = |(bin, count): (usize, &u64)| {
            vec![Cell::new(self.range(bin)), Cell::new(figure(number(*count)))]
        };
        Table {
            caption: self.title.clone(),
            columns: vec![Column::new(&self.columns.0), Column::numeric(&self.columns.1)],
            rows: self.counts.iter().enumerate().map(row).collect(),
            is_small: true,
            is_kept_whole: true,
            ..Table::default()
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count past 2^53 is no count of people")]
const fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_cover_the_axis() {
        let histogram = Histogram {
            id: "h".to_owned(),
            title: "Waiting".to_owned(),
            columns: ("Hours".to_owned(), "Cases".to_owned()),
            from: 0.0,
            step: 12.0,
            counts: vec![4, 9, 1],
        };
        let picture = histogram.picture();
        assert_eq!(picture.svg.matches("chart-bar").count(), 3);
        assert_eq!(picture.table.rows[1][0].text, "12–24");
        assert!(picture.svg.contains("12–24: 9 / 14"));
    }
}
