//! Agencies: narrow answers under a recorded basis; freeze.
