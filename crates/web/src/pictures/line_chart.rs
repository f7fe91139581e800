//! A line chart: how figures change along an axis.

use core::fmt::Write as _;

use super::scale::{coordinate, figure, greatest, known, ticks};
use super::svg::{Svg, mark};
use super::{LegendEntry, MOST_SERIES, Picture, Series, WIDTH};
use crate::components::{Cell, Column, Table};

const HEIGHT: f64 = 260.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 466.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 226.0;
/// Labels of the axis below that can stand beside each other.
const MOST_LABELS: usize = 7;

/// Lines, one for each of at most [`MOST_SERIES`] series; further ones stand in the
/// table only.
#[derive(Debug, Clone, PartialEq)]
pub struct LineChart {
    /// Id on the page; letters, digits and hyphens.
    pub id: String,
    /// What it shows, with its unit.
    pub title: String,
    /// Name of the axis below, such as "Month".
    pub axis: String,
    /// The places on it.
    pub labels: Vec<String>,
    /// The lines.
    pub series: Vec<Series>,
    /// End of the upward axis, where several charts are compared; else the figures say.
    pub up_to: Option<f64>,
}

impl LineChart {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let ticks = ticks(self.up_to.unwrap_or_else(|| self.greatest()));
        let mut svg = Svg::new(&self.id, WIDTH, HEIGHT, &self.title, &self.description());
        self.draw_axes(&mut svg, &ticks);
        let top = ticks.last().copied().unwrap_or(1.0);
        for (index, series) in self.series.iter().take(MOST_SERIES).enumerate() {
            self.draw_series(&mut svg, index, series, top);
        }
        Picture {
            title: self.title.clone(),
            svg: svg.end(),
            legend: self.legend(),
            table: self.table(),
        }
    }

    fn greatest(&self) -> f64 {
        greatest(self.series.iter().flat_map(|series| series.values.iter().copied().flatten()))
    }

    /// The same pictures side by side, with one upward axis: small multiples.
    pub fn alike(charts: &mut [Self]) {
        let up_to = greatest(charts.iter().map(Self::greatest));
        for chart in charts {
            chart.up_to = Some(up_to);
        }
    }

    fn description(&self) -> String {
        let ends = self.series.iter().take(MOST_SERIES).map(|series| {
            let mut known = series.values.iter().copied().flatten();
            let first = known.next();
            let last = known.next_back().or(first);
            match (first, last) {
                (Some(first), Some(last)) => {
                    format!("{}: {} → {}", series.name, figure(first), figure(last))
                }
                _ => format!("{}: –", series.name),
            }
        });
        ends.collect::<Vec<_>>().join("; ")
    }

    fn draw_axes(&self, svg: &mut Svg, ticks: &[f64]) {
        let top = ticks.last().copied().unwrap_or(1.0);
        for tick in ticks {
            let y = up(*tick, top);
            svg.line(if *tick == 0.0 { "chart-axis" } else { "chart-grid" }, (LEFT, y), (RIGHT, y));
            svg.words("chart-tick", (LEFT - 6.0, y + 4.5), "end", &figure(*tick));
        }
        let every = self.labels.len().div_ceil(MOST_LABELS).max(1);
        for (index, label) in self.labels.iter().enumerate().step_by(every) {
            let x = self.across(index);
            svg.line("chart-axis", (x, BOTTOM), (x, BOTTOM + 5.0));
            svg.words("chart-tick", (x, BOTTOM + 20.0), "middle", label);
        }
    }

    fn draw_series(&self, svg: &mut Svg, index: usize, series: &Series, top: f64) {
        let mut path = String::new();
        let mut marks = String::new();
        let mut is_open = false;
        for (place, value) in series.values.iter().enumerate().take(self.labels.len()) {
            let Some(value) = value.filter(|value| value.is_finite()) else {
                is_open = false;
                continue;
            };
            let (x, y) = (self.across(place), up(value, top));
            let _ = write!(path, "{}{x:.1} {y:.1}", if is_open { "L" } else { "M" });
            marks += &mark(index, x, y);
            is_open = true;
        }
        svg.path(&format!("chart-line series-{index} dash-{index}"), &path);
        svg.path(&format!("chart-mark series-{index}"), &marks);
    }

    /// Half a step of margin at both ends, so that labels stay inside.
    fn across(&self, index: usize) -> f64 {
        let count = coordinate(self.labels.len().max(1));
        (RIGHT - LEFT).mul_add((coordinate(index) + 0.5) / count, LEFT)
    }

    fn legend(&self) -> Vec<LegendEntry> {
        if self.series.len() < 2 {
            return Vec::new();
        }
        let entry = |(index, series): (usize, &Series)| LegendEntry {
            name: series.name.clone(),
            sample: format!(
                "<svg viewBox=\"0 0 28 18\" aria-hidden=\"true\"><path class=\"chart-line \
                 series-{index} dash-{index}\" d=\"M0 9h28\"/><path class=\"chart-mark \
                 series-{index}\" d=\"{}\"/></svg>",
                mark(index, 14.0, 9.0)
            ),
        };
        self.series.iter().take(MOST_SERIES).enumerate().map(entry).collect()
    }

    fn table(&self) -> Table {
        let head = core::iter::once(Column::new(&self.axis))
            .chain(self.series.iter().map(|series| Column::numeric(&series.name)));
        let row = |(index, label): (usize, &String)| {
            let figures = self
                .series
                .iter()
                .map(|series| Cell::new(known(series.values.get(index).copied().flatten())));
            core::iter::once(Cell::new(label)).chain(figures).collect()
        };
        Table {
            caption: self.title.clone(),
            columns: head.collect(),
            rows: self.labels.iter().enumerate().map(row).collect(),
            is_small: true,
            is_kept_whole: true,
            ..Table::default()
        }
    }
}

fn up(value: f64, top: f64) -> f64 {
    (BOTTOM - TOP).mul_add(-(value / top).clamp(0.0, 1.0), BOTTOM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_stays_a_gap_and_texts_are_escaped() {
        let chart = LineChart {
            id: "c".to_owned(),
            title: "Hits & <misses>".to_owned(),
            axis: "Month".to_owned(),
            labels: ["a", "b", "c"].map(str::to_owned).to_vec(),
            series: vec![Series {
                name: "One".to_owned(),
                values: vec![Some(1.0), None, Some(4.0)],
            }],
            up_to: None,
        };
        let picture = chart.picture();
        assert!(picture.svg.contains("Hits &amp; &lt;misses&gt;"));
        assert!(!picture.svg.contains("<misses>"));
        // Two starts and no line between them.
        let line = picture.svg.split("chart-line").nth(1).unwrap();
        let d = line.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!((d.matches('M').count(), d.matches('L').count()), (2, 0), "{d}");
        assert_eq!(picture.table.rows[1][1].text, "–");
        assert_eq!(picture.table.rows[2][1].text, "4");
    }
}
