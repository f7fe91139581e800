//! A centre and a kit whose pages are served by the real program, and an officer with a browser
//! at it who can be cut off at any moment.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod browser;
pub mod check;
pub mod image;
pub mod officer;
pub mod resident;
pub mod world;
