//! What every printed paper needs: the letters of the fonts that all PDF readers have, QR
//! codes, and slips of any width. Pure: same words, same bytes (decision 0010).

mod metrics;

mod text;

mod qr;

mod slip;

pub use metrics::{Face, width};
pub use qr::{QUIET_ZONE, QrMatrix, TooLarge, is_alphanumeric};
pub use slip::{Line, SlipSize, slip_pdf};
pub use text::{encode, fit, wrap};
