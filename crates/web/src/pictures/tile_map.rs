//! A map of equal squares, one for each area: small counties are as easy to read as
//! large ones, and nothing about it could be taken for a survey.

use niims_country::{CountryPack, Geography};

use super::scale::{figure, greatest, known, ticks};
use super::svg::Svg;
use super::{LegendEntry, Picture, WIDTH};
use crate::components::{Cell, Column, Table};

/// Shades from the least to the greatest.
const SHADES: u8 = 5;
/// From this shade on, words are written light on dark.
const LIGHT_WORDS_FROM: u8 = 3;

/// One area and its figure.
#[derive(Debug, Clone, PartialEq)]
pub struct MapTile {
    /// Its name in full, for the table.
    pub name: String,
    /// Its name in at most eight characters.
    pub short_name: String,
    /// From the west, from 0.
    pub column: u8,
    /// From the north, from 0.
    pub row: u8,
    /// The figure; `None` where nothing is known.
    pub value: Option<f64>,
}

/// A map of squares.
#[derive(Debug, Clone, PartialEq)]
pub struct TileMap {
    /// Id on the page; letters, digits and hyphens.
    pub id: String,
    /// What it shows, with its unit.
    pub title: String,
    /// Names of the two columns of its table: the area, and the figure.
    pub columns: (String, String),
    /// The words for "nothing known".
    pub unknown: String,
    /// The areas.
    pub tiles: Vec<MapTile>,
}

impl TileMap {
    /// The areas of a level that the pack places on a map, with `value` of each code.
    pub fn tiles(
        pack: &CountryPack,
        level: &str,
        value: impl Fn(&str) -> Option<f64>,
    ) -> Vec<MapTile> {
        let geography: &Geography = pack.geography();
        geography
            .areas(level)
            .filter_map(|area| {
                let tile = area.tile.as_ref()?;
                Some(MapTile {
                    name: area.name.clone(),
                    short_name: tile.short_name.clone(),
                    column: tile.column,
                    row: tile.row,
                    value: value(&area.code).filter(|value| value.is_finite()),
                })
            })
            .collect()
    }

    /// The picture.
    pub fn picture(&self) -> Picture {
        let columns = self.tiles.iter().map(|tile| tile.column).max().map_or(1, |last| last + 1);
        let rows = self.tiles.iter().map(|tile| tile.row).max().map_or(1, |last| last + 1);
        let side = WIDTH / f64::from(columns);
        let top = self.top();
        let height = side * f64::from(rows);
        let mut svg = Svg::new(&self.id, WIDTH, height, &self.title, &self.description());
        for tile in &self.tiles {
            draw(&mut svg, tile, side, top);
        }
        Picture {
            title: self.title.clone(),
            svg: svg.end(),
            legend: self.legend(top),
            table: self.table(),
        }
    }

    /// The end of the scale: a round number.
    fn top(&self) -> f64 {
        let greatest = greatest(self.tiles.iter().filter_map(|tile| tile.value));
        ticks(greatest).last().copied().unwrap_or(1.0)
    }

    fn description(&self) -> String {
        let known = self.tiles.iter().filter_map(|tile| Some((tile, tile.value?)));
        let by_value = |a: &(&MapTile, f64), b: &(&MapTile, f64)| a.1.total_cmp(&b.1);
        let ends = [known.clone().min_by(by_value), known.max_by(by_value)];
        let words = ends.into_iter().flatten();
        words
            .map(|(tile, value)| format!("{}: {}", tile.name, figure(value)))
            .collect::<Vec<_>>()
            .join(" – ")
    }

    fn legend(&self, top: f64) -> Vec<LegendEntry> {
        let sample = |class: &str| {
            format!(
                "<svg viewBox=\"0 0 28 18\" aria-hidden=\"true\"><rect class=\"{class}\" \
                 width=\"28\" height=\"18\"/></svg>"
            )
        };
        let step = top / f64::from(SHADES);
        let entry = |shade: u8| LegendEntry {
            name: format!(
                "{}–{}",
                figure(step * f64::from(shade)),
                figure(step * f64::from(shade + 1))
            ),
            sample: sample(&format!("map-step-{shade}")),
        };
        let mut legend: Vec<LegendEntry> = (0..SHADES).map(entry).collect();
        if self.tiles.iter().any(|tile| tile.value.is_none()) {
            legend
                .push(LegendEntry { name: self.unknown.clone(), sample: sample("map-step-none") });
        }
        legend
    }

    fn table(&self) -> Table {
        let row = |tile: &MapTile| vec![Cell::new(&tile.name), Cell::new(known(tile.value))];
        Table {
            caption: self.title.clone(),
            columns: vec![Column::new(&self.columns.0), Column::numeric(&self.columns.1)],
            rows: self.tiles.iter().map(row).collect(),
            is_small: true,
            is_kept_whole: true,
            ..Table::default()
        }
    }
}

fn draw(svg: &mut Svg, tile: &MapTile, side: f64, top: f64) {
    let (x, y) = (side * f64::from(tile.column), side * f64::from(tile.row));
    let shade = tile.value.map(|value| shade(value, top));
    let class = shade.map_or_else(|| "none".to_owned(), |shade| shade.to_string());
    let is_dark = shade.is_some_and(|shade| shade >= LIGHT_WORDS_FROM);
    let light = if is_dark { " map-light" } else { "" };
    svg.rect(&format!("map-tile map-step-{class}"), (x, y), (side, side));
    let middle = x + side / 2.0;
    svg.words(&format!("map-name{light}"), (middle, y + side * 0.45), "middle", &tile.short_name);
    svg.words(
        &format!("map-figure{light}"),
        (middle, y + side * 0.75),
        "middle",
        &known(tile.value),
    );
}

fn shade(value: f64, top: f64) -> u8 {
    let part = (value / top).clamp(0.0, 1.0) * f64::from(SHADES);
    (0..SHADES).rev().find(|shade| part >= f64::from(*shade)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_county_of_the_pack_has_its_square() {
        let pack = CountryPack::embedded().unwrap();
        let tiles = TileMap::tiles(&pack, "county", |code| code.parse().ok());
        assert_eq!(tiles.len(), pack.geography().areas("county").count());
        let map = TileMap {
            id: "m".to_owned(),
            title: "Cases".to_owned(),
            columns: ("County".to_owned(), "Cases".to_owned()),
            unknown: "Not known".to_owned(),
            tiles,
        };
        let picture = map.picture();
        assert_eq!(picture.svg.matches("map-tile").count(), 47);
        assert_eq!(picture.table.rows.len(), 47);
        assert!(picture.svg.contains("Mombasa: 1 – Nairobi: 47"), "{}", map.description());
    }

    #[test]
    fn shades_cover_the_scale() {
        for (value, expected) in [(0.0, 0), (9.9, 0), (10.0, 1), (49.9, 4), (50.0, 4), (90.0, 4)] {
            assert_eq!(shade(value, 50.0), expected, "{value}");
        }
        assert_eq!(shade(f64::NAN, 50.0), 0);
    }
}
