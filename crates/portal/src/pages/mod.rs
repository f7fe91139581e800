//! One file per page, in the order in which a resident meets them.

pub(crate) mod code;
pub(crate) mod collected;
pub(crate) mod form;
pub(crate) mod me;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod start;
