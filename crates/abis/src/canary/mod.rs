//! Live recall: people who are known to be enrolled, searched for day and night.

mod people;

pub(crate) use people::Canaries;
