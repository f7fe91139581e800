//! Synthetic people, prints, fraud, load, faults.
//!
//! [`plants::plan`] settles a village after the census and plants known cases among its
//! residents; [`folder::write_visit`] lays out what a capture station would write for one
//! visit; [`canaries::canaries`] lists the values that must never leak. Everything follows
//! from a seed: nobody in it exists.

// The people.
pub mod census;
pub mod chance;
pub mod village;

// What they bring to the desk.
mod canvas;
pub mod document;
pub mod form;
pub mod images;
pub mod portrait;
pub mod prints;

// A scanner or camera on the network, with faults.
pub mod device;

// What is planted among them, and how it reaches a kit.
pub mod canaries;
pub mod folder;
pub mod pairs;
pub mod plants;

// A matcher's gallery of people who have nothing but fingers.
pub mod gallery;

// What a nation's would cost.
pub mod cost;
