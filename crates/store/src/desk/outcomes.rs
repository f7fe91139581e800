//! What became of each search, for reports, and the counts by source and hour.

use jiff::Timestamp;
use niims_record::ApplicationId;
use niims_record::desk::Rate;
use sqlx::{AssertSqlSafe, query};

use crate::row::{int, named, read_all};
use crate::{BlindToken, Keyring, StoreError, Tx};

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// One application searched, as reports see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// Which; kept as a token that leads nowhere.
    pub application: ApplicationId,
    /// Id of the kit.
    pub kit: String,
    /// Id of who captured; empty where unknown.
    pub officer: String,
    /// Code of the county; empty where unknown.
    pub county: String,
    /// Tenth of the range of quality; empty without fingers.
    pub quality_decile: String,
    /// Age from and to; empty where unknown.
    pub age_band: String,
    /// Code of the sex; empty where unknown.
    pub sex: String,
    /// Whether a case was opened.
    pub hit: bool,
    /// When.
    pub at: Timestamp,
}

named! {
    /// What rows are grouped by.
    GroupBy {
        /// Nothing.
        All = "'all'",
        /// County.
        County = "county",
        /// Kit.
        Kit = "kit",
        /// Officer.
        Officer = "officer",
        /// Quality.
        QualityDecile = "quality_decile",
        /// Age.
        AgeBand = "age_band",
        /// Sex.
        Sex = "sex",
    }
}

/// Counts of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupCounts {
    /// The group.
    pub group: String,
    /// Applications searched.
    pub searched: u64,
    /// Cases opened.
    pub hits: u64,
    /// By verdict: same, different, recapture, fraud.
    pub verdicts: [u64; 4],
}

/// Keeps a row; without effect where the application has one: a step run twice counts once.
pub async fn insert(tx: &mut Tx, searched: &Searched) -> Result<bool, StoreError> {
    let token = token(tx.keyring(), searched.application);
    let inserted = tx
        .execute(
            query(
                "INSERT INTO search_outcome (token, kit, officer, county, quality_decile, \
                 age_band, sex, hit, searched_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                 ON CONFLICT (token) DO NOTHING",
            )
            .bind(token.to_vec())
            .bind(searched.kit.as_str())
            .bind(searched.officer.as_str())
            .bind(searched.county.as_str())
            .bind(searched.quality_decile.as_str())
            .bind(searched.age_band.as_str())
            .bind(searched.sex.as_str())
            .bind(i64::from(searched.hit))
            .bind(searched.at.as_millisecond()),
        )
        .await?;
    Ok(inserted == 1)
}

/// Notes the verdict that stands for an application.
pub async fn decided(
    tx: &mut Tx,
    application: ApplicationId,
    verdict: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let token = token(tx.keyring(), application);
    tx.execute(
        query("UPDATE search_outcome SET verdict = $1, decided_at = $2 WHERE token = $3")
            .bind(verdict)
            .bind(at.as_millisecond())
            .bind(token.to_vec()),
    )
    .await?;
    Ok(())
}

/// Counts by group of those searched in a period, in the order of the groups.
pub async fn counts(
    tx: &mut Tx,
    from: Timestamp,
    until: Timestamp,
    by: GroupBy,
) -> Result<Vec<GroupCounts>, StoreError> {
    let group = by.name();
    let verdict =
        |name: &str| format!("CAST(SUM(CASE WHEN verdict = '{name}' THEN 1 ELSE 0 END) AS BIGINT)");
    let sql = format!(
        "SELECT {group} AS part, COUNT(*) AS searched, CAST(SUM(hit) AS BIGINT) AS hits, \
         {} AS same, {} AS different, {} AS recapture, {} AS fraud FROM search_outcome \
         WHERE searched_at >= $1 AND searched_at < $2 GROUP BY 1 ORDER BY 1",
        verdict("same_person"),
        verdict("different_people"),
        verdict("ask_recapture"),
        verdict("suspect_fraud"),
    );
    let rows = tx
        .fetch_all(
            query(AssertSqlSafe(sql)).bind(from.as_millisecond()).bind(until.as_millisecond()),
        )
        .await?;
    read_all(&rows, |row| {
        Ok(GroupCounts {
            group: row.text("part")?,
            searched: row.count("searched")?,
            hits: row.count("hits")?,
            verdicts: [
                row.count("same")?,
                row.count("different")?,
                row.count("recapture")?,
                row.count("fraud")?,
            ],
        })
    })
}

/// Seconds from search to decision of every case decided, by group.
pub async fn times(
    tx: &mut Tx,
    from: Timestamp,
    until: Timestamp,
    by: GroupBy,
) -> Result<Vec<(String, i64)>, StoreError> {
    let sql = format!(
        "SELECT {} AS part, (decided_at - searched_at) / 1000 AS seconds FROM search_outcome \
         WHERE searched_at >= $1 AND searched_at < $2 AND decided_at IS NOT NULL ORDER BY 1, 2",
        by.name()
    );
    let rows = tx
        .fetch_all(
            query(AssertSqlSafe(sql)).bind(from.as_millisecond()).bind(until.as_millisecond()),
        )
        .await?;
    read_all(&rows, |row| Ok((row.text("part")?, row.int("seconds")?)))
}

/// Counts a search of a source (`kit`, `officer`, `place`, `county`) in its hour.
pub async fn count_source(
    tx: &mut Tx,
    kind: &str,
    source: &str,
    hit: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO source_hits (kind, source, hour, searched, hits) VALUES ($1, $2, $3, 1, $4) \
             ON CONFLICT (kind, source, hour) DO UPDATE \
             SET searched = source_hits.searched + 1, hits = source_hits.hits + excluded.hits",
        )
        .bind(kind)
        .bind(source)
        .bind(at.as_millisecond() / HOUR)
        .bind(i64::from(hit)),
    )
    .await?;
    Ok(())
}

/// Searches and hits of a source from the hour of one moment to before that of another.
pub async fn source_rate(
    tx: &mut Tx,
    kind: &str,
    source: &str,
    from: Timestamp,
    until: Timestamp,
) -> Result<Rate, StoreError> {
    let row = tx
        .fetch_one(
            query(
                "SELECT CAST(COALESCE(SUM(searched), 0) AS BIGINT) AS searched, \
                 CAST(COALESCE(SUM(hits), 0) AS BIGINT) AS hits FROM source_hits \
                 WHERE kind = $1 AND source = $2 AND hour >= $3 AND hour < $4",
            )
            .bind(kind)
            .bind(source)
            .bind(from.as_millisecond() / HOUR)
            .bind(until.as_millisecond() / HOUR),
        )
        .await?;
    Ok(Rate { hits: row.count("hits")?, of: row.count("searched")? })
}

/// Forgets the hours before a moment; how many rows.
pub async fn forget_before(tx: &mut Tx, moment: Timestamp) -> Result<u64, StoreError> {
    let hour = int((moment.as_millisecond() / HOUR).max(0).unsigned_abs())?;
    tx.execute(query("DELETE FROM source_hits WHERE hour < $1").bind(hour)).await
}

fn token(keyring: &Keyring, application: ApplicationId) -> BlindToken {
    keyring.blind("search_outcome.token", application.as_bytes())
}
