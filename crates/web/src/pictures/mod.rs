//! Charts and maps, drawn on the server as SVG, each with its figures in a table
//! beside it. No colour speaks alone: lines have their own dashes and marks, bars
//! their own patterns, squares of a map their own figures.

mod svg;

mod scale;

mod line_chart;

mod bar_chart;

mod histogram;

mod tile_map;

use crate::components::Table;

pub use bar_chart::BarChart;
pub use histogram::Histogram;
pub use line_chart::LineChart;
pub use tile_map::{MapTile, TileMap};

/// A picture, ready for the macro `picture` of `pictures.html`.
#[derive(Debug, Clone)]
pub struct Picture {
    /// What it shows.
    pub title: String,
    /// The SVG; made here, with every text escaped.
    pub svg: String,
    /// The names of its series, with a sample of each. Empty for a single one.
    pub legend: Vec<LegendEntry>,
    /// The figures.
    pub table: Table,
}

/// A series in the legend.
#[derive(Debug, Clone)]
pub struct LegendEntry {
    /// Its name.
    pub name: String,
    /// A sample, as SVG of 28 by 18.
    pub sample: String,
}

/// Figures under one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The name.
    pub name: String,
    /// One figure for each place on the axis; `None` where nothing is known.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// Figures that are all known.
    pub fn new(name: impl Into<String>, values: &[f64]) -> Self {
        Self { name: name.into(), values: values.iter().copied().map(Some).collect() }
    }
}

/// Series that can be told apart by shade and dash or pattern.
pub const MOST_SERIES: usize = 5;

/// Width of every chart in its own units; wide enough for a telephone's screen, so
/// that its words are not shrunk there.
const WIDTH: f64 = 480.0;
