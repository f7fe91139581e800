//! Tests of the published folder.
