//! The MOSIP edge as a caller meets it: a data share that is a real server, documents with prints of
//! nobody, the published compliance cases, HTTP, and a real broker.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod people;

mod document;
mod share;

mod bench;

mod broker;
mod cases;
mod faces;
mod fetching;
mod http;
mod twice;
