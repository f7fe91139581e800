//! The texts of the staff pages, compiled in.

use niims_web::Texts;

/// The texts in every language.
#[expect(clippy::expect_used, reason = "compiled in, and read by the tests of this crate")]
pub(super) fn texts() -> Texts {
    Texts::read(include_str!("../../texts/en.toml"), include_str!("../../texts/sw.toml"))
        .expect("texts that were tested")
}
