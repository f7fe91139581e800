//! The register as a whole: packets go in at the kits' door, and what people,
//! agencies and residents may see comes out. On both databases.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod fixture;

mod adjudication;
mod bad_packets;
mod card_looks;
mod consequences;
mod desk;
mod desk_beside;
mod desk_scale;
mod door;
mod duplicates;
mod fleet;
mod fleet_enrol;
mod fleet_first_pin;
mod fleet_pack;
mod fleet_signed;
mod fleet_stopped;
mod fleet_team;
mod foreign_desk;
mod freeze;
mod leak;
mod life;
mod merging;
mod one_number;
mod outside;
mod patched_kit;
mod resident;
mod revisits;
mod search;
mod steps;
mod watching;
