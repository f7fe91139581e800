//! The administrative geography: levels of units, each under a parent, without coordinates.

use std::collections::BTreeMap;

use crate::codes::duplicate;
use crate::problem::{PackCode, Sink};
use crate::read::{Row, Table};
use crate::settings::Level;
use crate::source::PackSource;

/// One administrative area. Codes are unique over all levels of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// The code, such as `047` (county), `C274` (constituency), `1366` (ward), `X00001`.
    pub code: String,
    /// The name.
    pub name: String,
    /// Index of the level, 0 being the highest.
    pub level: usize,
    /// Code of the area one level higher; none on the highest level.
    pub parent: Option<String>,
    /// True when the area was made up and stands for a real one.
    pub synthetic: bool,
    /// Where it stands on a map of squares, if the pack places it there.
    pub tile: Option<Tile>,
}

/// The place of an area on a map of equal squares: a drawing, no coordinates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// From the west, from 0.
    pub column: u8,
    /// From the north, from 0.
    pub row: u8,
    /// The name in at most [`LONGEST_SHORT_NAME`] characters.
    pub short_name: String,
}

/// Characters that can be read in a square of a telephone's map.
pub const LONGEST_SHORT_NAME: usize = 8;

/// Most columns or rows of a map of squares: more cannot be read on a telephone.
const MOST_TILES: u8 = 16;

/// All areas of a country.
#[derive(Clone, Debug, Default)]
pub struct Geography {
    levels: Vec<Level>,
    areas: Vec<Area>,
    by_code: BTreeMap<String, usize>,
    children: BTreeMap<String, Vec<usize>>,
}

impl Geography {
    /// The levels, the highest first.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Index of the level with this id.
    pub fn level(&self, id: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.id == id)
    }

    /// Any area by its code.
    pub fn area(&self, code: &str) -> Option<&Area> {
        self.by_code.get(code).and_then(|index| self.areas.get(*index))
    }

    /// The areas of a level in the order of the pack.
    pub fn areas(&self, level: &str) -> impl Iterator<Item = &Area> {
        let wanted = self.level(level);
        self.areas.iter().filter(move |area| Some(area.level) == wanted)
    }

    /// An area of the given level by its code.
    pub fn area_at(&self, level: &str, code: &str) -> Option<&Area> {
        let wanted = self.level(level)?;
        self.area(code).filter(|area| area.level == wanted)
    }

    /// A county by its code.
    pub fn county(&self, code: &str) -> Option<&Area> {
        self.area_at("county", code)
    }

    /// A constituency by its code.
    pub fn constituency(&self, code: &str) -> Option<&Area> {
        self.area_at("constituency", code)
    }

    /// A ward by its code.
    pub fn ward(&self, code: &str) -> Option<&Area> {
        self.area_at("ward", code)
    }

    /// A sub-location by its code.
    pub fn sublocation(&self, code: &str) -> Option<&Area> {
        self.area_at("sublocation", code)
    }

    /// The areas above, from the area itself up to the highest level.
    pub fn path(&self, code: &str) -> Vec<&Area> {
        let mut path = Vec::new();
        let mut next = self.area(code);
        while let Some(area) = next {
            path.push(area);
            if path.len() > self.levels.len() {
                break;
            }
            next = area.parent.as_deref().and_then(|parent| self.area(parent));
        }
        path
    }

    /// The area of `level` that holds (or is) the area `code`.
    pub fn within(&self, code: &str, level: &str) -> Option<&Area> {
        let wanted = self.level(level)?;
        self.path(code).into_iter().find(|area| area.level == wanted)
    }

    /// The areas directly under `code`.
    pub fn children(&self, code: &str) -> impl Iterator<Item = &Area> {
        self.children.get(code).into_iter().flatten().filter_map(|index| self.areas.get(*index))
    }

    /// The name of an area.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.area(code).map(|area| area.name.as_str())
    }

    /// The names from the area up, such as `Ward, Constituency, County`.
    pub fn full_name(&self, code: &str) -> String {
        let names: Vec<&str> = self.path(code).iter().map(|area| area.name.as_str()).collect();
        names.join(", ")
    }
}

