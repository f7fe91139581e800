//! Tampering of every kind.
