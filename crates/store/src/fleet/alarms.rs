//! Alarms that an event raised, until somebody has looked.

use jiff::Timestamp;
use niims_record::fleet::Alarm;
use niims_record::{KitAlarmId, KitId, OfficerId};
use sqlx::query;

use crate::row::{limit, read_all};
use crate::{StoreError, Tx};

/// One alarm that nobody has settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAlarm {
    /// The alarm.
    pub id: KitAlarmId,
    /// Which kit.
    pub kit: KitId,
    /// The kit's serial number.
    pub serial: String,
    /// Code of the area where it works.
    pub place: Option<String>,
    /// Why.
    pub kind: Alarm,
    /// When it was raised first.
    pub raised_at: Timestamp,
    /// When it was raised last.
    pub last_at: Timestamp,
    /// How often.
    pub times: u64,
}

/// Raises an alarm; one of the same kind that is open counts once more. `false` where the kit
/// is not of the fleet.
pub async fn raise(
    tx: &mut Tx,
    kit: KitId,
    kind: Alarm,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let id: [u8; 16] = tx.keyring.random();
    let changed = tx
        .execute(
            query(
                "INSERT INTO kit_alarm (alarm, kit, kind, raised_at, last_at, times) \
                 SELECT $1, kit, $2, $3, $3, 1 FROM fleet_kit WHERE kit = $4 \
                 ON CONFLICT (kit, kind) WHERE settled_at IS NULL \
                 DO UPDATE SET last_at = excluded.last_at, times = kit_alarm.times + 1",
            )
            .bind(id.to_vec())
            .bind(kind.name())
            .bind(at.as_millisecond())
            .bind(kit.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Open alarms, the newest first; of one kit or of all.
pub async fn open(
    tx: &mut Tx,
    kit: Option<KitId>,
    at_most: usize,
) -> Result<Vec<OpenAlarm>, StoreError> {
    const SELECT: &str = "SELECT a.alarm, a.kit, f.serial, f.place, a.kind, a.raised_at, a.last_at, \
         a.times FROM kit_alarm a JOIN fleet_kit f ON f.kit = a.kit WHERE a.settled_at IS NULL";
    let rows = if let Some(kit) = kit {
        let sql = format!("{SELECT} AND a.kit = $1 ORDER BY a.last_at DESC LIMIT $2");
        let sql = query(sqlx::AssertSqlSafe(sql));
        tx.fetch_all(sql.bind(kit.as_bytes().to_vec()).bind(limit(at_most))).await?
    } else {
        let sql = format!("{SELECT} ORDER BY a.last_at DESC, f.serial LIMIT $1");
        tx.fetch_all(query(sqlx::AssertSqlSafe(sql)).bind(limit(at_most))).await?
    };
    read_all(&rows, |row| {
        Ok(OpenAlarm {
            id: row.id("alarm")?,
            kit: row.id("kit")?,
            serial: row.text("serial")?,
            place: row.opt_text("place")?,
            kind: row.named("kind", Alarm::from_name)?,
            raised_at: row.time("raised_at")?,
            last_at: row.time("last_at")?,
            times: row.count("times")?,
        })
    })
}

/// Settles an alarm; gives its kit, once.
pub async fn settle(
    tx: &mut Tx,
    alarm: KitAlarmId,
    by: OfficerId,
    note: &str,
    at: Timestamp,
) -> Result<Option<KitId>, StoreError> {
    let row = tx
        .execute_returning(
            query(
                "UPDATE kit_alarm SET settled_at = $1, settled_by = $2, note = $3 \
                 WHERE alarm = $4 AND settled_at IS NULL RETURNING kit",
            )
            .bind(at.as_millisecond())
            .bind(by.as_bytes().to_vec())
            .bind(note)
            .bind(alarm.as_bytes().to_vec()),
        )
        .await?;
    row.map(|row| row.id("kit")).transpose()
}
