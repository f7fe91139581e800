//! Whom the centre asks to meet again, and what officers did about it.

use jiff::Timestamp;
use niims_record::RevisitId;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_time, to_bytes, to_time};

/// What an officer did about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisitOutcome {
    /// The person was met and captured.
    Captured,
    /// It could not be done.
    NotDone,
}

/// What was done, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevisitDone {
    /// The request.
    pub revisit: RevisitId,
    /// How it ended on this kit.
    pub outcome: RevisitOutcome,
    /// When.
    pub at: Timestamp,
}

impl KitStore {
    /// Keeps a list in place of the one before, as one: `listed` are the requests in it, `known`
    /// those whose letters the centre has.
    ///
    /// # Errors
    /// [`KitStoreError`]; after `kit.disk_full` the list before stands.
    pub async fn keep_revisits(
        &mut self,
        content: &[u8],
        listed: &[RevisitId],
        known: &[RevisitId],
        given_at: Timestamp,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitStoreError> {
        let sealed = self.cipher.lock_revisits(content, rng)?;
        let done = self.revisits_done().await?;
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        sqlx::query(
            "INSERT INTO revisit_list (place, given_at, content) VALUES (1, ?, ?) \
             ON CONFLICT (place) DO UPDATE SET given_at = excluded.given_at, \
             content = excluded.content",
        )
        .bind(from_time(given_at))
        .bind(sealed)
        .execute(&mut *tx)
        .await?;
        for id in known {
            sqlx::query("UPDATE revisit_done SET sealed = NULL WHERE revisit_id = ?")
                .bind(id.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?;
        }
        for one in done.iter().filter(|one| !listed.contains(&one.revisit)) {
            sqlx::query("DELETE FROM revisit_done WHERE revisit_id = ? AND sealed IS NULL")
                .bind(one.revisit.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The list, decrypted, and when it was given.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn revisits(
        &mut self,
    ) -> Result<Option<(Timestamp, Zeroizing<Vec<u8>>)>, KitStoreError> {
        let row: Option<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT given_at, content FROM revisit_list")
                .fetch_optional(&mut self.connection)
                .await?;
        row.map(|(at, sealed)| Ok((to_time(at, "time")?, self.cipher.unlock_revisits(&sealed)?)))
            .transpose()
    }

    /// Forgets the list: the kit is to know nobody any more. Letters stay until they are sent.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn forget_revisits(&mut self) -> Result<(), KitStoreError> {
        let removed = sqlx::query("DELETE FROM revisit_list").execute(&mut self.connection).await?;
        if removed.rows_affected() > 0 { self.empty_log().await } else { Ok(()) }
    }

    /// What was done so far.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn revisits_done(&mut self) -> Result<Vec<RevisitDone>, KitStoreError> {
        let rows: Vec<(Vec<u8>, String, i64)> =
            sqlx::query_as("SELECT revisit_id, outcome, done_at FROM revisit_done")
                .fetch_all(&mut self.connection)
                .await?;
        rows.into_iter()
            .map(|(id, outcome, at)| {
                let outcome = match outcome.as_str() {
                    "captured" => RevisitOutcome::Captured,
                    _ => RevisitOutcome::NotDone,
                };
                let revisit = RevisitId::from_bytes(to_bytes(&id, "revisit id")?);
                Ok(RevisitDone { revisit, outcome, at: to_time(at, "time")? })
            })
            .collect()
    }

    /// Keeps a letter that tells why a revisit could not be done. One that was captured stays so.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_not_done(
        &mut self,
        revisit: RevisitId,
        sealed: &[u8],
        at: Timestamp,
    ) -> Result<(), KitStoreError> {
        sqlx::query(
            "INSERT INTO revisit_done (revisit_id, outcome, done_at, sealed) \
             VALUES (?, 'not_done', ?, ?) ON CONFLICT (revisit_id) DO NOTHING",
        )
        .bind(revisit.as_bytes().as_slice())
        .bind(from_time(at))
        .bind(sealed)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Letters that the centre has not confirmed, the oldest first.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn not_done_letters(
        &mut self,
        at_most: usize,
    ) -> Result<Vec<Vec<u8>>, KitStoreError> {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
            "SELECT sealed FROM revisit_done WHERE sealed IS NOT NULL \
             ORDER BY done_at, revisit_id LIMIT ?",
        )
        .bind(i64::try_from(at_most).unwrap_or(i64::MAX))
        .fetch_all(&mut self.connection)
        .await?;
        Ok(rows.into_iter().map(|(sealed,)| sealed).collect())
    }
}

/// Marks a request as captured, in the transaction that completes its encounter. A letter that
/// said otherwise is not sent any more.
pub(super) async fn mark_captured(
    connection: &mut sqlx::SqliteConnection,
    revisit: RevisitId,
    at: Timestamp,
) -> Result<(), KitStoreError> {
    sqlx::query(
        "INSERT INTO revisit_done (revisit_id, outcome, done_at) VALUES (?, 'captured', ?) \
         ON CONFLICT (revisit_id) DO UPDATE SET outcome = 'captured', \
         done_at = excluded.done_at, sealed = NULL",
    )
    .bind(revisit.as_bytes().as_slice())
    .bind(from_time(at))
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use niims_record::ApplicationId;
    use niims_record::OfficerId;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::super::{KitIdentity, NewDraft, NewInterview};
    use super::*;

    const ROOT: [u8; 32] = [7; 32];
    const OFFICER: OfficerId = OfficerId::from_bytes([3; 16]);
    const FIRST: &[u8] = b"PLANTED NAME OF THE FIRST LIST";
    const SECOND: &[u8] = b"PLANTED NAME OF THE SECOND LIST";
    const LETTER: &[u8] = b"PLANTED LETTER";

    fn id(n: u8) -> RevisitId {
        RevisitId::from_bytes([n; 16])
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn rng() -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(5)
    }

    async fn open(folder: &Path) -> KitStore {
        KitStore::open(&folder.join("kit.sqlite"), &ROOT).await.unwrap()
    }

    fn on_disk(folder: &Path, wanted: &[u8]) -> bool {
        std::fs::read_dir(folder).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(wanted.len()).any(|window| window == wanted)
        })
    }

