//! Stage 12: where the ridges lie, as bits on a lattice of three pixels.

use super::plane::Plane;
use super::segmentation::Mask;
use crate::template::{
    CELL_SAMPLES, CELL_SIDE, MOST_CELLS, MOST_COLUMNS, TEXTURE_STEP, Texture, TextureCell,
};

/// Least samples of 16 that must lie on the finger for a quarter of a cell to count.
const LEAST_INSIDE: usize = 14;

/// The texture of an enhanced print, whose ridges are negative; `None` when no quarter of a cell
/// lies on the finger. Of a print larger than [`MOST_CELLS`] the cells nearest to the middle stay.
pub(super) fn sample(enhanced: &Plane, mask: &Mask) -> Option<Texture> {
    let (wide, high) = (enhanced.width / CELL_SIDE, enhanced.height / CELL_SIDE);
    let mut found: Vec<(usize, usize, TextureCell)> = (0..high)
        .flat_map(|row| (0..wide).map(move |column| (column, row)))
        .map(|(column, row)| (column, row, cell(enhanced, mask, column, row)))
        .filter(|(_, _, cell)| cell.valid != 0)
        .collect();
    keep_middle(&mut found);
    let left = found.iter().map(|(column, ..)| *column).min()?;
    let top = found.iter().map(|(_, row, _)| *row).min()?;
    let columns = found.iter().map(|(column, ..)| *column + 1 - left).max()?;
    let rows = found.iter().map(|(_, row, _)| *row + 1 - top).max()?;
    let mut cells = vec![TextureCell::default(); columns * rows];
    for (column, row, cell) in found {
        cells[(row - top) * columns + column - left] = cell;
    }
    Texture::new(left as u8, top as u8, columns as u8, cells).ok()
}

fn cell(enhanced: &Plane, mask: &Mask, column: usize, row: usize) -> TextureCell {
    let mut ridges = 0u64;
    let mut inside = [0usize; 4];
    for j in 0..CELL_SAMPLES {
        let y = row * CELL_SIDE + j * TEXTURE_STEP + 1;
        for i in 0..CELL_SAMPLES {
            let at = y * enhanced.width + column * CELL_SIDE + i * TEXTURE_STEP + 1;
            ridges |= u64::from(enhanced.data[at] < 0.0) << (CELL_SAMPLES * j + i);
            inside[j / 4 * 2 + i / 4] += usize::from(mask.inside[at]);
        }
    }
    let valid = (0..4).fold(0, |set, k| set | u8::from(inside[k] >= LEAST_INSIDE) << k);
    let cell = TextureCell { valid, ridges };
    TextureCell { ridges: ridges & cell.samples(), ..cell }
}

fn keep_middle(found: &mut Vec<(usize, usize, TextureCell)>) {
    let count = found.len().max(1);
    let middle = (
        found.iter().map(|(column, ..)| *column).sum::<usize>() / count,
        found.iter().map(|(_, row, _)| *row).sum::<usize>() / count,
    );
    let away = |(column, row): (usize, usize)| (column.abs_diff(middle.0), row.abs_diff(middle.1));
    found.retain(|(column, row, _)| {
        let (x, y) = away((*column, *row));
        x.max(y) < MOST_COLUMNS / 2
    });
    // A stable sort: cells as far as each other stay in the order of the rows.
    found.sort_by_key(|(column, row, _)| {
        let (x, y) = away((*column, *row));
        x * x + y * y
    });
    found.truncate(MOST_CELLS);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripes(width: usize, height: usize) -> (Plane, Mask) {
        let plane = Plane::of(width, height, |_, y| if y % 9 < 4 { -1.0 } else { 1.0 });
        let inside = vec![true; width * height];
        (plane, Mask { inside, distance: Plane::new(width, height) })
    }

    #[test]
    fn bits_follow_the_ridges() {
        let (plane, mask) = stripes(72, 48);
        let texture = sample(&plane, &mask).unwrap();
        assert_eq!((texture.columns(), texture.rows()), (3, 2));
        for cell in texture.cells() {
            assert_eq!(cell.valid, 15);
        }
        let first = texture.cells()[0].ridges;
        for j in 0..8 {
            let expected = if (3 * j + 1) % 9 < 4 { 0xff } else { 0 };
            assert_eq!(first >> (8 * j) & 0xff, expected, "row {j}");
        }
    }

    #[test]
    fn a_large_print_keeps_its_middle() {
        let (plane, mask) = stripes(960, 2000);
        let texture = sample(&plane, &mask).unwrap();
        assert_eq!(texture.cells().iter().filter(|c| c.valid != 0).count(), MOST_CELLS);
        let middle = usize::from(texture.left()) + usize::from(texture.columns()) / 2;
        assert!(middle.abs_diff(20) <= 1, "{middle}");
    }

    #[test]
    fn no_finger_no_texture() {
        let (plane, mut mask) = stripes(96, 96);
        mask.inside.fill(false);
        assert!(sample(&plane, &mask).is_none());
    }
}
