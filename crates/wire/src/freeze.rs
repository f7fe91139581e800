//! Orders that stop and release powers of the programme.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::FreezeId;
use niims_record::freeze::{Freeze, Power};

use crate::problem::Problem;

/// A freeze as ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeOrder {
    /// What it stops.
    pub power: Power,
    /// Only for this agency, or for all.
    pub agency: Option<String>,
    /// Only in this county, or everywhere.
    pub county: Option<String>,
    /// The order it rests on.
    pub order: String,
}

/// Control over freezes.
#[async_trait]
pub trait FreezeControl: Send + Sync {
    /// Puts a freeze in force now.
    async fn freeze(&self, order: FreezeOrder, at: Timestamp) -> Result<FreezeId, Problem>;
    /// Lifts a freeze, under an order.
    async fn lift(&self, freeze: FreezeId, order: &str, at: Timestamp) -> Result<(), Problem>;
    /// All freezes, lifted ones included.
    async fn freezes(&self) -> Result<Vec<Freeze>, Problem>;
}
