//! Card layout, signing, production, offline verification.
