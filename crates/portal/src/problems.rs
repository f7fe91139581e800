//! Problems of the desk that the portal has words for.

/// The codes with a title and an advice in the texts.
pub(crate) const CODES: &[&str] =
    &["portal.code_wrong", "portal.code_expired", "portal.too_many_codes", "portal.signed_out"];

/// The code as the texts know it, if they do.
pub(crate) fn known(code: &str) -> Option<&'static str> {
    CODES.iter().copied().find(|known| *known == code)
}
