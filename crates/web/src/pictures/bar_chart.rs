//! A bar chart: figures of things beside each other, lying, so that long names fit;
//! stacked where there are several series.

use super::scale::{coordinate, figure, greatest, known, ticks};
use super::svg::{Svg, patterns};
use super::{LegendEntry, MOST_SERIES, Picture, Series, WIDTH};
use crate::components::{Cell, Column, Table};

/// Height of one thing with its name above its bar.
const STEP: f64 = 44.0;
const BAR: f64 = 20.0;
const RIGHT: f64 = 420.0;

/// Bars, one for each thing; the parts of a bar are its series, at most
/// [`MOST_SERIES`]. Figures are not negative; what is, counts as none.
#[derive(Debug, Clone, PartialEq)]
pub struct BarChart {
    /// Id on the page; letters, digits and hyphens.
    pub id: String,
    /// What it shows, with its unit.
    pub title: String,
    /// What the things are, such as "County".
    pub axis: String,
    /// Their names.
    pub labels: Vec<String>,
    /// The parts of the bars.
    pub series: Vec<Series>,
}

impl BarChart {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let height = STEP.mul_add(coordinate(self.labels.len()), 6.0);
        let mut svg = Svg::new(&self.id, WIDTH, height, &self.title, &self.description());
        svg.raw(&patterns(&self.id));
        let top = ticks(greatest((0..self.labels.len()).map(|place| self.whole(place))))
            .last()
            .copied()
            .unwrap_or(1.0);
        for place in 0..self.labels.len() {
            self.draw_bar(&mut svg, place, top);
        }
        svg.line("chart-axis", (0.0, 0.0), (0.0, height));
        Picture {
            title: self.title.clone(),
            svg: svg.end(),
            legend: self.legend(),
            table: self.table(),
        }
    }

    fn part(series: &Series, place: usize) -> f64 {
        let value = series.values.get(place).copied().flatten().unwrap_or(0.0);
        if value.is_finite() { value.max(0.0) } else { 0.0 }
    }

    fn whole(&self, place: usize) -> f64 {
        self.series.iter().take(MOST_SERIES).map(|series| Self::part(series, place)).sum()
    }

    fn draw_bar(&self, svg: &mut Svg, place: usize, top: f64) {
        let y = STEP * coordinate(place);
        svg.words("chart-name", (4.0, y + 15.0), "start", &self.labels[place]);
        let mut x = 0.0;
        for (index, series) in self.series.iter().take(MOST_SERIES).enumerate() {
            let width = RIGHT * Self::part(series, place) / top;
            let (corner, size) = ((x, y + 20.0), (width, BAR));
            svg.rect(&format!("chart-bar series-{index}"), corner, size);
            if index > 0 {
                svg.hatched(&format!("{}-p{index}", self.id), corner, size);
            }
            x += width;
        }
        svg.words("chart-value", (x + 6.0, y + 35.0), "start", &figure(self.whole(place)));
    }

    fn description(&self) -> String {
        let things = self.labels.iter().enumerate();
        let words = things.map(|(place, name)| format!("{name}: {}", figure(self.whole(place))));
        words.collect::<Vec<_>>().join("; ")
    }

    fn legend(&self) -> Vec<LegendEntry> {
        if self.series.len() < 2 {
            return Vec::new();
        }
        let entry = |(index, series): (usize, &Series)| {
            let hatch = match index {
                0 => String::new(),
                _ => format!(
                    "<rect width=\"28\" height=\"18\" fill=\"url(#{}-p{index})\"/>",
                    self.id
                ),
            };
            LegendEntry {
                name: series.name.clone(),
                sample: format!(
                    "<svg viewBox=\"0 0 28 18\" aria-hidden=\"true\"><rect class=\"series-{index}\" \
                     width=\"28\" height=\"18\"/>{hatch}</svg>"
                ),
            }
        };
        self.series.iter().take(MOST_SERIES).enumerate().map(entry).collect()
    }

    fn table(&self) -> Table {
        let head = core::iter::once(Column::new(&self.axis))
            .chain(self.series.iter().map(|series| Column::numeric(&series.name)));
        let row = |(place, label): (usize, &String)| {
            let figures = self
                .series
                .iter()
                .map(|series| Cell::new(known(series.values.get(place).copied().flatten())));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_bar_add_up_and_nothing_is_drawn_backwards() {
        let chart = BarChart {
            id: "b".to_owned(),
            title: "Cases".to_owned(),
            axis: "County".to_owned(),
            labels: vec!["Mombasa".to_owned(), "Kwale".to_owned()],
            series: vec![Series::new("Same", &[3.0, -2.0]), Series::new("Other", &[5.0, f64::NAN])],
        };
        assert!((chart.whole(0) - 8.0).abs() < f64::EPSILON);
        assert!(chart.whole(1).abs() < f64::EPSILON);
        let picture = chart.picture();
        assert!(!picture.svg.contains("width=\"-") && !picture.svg.contains("NaN"));
        assert_eq!(picture.legend.len(), 2);
        assert!(picture.legend[1].sample.contains("url(#b-p1)"));
    }
}
