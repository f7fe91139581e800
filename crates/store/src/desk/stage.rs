//! The next stage of a case, in whichever table the case lies.

use jiff::Timestamp;
use niims_record::CaseId;
use niims_record::adjudication::Case;
use sqlx::{AssertSqlSafe, query};

use crate::row::json;
use crate::{StoreError, Tx};

/// Where cases lie. All of these tables have the same columns for the stage.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CaseTable {
    /// Cases of the register.
    Ours,
    /// Pairs with a known answer.
    Planted,
    /// Cases of another platform.
    Foreign,
}

impl CaseTable {
    const fn name(self) -> &'static str {
        match self {
            Self::Ours => "adjudication_case",
            Self::Planted => "planted_case",
            Self::Foreign => "foreign_case",
        }
    }
}

/// Puts a case into its next stage, if its version is still the expected one; `false` where it
/// has moved on. A stage that is over closes the case.
pub(crate) async fn save_stage(
    tx: &mut Tx,
    table: CaseTable,
    (id, expected_version): (CaseId, i64),
    stage: &Case,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let decided_at = (!stage.is_open()).then(|| at.as_millisecond());
    let sql = format!(
        "UPDATE {} SET stage_name = $1, stage = $2, decided_at = $3, version = version + 1 \
         WHERE adjudication_case = $4 AND version = $5",
        table.name()
    );
    let changed = tx
        .execute(
            query(AssertSqlSafe(sql))
                .bind(stage.name())
                .bind(json(stage)?)
                .bind(decided_at)
                .bind(id.as_bytes().to_vec())
                .bind(expected_version),
        )
        .await?;
    Ok(changed == 1)
}
