//! Messages and traits between roles, and the standard forms at our edge.
