//! What roles say to each other. In one process these traits are function calls;
//! between processes they travel over HTTP or NATS. A role never calls another
//! role's crate: it knows only the traits here.

pub mod abis;
pub mod agency;
pub mod ambient;
pub mod card;
pub mod desk;
pub mod disclosure;
pub mod fleet;
pub mod freeze;
pub mod kit;
pub mod problem;
pub mod resident;
pub mod revisit;

pub use ambient::{Clock, Entropy, EntropyRng};
pub use problem::Problem;
