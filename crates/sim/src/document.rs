//! A drawn scan of a document: paper and lines, nothing that could be taken for a real one.

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

use crate::canvas::{Canvas, Colour, ellipse, mix};
use crate::chance;
use crate::form::IDENTITY_CARD;
use crate::village::Resident;

/// Stream of the generator that scans are drawn from; prints and portraits use others.
const STREAM: u64 = 1 << 57;
/// Size of a card, pixels: 85.6 × 54 mm at 125 dots per inch.
const CARD: (u32, u32) = (424, 268);
/// Size of a sheet, pixels: A5 at 75 dots per inch.
const SHEET: (u32, u32) = (440, 620);
const INK: Colour = [72, 76, 92];

/// The scan of a document of this kind, a code of the pack's list, as PNG.
pub fn scan(resident: &Resident, kind: &str) -> Vec<u8> {
    let mut rng = ChaCha8Rng::from_seed(resident.fingers);
    rng.set_stream(STREAM);
    let card = kind == IDENTITY_CARD;
    let (width, height) = if card { CARD } else { SHEET };
    let paper: Colour = if card { [222, 230, 222] } else { [240, 236, 222] };
    let mut canvas = Canvas::new(width, height, paper, mix(paper, [200, 196, 186], 0.4));
    let (right, bottom) = (width as f32, height as f32);
    canvas.fill(mix(paper, INK, 0.5), 1.0, |x, y| {
        let edge = (x - 10.0).min(right - 10.0 - x).min(y - 10.0).min(bottom - 10.0 - y);
        edge.min(2.0 - edge)
    });
    canvas.rectangle((24.0, 24.0), (right - 24.0, 44.0), mix(paper, INK, 0.6));

    let left = if card { 150.0 } else { 36.0 };
    if card {
        let photo = (84.0, 130.0);
        canvas.rectangle((34.0, 66.0), (134.0, 194.0), mix(paper, INK, 0.25));
        canvas.ellipse((photo.0, photo.1 - 12.0), (24.0, 30.0), mix(paper, INK, 0.55));
        canvas.fill(mix(paper, INK, 0.55), 1.0, |x, y| {
            ellipse((photo.0, 198.0), (40.0, 44.0))(x, y).min(194.0 - y)
        });
    }
    let mut line = 70.0;
    while line < bottom - 60.0 {
        let reach = chance::between(40, 100, &mut rng) as f32 / 100.0;
        let end = left + (right - 36.0 - left) * reach;
        canvas.rectangle((left, line), (end, line + 6.0), mix(paper, INK, 0.7));
        line += 26.0;
    }
    let stamp = (right - 80.0, bottom - 70.0);
    canvas.fill([140, 60, 90], 0.5, |x, y| {
        let ring = ellipse(stamp, (36.0, 36.0))(x, y);
        ring.min(4.0 - ring).max(8.0 - (ring - 24.0).abs() * 4.0)
    });
    canvas.into_png()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::census::Census;
    use crate::form::BIRTH_CERTIFICATE;
    use crate::village::{Setting, resident};

    #[test]
    fn cards_lie_and_sheets_stand() {
        let setting = Setting { county: "019", today: date(2026, 11, 22) };
        let rng = &mut ChaCha8Rng::from_seed([4; 32]);
        let somebody = resident(0, 30, true, setting, &Census::embedded().unwrap(), rng);
        for (kind, size) in [(IDENTITY_CARD, CARD), (BIRTH_CERTIFICATE, SHEET)] {
            let image = image::load_from_memory(&scan(&somebody, kind)).unwrap();
            assert_eq!((image.width(), image.height()), size);
        }
    }
}
