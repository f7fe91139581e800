//! Ridge texture: on which samples of the finger the ridges lie, as bits on a lattice.
//!
//! The enhanced print is looked at every three pixels; a bit says ridge or valley. Eight by eight
//! samples make a cell of 24 pixels (1.2 mm), some two and a half ridges wide. Templates made by
//! others have no texture; everything works without it, only less well.

use super::{MAX_SIDE, TemplateError};

/// Distance between samples, pixels at 500 dpi. Two samples must fall on the narrowest ridge and
/// valley, 6 pixels in children. Range 2 to 4; at 2 twice the bytes and nothing gained.
pub const TEXTURE_STEP: usize = 3;
/// Samples along the side of a cell, so that a cell is one 64-bit word.
pub const CELL_SAMPLES: usize = 8;
/// Side of a cell, pixels at 500 dpi.
pub const CELL_SIDE: usize = TEXTURE_STEP * CELL_SAMPLES;
/// Most cells kept: 1.7 kB, and 11 cm² of skin, more than a plain print of one finger.
pub const MOST_CELLS: usize = 192;
/// Most columns and rows of cells (58 mm), so that a record cannot ask for memory beyond its size.
pub const MOST_COLUMNS: usize = 48;

/// Eight by eight samples.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct TextureCell {
    /// Which quarters lie on the finger: bits 0 to 3 are upper left, upper right, lower left,
    /// lower right. 0: the cell says nothing.
    pub valid: u8,
    /// Bit 8 *j* + *i* is set where sample (*i*, *j*) lies on a ridge; clear in invalid quarters.
    pub ridges: u64,
}

/// Biometric data: nothing of it is shown.
impl std::fmt::Debug for TextureCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TextureCell(redacted)")
    }
}

impl TextureCell {
    /// The samples that lie in valid quarters.
    pub fn samples(self) -> u64 {
        QUARTERS[usize::from(self.valid & 15)]
    }
}

/// The samples of each set of quarters.
const QUARTERS: [u64; 16] = {
    let single = [0x0f0f_0f0f, 0xf0f0_f0f0, 0x0f0f_0f0f << 32, 0xf0f0_f0f0 << 32];
    let mut all = [0u64; 16];
    let mut set = 0;
    while set < 16 {
        let mut quarter = 0;
        while quarter < 4 {
            if set >> quarter & 1 == 1 {
                all[set] |= single[quarter];
            }
            quarter += 1;
        }
        set += 1;
    }
    all
};

/// The texture of one print: a rectangle of cells. Cell (0, 0) of a print begins at its upper left
/// corner, and sample (*i*, *j*) is pixel (3 *i* + 1, 3 *j* + 1).
#[derive(Clone, PartialEq, Eq)]
pub struct Texture {
    left: u8,
    top: u8,
    columns: u8,
    cells: Vec<TextureCell>,
}

/// A texture is biometric data: only its size is shown.
impl std::fmt::Debug for Texture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texture({} × {} cells)", self.columns, self.rows())
    }
}

impl Texture {
    /// `cells` row by row, the first one `left` cells from the left edge and `top` from the upper.
    ///
    /// # Errors
    /// [`TemplateError::Texture`] unless 1 to [`MOST_COLUMNS`] columns and rows lie within the
    /// largest print and hold 1 to [`MOST_CELLS`] cells that say something, without bits in
    /// quarters that say nothing.
    pub fn new(
        left: u8,
        top: u8,
        columns: u8,
        cells: Vec<TextureCell>,
    ) -> Result<Self, TemplateError> {
        let sides = 1..=MOST_COLUMNS;
        let texture = Self { left, top, columns, cells };
        if !sides.contains(&usize::from(columns)) || !sides.contains(&texture.rows()) {
            return Err(TemplateError::Texture);
        }
        let whole = texture.rows() * usize::from(columns) == texture.cells.len();
        let right = usize::from(left) + usize::from(columns);
        let bottom = usize::from(top) + texture.rows();
        let clean = |cell: &TextureCell| cell.valid < 16 && cell.ridges & !cell.samples() == 0;
        let said = texture.cells.iter().filter(|cell| cell.valid != 0).count();
        let sound = whole
            && right.max(bottom) * CELL_SIDE <= usize::from(MAX_SIDE)
            && texture.cells.iter().all(clean)
            && (1..=MOST_CELLS).contains(&said);
        if sound { Ok(texture) } else { Err(TemplateError::Texture) }
    }

    /// Cells between the left edge of the print and the first column.
    pub fn left(&self) -> u8 {
        self.left
    }

    /// Cells between the upper edge of the print and the first row.
    pub fn top(&self) -> u8 {
        self.top
    }

    /// Columns of cells.
    pub fn columns(&self) -> u8 {
        self.columns
    }

    /// Rows of cells.
    pub fn rows(&self) -> usize {
        self.cells.len() / usize::from(self.columns.max(1))
    }

    /// The cells, row by row.
    pub fn cells(&self) -> &[TextureCell] {
        &self.cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_cover_their_samples() {
        for valid in 0..16u8 {
            let samples = TextureCell { valid, ridges: 0 }.samples();
            for bit in 0..64 {
                let quarter = (bit / 32) * 2 + (bit % 8) / 4;
                assert_eq!(samples >> bit & 1, u64::from(valid >> quarter & 1), "{valid} {bit}");
            }
        }
    }

    #[test]
    fn only_sound_rectangles_are_accepted() {
        let cell = |valid, ridges| TextureCell { valid, ridges };
        let full = cell(15, 7);
        for (columns, cells, accepted) in [
            (1, vec![full], true),
            (2, vec![full, full, cell(0, 0), cell(1, 1)], true),
            (0, vec![full], false),
            (1, vec![], false),
            (2, vec![full, full, full], false),
            (1, vec![cell(16, 0)], false),
            (1, vec![cell(1, 0x10)], false),
            (1, vec![cell(0, 0)], false),
            (49, vec![full; 49], false),
            (1, vec![full; 49], false),
            (20, vec![full; 200], false),
        ] {
            let label = format!("{columns} columns, {} cells", cells.len());
            assert_eq!(Texture::new(0, 0, columns, cells).is_ok(), accepted, "{label}");
        }
    }
}
