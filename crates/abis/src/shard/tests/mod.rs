//! Shards over a real broker: right answers or none, whatever dies.

mod broker;
mod cluster;
mod people;
mod slow;

mod equality;
mod failures;
mod forgery;
mod moves;
mod processes;

mod cost;