    async fn list(store: &mut KitStore) -> Option<Vec<u8>> {
        store.revisits().await.unwrap().map(|(_, bytes)| bytes.to_vec())
    }

    #[tokio::test]
    async fn a_list_is_encrypted_replaced_as_one_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path()).await;
        assert_eq!(list(&mut store).await, None);
        store.keep_revisits(FIRST, &[id(1), id(2)], &[], at(0), &mut rng()).await.unwrap();
        store.keep_not_done(id(1), LETTER, at(1)).await.unwrap();
        // As after `kill -9`: nothing was closed.
        drop(store);
        let mut store = open(folder.path()).await;
        assert_eq!(list(&mut store).await.as_deref(), Some(FIRST));
        assert!(on_disk(folder.path(), LETTER), "the search itself must be able to find things");
        assert!(!on_disk(folder.path(), FIRST));
        let other = KitStore::open(&folder.path().join("kit.sqlite"), &[8; 32]).await;
        assert!(other.is_err(), "one process at a time");

        // A failure in between leaves the list before.
        sqlx::query(
            "CREATE TRIGGER fails BEFORE DELETE ON revisit_done BEGIN SELECT RAISE(ABORT, 'x'); END",
        )
        .execute(&mut store.connection)
        .await
        .unwrap();
        let failed = store.keep_revisits(SECOND, &[id(2)], &[id(1)], at(2), &mut rng()).await;
        assert!(failed.is_err());
        assert_eq!(list(&mut store).await.as_deref(), Some(FIRST));
        assert_eq!(store.not_done_letters(9).await.unwrap(), [LETTER.to_vec()]);
        sqlx::query("DROP TRIGGER fails").execute(&mut store.connection).await.unwrap();

        store.keep_revisits(SECOND, &[id(2)], &[id(1)], at(2), &mut rng()).await.unwrap();
        assert_eq!(list(&mut store).await.as_deref(), Some(SECOND));
        assert!(store.not_done_letters(9).await.unwrap().is_empty());
        assert!(
            store.revisits_done().await.unwrap().is_empty(),
            "the centre knows, and asks no more"
        );
        store.forget_revisits().await.unwrap();
        assert_eq!(list(&mut store).await, None);
        for clear in [FIRST, SECOND, LETTER] {
            assert!(!on_disk(folder.path(), clear));
        }
    }

    #[tokio::test]
    async fn a_letter_stays_until_the_centre_has_it_and_a_mark_until_it_asks_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path()).await;
        store.keep_not_done(id(1), LETTER, at(1)).await.unwrap();
        store.keep_not_done(id(1), b"another", at(2)).await.unwrap();
        assert_eq!(store.not_done_letters(9).await.unwrap(), [LETTER.to_vec()]);
        // Not in the list, and the centre has not said that it knows.
        store.keep_revisits(FIRST, &[], &[], at(3), &mut rng()).await.unwrap();
        assert_eq!(store.not_done_letters(9).await.unwrap().len(), 1);
        // It knows, and has it in its list still.
        store.keep_revisits(FIRST, &[id(1)], &[id(1)], at(4), &mut rng()).await.unwrap();
        assert!(store.not_done_letters(9).await.unwrap().is_empty());
        let told = RevisitDone { revisit: id(1), outcome: RevisitOutcome::NotDone, at: at(1) };
        assert_eq!(store.revisits_done().await.unwrap(), [told]);
    }

    #[tokio::test]
    async fn an_encounter_and_its_mark_are_saved_as_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path()).await;
        let identity = KitIdentity {
            kit: niims_record::KitId::from_bytes([1; 16]),
            serial: "TEST-1".to_owned(),
            sublocation: "S0001".to_owned(),
            centre_public_key: [2; 32],
            log_public_key: "log.test+00000000+AA".to_owned(),
        };
        let officer =
            super::super::KitOfficer { officer: OFFICER, public_key: [4; 32], supervisor: false };
        store.set_up(&identity, &[officer], at(0)).await.unwrap();
        let application = ApplicationId::from_bytes([5; 16]);
        let of = NewInterview { interview: application, officer: OFFICER, seed: &[6; 32] };
        store.begin_interview(of, b"{}", at(1), &mut rng()).await.unwrap();
        store.keep_not_done(id(1), LETTER, at(1)).await.unwrap();
        let draft = NewDraft { application, application_number: "N", content: b"encounter" };
        let count = ("2026-11-02", OFFICER, "adult");
        let mut rng = rng();
        let done = store.complete_interview(&draft, count, Some(id(1)), at(2), &mut rng);
        done.await.unwrap();
        let captured = RevisitDone { revisit: id(1), outcome: RevisitOutcome::Captured, at: at(2) };
        assert_eq!(store.revisits_done().await.unwrap(), [captured]);
        assert!(store.not_done_letters(9).await.unwrap().is_empty(), "it was done after all");
    }
}
