//! Between the standard's messages and the service: each file beside one kind of message.

pub mod encounter;

pub mod items;
mod picture;

pub mod candidates;
pub mod templates;

pub mod parts;

pub mod check;
