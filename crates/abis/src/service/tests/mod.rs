//! What the service promises, on both databases.
