//! Specimens of charts, maps and prints. All figures and prints are drawn by rule.

use core::fmt::Write as _;

use niims_country::CountryPack;

use crate::components::{Alignment, Finding, Grid, MinutiaKind, Print, PrintViewer};
use crate::pictures::{BarChart, Histogram, LineChart, Picture, Series, TileMap};

const MONTHS: [&str; 6] = ["July", "August", "September", "October", "November", "December"];

pub(super) fn line() -> Picture {
    LineChart {
        id: "line".to_owned(),
        title: "Cases decided each month".to_owned(),
        axis: "Month".to_owned(),
        labels: MONTHS.map(str::to_owned).to_vec(),
        series: vec![
            Series::new("Same person", &[120.0, 132.0, 101.0, 134.0, 160.0, 210.0]),
            Series::new("Different people", &[220.0, 182.0, 191.0, 234.0, 290.0, 330.0]),
            Series {
                name: "Cannot tell".to_owned(),
                values: vec![Some(20.0), Some(32.0), None, None, Some(41.0), Some(30.0)],
            },
        ],
        up_to: None,
    }
    .picture()
}

pub(super) fn multiples() -> Vec<Picture> {
    let chart = |id: &str, title: &str, values: &[f64]| LineChart {
        id: id.to_owned(),
        title: title.to_owned(),
        axis: "Month".to_owned(),
        labels: MONTHS.map(|month| month[..3].to_owned()).to_vec(),
        series: vec![Series::new("Hits", values)],
        up_to: None,
    };
    let mut charts = [
        chart("alike-1", "Hits: Mombasa", &[12.0, 9.0, 14.0, 8.0, 11.0, 13.0]),
        chart("alike-2", "Hits: Nairobi", &[30.0, 34.0, 29.0, 41.0, 38.0, 44.0]),
        chart("alike-3", "Hits: Turkana", &[2.0, 3.0, 1.0, 0.0, 4.0, 2.0]),
    ];
    LineChart::alike(&mut charts);
    charts.iter().map(LineChart::picture).collect()
}

pub(super) fn bars() -> Picture {
    BarChart {
        id: "bars".to_owned(),
        title: "Open cases by age".to_owned(),
        axis: "Place".to_owned(),
        labels: ["Mombasa", "Nairobi", "Turkana"].map(str::to_owned).to_vec(),
        series: vec![
            Series::new("Under a day", &[12.0, 44.0, 3.0]),
            Series::new("One to three days", &[9.0, 31.0, 8.0]),
            Series::new("Longer", &[2.0, 12.0, 6.0]),
        ],
    }
    .picture()
}

pub(super) fn histogram() -> Picture {
    Histogram {
        id: "histogram".to_owned(),
        title: "Time to a decision, in hours".to_owned(),
        columns: ("Hours".to_owned(), "Cases".to_owned()),
        from: 0.0,
        step: 6.0,
        counts: vec![14, 52, 71, 48, 30, 17, 9, 4, 2, 1],
    }
    .picture()
}

pub(super) fn map(pack: &CountryPack) -> Picture {
    // Any figure by rule, with one county left out, so that "not known" is seen.
    let value = |code: &str| {
        let number: u32 = code.parse().ok()?;
        (number != 23).then(|| f64::from((number * 37) % 101))
    };
    TileMap {
        id: "map".to_owned(),
        title: "Cases for every 10 000 applications".to_owned(),
        columns: ("County".to_owned(), "Cases".to_owned()),
        unknown: "Not known".to_owned(),
        tiles: TileMap::tiles(pack, "county", value),
    }
    .picture()
}

/// Pixels of a specimen print: 500 to the inch.
const SIDE: u16 = 320;

/// Where a print's own ring of ridges lies: both prints show the same, the second turned.
fn findings() -> Vec<Finding> {
    (0..22_u16)
        .map(|index| {
            let turn = f32::from(index) * 0.9;
            let far = 24.0 + f32::from(index) * 5.0;
            let x = far.mul_add(turn.cos(), 160.0);
            let y = far.mul_add(turn.sin(), 160.0);
            let kind = if index % 3 == 0 { MinutiaKind::Bifurcation } else { MinutiaKind::Ending };
            let degrees = (90.0 - turn.to_degrees()).rem_euclid(360.0);
            Finding { x, y, degrees, kind, pair: (index % 2 == 0).then_some(index / 2 + 1) }
        })
        .collect()
}

fn grid(value: impl Fn(f32, f32) -> f32) -> Grid {
    let (cell, columns) = (20, SIDE / 20);
    let middle = |index: u16| (f32::from(index) + 0.5) * f32::from(cell) - 160.0;
    let values = (0..columns)
        .flat_map(|row| (0..columns).map(move |column| (column, row)))
        .map(|(column, row)| {
            let (x, y) = (middle(column), middle(row));
            if x.hypot(y) > 150.0 { f32::NAN } else { value(x, y) }
        })
        .collect();
    Grid { cell, columns, values }
}

/// The viewer of the gallery.
pub(super) fn viewer() -> PrintViewer {
    let print = |label: &str, picture: &str| Print {
        label: label.to_owned(),
        picture: format!("/components/{picture}"),
        description: "A drawn pattern of rings that stands for a fingerprint".to_owned(),
        width: SIDE,
        height: SIDE,
        findings: findings(),
        orientation: grid(|x, y| (90.0 - y.atan2(x).to_degrees()).rem_euclid(180.0)),
        quality: grid(|x, _| (x + 160.0) / 320.0),
    };
    PrintViewer {
        id: "thumb".to_owned(),
        title: "Right thumb".to_owned(),
        left: print("Application", "print-left.svg"),
        right: print("Record", "print-right.svg"),
        alignment: Some(Alignment { degrees: 12.0, x: 38.0, y: -28.0 }),
        marks: Some(("marks".to_owned(), String::new())),
        form: "decision".to_owned(),
    }
}

/// The picture of a specimen print: rings of ridges.
pub(super) fn print_svg() -> String {
    let mut rings = String::new();
    for ring in 1..=16_u16 {
        let _ = write!(
            rings,
            "<ellipse cx=\"160\" cy=\"160\" rx=\"{}\" ry=\"{}\" stroke-dasharray=\"{} 7\"/>",
            ring * 9,
            ring * 9 + 4,
            60 + ring * 11
        );
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{SIDE}\" height=\"{SIDE}\" \
         viewBox=\"0 0 {SIDE} {SIDE}\"><rect width=\"{SIDE}\" height=\"{SIDE}\" fill=\"#fff\"/>\
         <g fill=\"none\" stroke=\"#777\" stroke-width=\"4\">{rings}</g></svg>"
    )
}
