//! The staff pages from outside.