pub(crate) fn read(source: &PackSource, levels: &[Level], sink: &Sink) -> Geography {
    let mut geography = Geography { levels: levels.to_vec(), ..Geography::default() };
    let mut lines = BTreeMap::new();
    for (index, level) in levels.iter().enumerate() {
        read_level(source, index, level, &mut geography, &mut lines, sink);
    }
    geography
}

fn read_level(
    source: &PackSource,
    index: usize,
    level: &Level,
    geography: &mut Geography,
    lines: &mut BTreeMap<String, usize>,
    sink: &Sink,
) {
    let needed: &[&str] = match (index, level.synthetic) {
        (0, false) => &["code", "name"],
        (0, true) => &["code", "name", "synthetic"],
        (_, false) => &["code", "name", "parent"],
        (_, true) => &["code", "name", "parent", "synthetic"],
    };
    let file = level.file.as_str();
    let optional = ["iso_3166_2", "tile_column", "tile_row", "short_name"];
    let Some(table) = Table::read(source, file, needed, &optional, sink) else {
        return;
    };
    check_count(&table, level, sink);
    let mut squares = BTreeMap::new();
    for row in &table.rows {
        let code = table.filled(row, "code", sink).to_owned();
        let name = table.filled(row, "name", sink).to_owned();
        duplicate(lines, &code, file, row.line, sink);
        let parent = (index > 0).then(|| table.filled(row, "parent", sink).to_owned());
        let known = parent.as_deref().is_none_or(|parent| {
            geography.area(parent).is_some_and(|area| area.level + 1 == index)
        });
        if !known {
            sink.add(
                file,
                row.line,
                PackCode::UnknownParent,
                format!(
                    "{code:?} lies in {:?}, which is no area one level higher",
                    parent.as_deref().unwrap_or("")
                ),
                "correct the parent",
            );
        }
        if level.synthetic && table.cell(row, "synthetic") != "yes" {
            sink.add(
                file,
                row.line,
                PackCode::WrongValue,
                format!("{code:?} is not marked synthetic, though its level is"),
                "write yes under synthetic",
            );
        }
        let position = geography.areas.len();
        if let Some(parent) = &parent {
            geography.children.entry(parent.clone()).or_default().push(position);
        }
        geography.by_code.insert(code.clone(), position);
        let tile = read_tile(&table, row, file, sink);
        if let Some(tile) = &tile {
            let square = format!("square {}/{}", tile.column, tile.row);
            duplicate(&mut squares, &square, file, row.line, sink);
        }
        let synthetic = level.synthetic;
        geography.areas.push(Area { code, name, level: index, parent, synthetic, tile });
    }
}

fn check_count(table: &Table, level: &Level, sink: &Sink) {
    if table.rows.len() != level.count {
        sink.add(
            &level.file,
            1,
            PackCode::WrongCount,
            format!("the level {:?} has {} areas, not {}", level.id, table.rows.len(), level.count),
            "add or take away areas, or correct the count in pack.toml",
        );
    }
}

/// The place on a map of squares; `None` where the row gives none.
fn read_tile(table: &Table, row: &Row, file: &str, sink: &Sink) -> Option<Tile> {
    let cells = ["tile_column", "tile_row", "short_name"].map(|column| table.cell(row, column));
    if cells.iter().all(|cell| cell.is_empty()) {
        return None;
    }
    let [column, place, short_name] = cells;
    let number = |cell: &str| cell.parse::<u8>().ok().filter(|number| *number < MOST_TILES);
    let fits = (1..=LONGEST_SHORT_NAME).contains(&short_name.chars().count());
    let found = number(column).zip(number(place)).filter(|_| fits);
    if found.is_none() {
        sink.add(
            file,
            row.line,
            PackCode::WrongValue,
            format!(
                "a square needs a column and a row below {MOST_TILES} and a short name of at most \
                 {LONGEST_SHORT_NAME} characters"
            ),
            "fill all three, or none",
        );
    }
    let (column, place) = found?;
    Some(Tile { column, row: place, short_name: short_name.to_owned() })
}
