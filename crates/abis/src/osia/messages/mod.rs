//! The messages of the standard as types, and nothing that decides.

pub mod limits;

pub mod vocabulary;

pub mod biometric;
pub mod encounter;
pub mod protection;

pub mod search;

pub mod ids;

pub mod strict;
