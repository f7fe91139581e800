//! A QR code as a picture within the page.

use core::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

/// Light modules around the code (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

/// The code of a text.
pub(super) struct Qr {
    /// Modules along one side, the quiet zone with them.
    pub(super) side: usize,
    /// The dark modules as an SVG path.
    pub(super) path: String,
}

impl Qr {
    /// The code of a text; `None` where it is too long for one.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let mut path = String::new();
        for row in 0..code.size {
            let mut column = 0;
            while column < code.size {
                let length = (column..code.size).take_while(|&at| code[row][at].value()).count();
                if length > 0 {
                    let (x, y) = (column + QUIET, row + QUIET);
                    let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
                }
                column += length.max(1);
            }
        }
        Some(Self { side: code.size + 2 * QUIET, path })
    }
}
