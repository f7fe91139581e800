//! A text as a QR code: a square of dark and light modules.

use core::fmt::Write as _;

use fast_qr::{ECL, Mode, QRBuilder};

/// Light modules that must surround a code (ISO/IEC 18004 §6.3.8).
pub const QUIET_ZONE: usize = 4;

/// A text that no QR code holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

impl core::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the text is too long for a QR code")
    }
}

impl core::error::Error for TooLarge {}

/// The modules of a QR code, without the quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct QrMatrix {
    size: usize,
    dark: Vec<bool>,
}

impl QrMatrix {
    /// The code of a text, at error correction level M: 15 % may be scratched,
    /// and a card of 400 characters stays below 70 modules. Texts too long for
    /// that take level L, 7 %. A text in Base45 characters takes the compact
    /// alphanumeric mode.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn of(text: &str) -> Result<Self, TooLarge> {
        let compact = !text.is_empty() && text.bytes().all(is_alphanumeric);
        let mode = if compact { Mode::Alphanumeric } else { Mode::Byte };
        let code = [ECL::M, ECL::L]
            .into_iter()
            .find_map(|level| QRBuilder::new(text).mode(mode).ecl(level).build().ok())
            .ok_or(TooLarge)?;
        let size = code.size;
        let dark = (0..size * size).map(|at| code[at / size][at % size].value()).collect();
        Ok(Self { size, dark })
    }

    /// Modules along one side, 21 to 177.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Whether a module is dark; outside the code all are light.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.size && row < self.size && self.dark[row * self.size + column]
    }

    /// Runs of dark modules: (column, row, length), row by row.
    pub fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        (0..self.size).flat_map(move |row| {
            let mut runs = Vec::new();
            let mut column = 0;
            while column < self.size {
                let length = (column..self.size).take_while(|&c| self.is_dark(c, row)).count();
                if length > 0 {
                    runs.push((column, row, length));
                }
                column += length.max(1);
            }
            runs
        })
    }

    /// An SVG picture with quiet zone, one unit per module, for pages.
    pub fn svg(&self) -> String {
        let side = self.size + 2 * QUIET_ZONE;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\""
        );
        for (column, row, length) in self.runs() {
            let (x, y) = (column + QUIET_ZONE, row + QUIET_ZONE);
            // Writing to a string cannot fail.
            let _ = write!(svg, "M{x} {y}h{length}v1h-{length}z");
        }
        svg.push_str("\"/></svg>");
        svg
    }
}

/// The 45 characters of alphanumeric mode (ISO/IEC 18004 table 5), which are
/// those of Base45.
pub fn is_alphanumeric(c: u8) -> bool {
    c.is_ascii_digit() || c.is_ascii_uppercase() || b" $%*+-./:".contains(&c)
}

impl core::fmt::Debug for QrMatrix {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "QrMatrix({0} × {0}, …)", self.size)
    }
}
