//! One executable, several roles: `niims demo | serve | kit | …`.

fn main() {}
