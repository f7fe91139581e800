//! Readers for TOML and CSV that remember lines and report every fault instead of the first.

mod csv;
mod toml;

pub(crate) use csv::{Row, Table};
pub(crate) use toml::{At, Item, document};
