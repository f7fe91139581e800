//! Tables.

use super::message::Tag;

/// How a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sorting {
    /// Not by this column.
    #[default]
    None,
    /// Least first.
    Ascending,
    /// Greatest first.
    Descending,
}

impl Sorting {
    /// The `aria-sort` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// The head of a column.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Figures, set right so that their digits stand under each other.
    pub is_numeric: bool,
    /// Address of the page sorted by this column (or the other way round).
    pub sort_address: Option<String>,
    /// How it is sorted now.
    pub sorting: Sorting,
}

impl Column {
    /// A column of words.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// A column of figures.
    pub fn numeric(name: impl Into<String>) -> Self {
        Self { is_numeric: true, ..Self::new(name) }
    }

    /// That can be sorted.
    #[must_use]
    pub fn sorted_by(self, address: impl Into<String>, sorting: Sorting) -> Self {
        Self { sort_address: Some(address.into()), sorting, ..self }
    }
}

/// One cell.
#[derive(Clone, Default)]
pub struct Cell {
    /// The words or figures.
    pub text: String,
    /// Where they lead.
    pub address: Option<String>,
    /// Instead of words: a state.
    pub tag: Option<Tag>,
    /// A second line, quieter.
    pub more: Option<String>,
}

impl Cell {
    /// Words or figures.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Words that lead somewhere.
    pub fn link(text: impl Into<String>, address: impl Into<String>) -> Self {
        Self { address: Some(address.into()), ..Self::new(text) }
    }

    /// A state.
    pub fn tag(tag: Tag) -> Self {
        Self { tag: Some(tag), ..Self::default() }
    }

    /// With a second line.
    #[must_use]
    pub fn more(self, more: impl Into<String>) -> Self {
        Self { more: Some(more.into()), ..self }
    }
}

impl core::fmt::Debug for Cell {
    /// Without the words, which may be personal.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Cell(…)")
    }
}

/// A table. On telephones each row becomes a list of facts, unless it is kept whole.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The caption is for screen readers only, where a heading above says the same.
    pub hides_caption: bool,
    /// The columns; the first names the row.
    pub columns: Vec<Column>,
    /// The rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// Small, for dense pages of staff.
    pub is_small: bool,
    /// Kept whole on telephones and pushed sideways: figures that are compared.
    pub is_kept_whole: bool,
}

impl Table {
    /// The columns with the cell of each, of one row.
    pub fn cells<'a>(
        &'a self,
        row: &'a [Cell],
    ) -> impl Iterator<Item = (&'a Column, &'a Cell)> + Clone {
        self.columns.iter().zip(row)
    }
}
