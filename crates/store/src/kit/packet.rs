//! Sealed packets: place in the chain, upload, receipt, deletion.

use jiff::Timestamp;
use niims_record::{ApplicationId, PacketId};
use sqlx::FromRow;

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_count, from_time, one_row, to_bytes, to_count, to_optional_time, to_time};

/// A packet whose file lies in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPacket {
    /// The packet.
    pub packet: PacketId,
    /// The application within.
    pub application: ApplicationId,
    /// Place in the kit's chain, from 1.
    pub sequence: u64,
    /// Hash of the packet before; zeros for the first.
    pub previous_hash: [u8; 32],
    /// SHA-256 of the file.
    pub hash: [u8; 32],
    /// Bytes of the file.
    pub length: u64,
    /// When it was sealed.
    pub sealed_at: Timestamp,
}

/// How far a packet has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketState {
    /// In the outbox; the centre may have a part of it.
    Sealed,
    /// The centre has all of it and has not yet given a receipt that holds.
    Uploaded,
    /// The centre's receipt was verified.
    Receipted,
    /// The file is gone from the kit.
    Deleted,
}

impl PacketState {
    /// As the row holds it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Uploaded => "uploaded",
            Self::Receipted => "receipted",
            Self::Deleted => "deleted",
        }
    }

    fn from_row(text: &str) -> Result<Self, KitStoreError> {
        [Self::Sealed, Self::Uploaded, Self::Receipted, Self::Deleted]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(KitStoreError::Unreadable { what: "packet state" })
    }
}

/// A packet as the kit knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketRow {
    /// What was sealed.
    pub sealed: NewPacket,
    /// How far it has come.
    pub state: PacketState,
    /// Where the centre takes the rest of an upload.
    pub upload_path: Option<String>,
    /// Bytes that the centre acknowledged.
    pub upload_offset: u64,
    /// Where it stands at the centre, in the centre's word.
    pub standing: Option<String>,
    /// The centre's stable code of the reason.
    pub standing_code: Option<String>,
    /// The verified receipt.
    pub receipt: Option<String>,
    /// When the receipt was verified.
    pub receipted_at: Option<Timestamp>,
    /// The last receipt that did not verify.
    pub false_receipt: Option<String>,
    /// What is wrong with the file, such as `kit.packet_missing`.
    pub fault_code: Option<String>,
}

/// How many packets are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PacketCounts {
    /// Sealed, in the outbox.
    pub sealed: u64,
    /// Uploaded, without a receipt that holds.
    pub uploaded: u64,
    /// With a verified receipt, still on the kit.
    pub receipted: u64,
    /// Deleted from the kit.
    pub deleted: u64,
    /// Of all these, with something wrong with the file.
    pub faulty: u64,
    /// Of all these, with a false receipt.
    pub false_receipts: u64,
}

#[derive(FromRow)]
struct RawPacket {
    sequence: i64,
    packet_id: Vec<u8>,
    application_id: Vec<u8>,
    previous_hash: Vec<u8>,
    hash: Vec<u8>,
    length: i64,
    sealed_at: i64,
    state: String,
    upload_path: Option<String>,
    upload_offset: i64,
    standing: Option<String>,
    standing_code: Option<String>,
    receipt: Option<String>,
    receipted_at: Option<i64>,
    false_receipt: Option<String>,
    fault_code: Option<String>,
}

impl RawPacket {
    fn read(self) -> Result<PacketRow, KitStoreError> {
        Ok(PacketRow {
            sealed: NewPacket {
                packet: PacketId::from_bytes(to_bytes(&self.packet_id, "packet id")?),
                application: ApplicationId::from_bytes(to_bytes(
                    &self.application_id,
                    "application id",
                )?),
                sequence: to_count(self.sequence, "sequence number")?,
                previous_hash: to_bytes(&self.previous_hash, "hash")?,
                hash: to_bytes(&self.hash, "hash")?,
                length: to_count(self.length, "length")?,
                sealed_at: to_time(self.sealed_at, "time")?,
            },
            state: PacketState::from_row(&self.state)?,
            upload_path: self.upload_path,
            upload_offset: to_count(self.upload_offset, "offset")?,
            standing: self.standing,
            standing_code: self.standing_code,
            receipt: self.receipt,
            receipted_at: to_optional_time(self.receipted_at, "time")?,
            false_receipt: self.false_receipt,
            fault_code: self.fault_code,
        })
    }
}

impl KitStore {
    /// Adds a packet whose file is in place, and removes its draft with the draft's key:
    /// one transaction, after which the kit cannot read what it sealed.
    ///
    /// # Errors
    /// [`KitStoreError::NotThere`] without a completed draft; [`KitStoreError::Database`]
    /// when the place in the chain is taken.
    pub async fn replace_draft(&mut self, packet: &NewPacket) -> Result<(), KitStoreError> {
        let application = packet.application.as_bytes().as_slice();
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        let added = sqlx::query(
            "INSERT INTO packet (sequence, packet_id, application_id, number_index, \
             previous_hash, hash, length, sealed_at, state) \
             SELECT ?, ?, application_id, number_index, ?, ?, ?, ?, 'sealed' \
             FROM draft WHERE application_id = ? AND state = 'complete'",
        )
        .bind(from_count(packet.sequence, "sequence number")?)
        .bind(packet.packet.as_bytes().as_slice())
        .bind(packet.previous_hash.as_slice())
        .bind(packet.hash.as_slice())
        .bind(from_count(packet.length, "length")?)
        .bind(from_time(packet.sealed_at))
        .bind(application)
        .execute(&mut *tx)
        .await?;
        one_row(added.rows_affected(), "completed draft")?;
        sqlx::query("DELETE FROM draft WHERE application_id = ?")
            .bind(application)
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE kit SET last_seen_at = max(last_seen_at, ?)")
            .bind(from_time(packet.sealed_at))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Sequence number and hash of the last packet sealed; 0 and zeros before the first.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn chain_end(&mut self) -> Result<(u64, [u8; 32]), KitStoreError> {
        let row: Option<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT sequence, hash FROM packet ORDER BY sequence DESC LIMIT 1")
                .fetch_optional(&mut self.connection)
                .await?;
        row.map_or(Ok((0, [0; 32])), |(sequence, hash)| {
            Ok((to_count(sequence, "sequence number")?, to_bytes(&hash, "hash")?))
        })
    }

    /// All packets in the order of the chain.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn packets(&mut self) -> Result<Vec<PacketRow>, KitStoreError> {
        let rows: Vec<RawPacket> = sqlx::query_as("SELECT * FROM packet ORDER BY sequence")
            .fetch_all(&mut self.connection)
            .await?;
        rows.into_iter().map(RawPacket::read).collect()
    }

    /// The packets in one state, in the order of the chain.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn packets_in(
        &mut self,
        state: PacketState,
    ) -> Result<Vec<PacketRow>, KitStoreError> {
        let rows: Vec<RawPacket> =
            sqlx::query_as("SELECT * FROM packet WHERE state = ? ORDER BY sequence")
                .bind(state.as_str())
                .fetch_all(&mut self.connection)
                .await?;
        rows.into_iter().map(RawPacket::read).collect()
    }

    /// Remembers where the centre takes the rest of a sealed packet and how much it has.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn note_upload(
        &mut self,
        packet: PacketId,
        path: Option<&str>,
        offset: u64,
    ) -> Result<(), KitStoreError> {
        let changed = sqlx::query(
            "UPDATE packet SET upload_path = ?, upload_offset = ? \
             WHERE packet_id = ? AND state = 'sealed'",
        )
        .bind(path)
        .bind(from_count(offset, "offset")?)
        .bind(packet.as_bytes().as_slice())
        .execute(&mut self.connection)
        .await?;
        one_row(changed.rows_affected(), "sealed packet")
    }

    /// Remembers that the centre has all of a packet.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn note_uploaded(
        &mut self,
        packet: PacketId,
        now: Timestamp,
    ) -> Result<(), KitStoreError> {
        let changed = sqlx::query(
            "UPDATE packet SET state = 'uploaded', uploaded_at = ?, upload_offset = length \
             WHERE packet_id = ? AND state = 'sealed'",
        )
        .bind(from_time(now))
        .bind(packet.as_bytes().as_slice())
        .execute(&mut self.connection)
        .await?;
        one_row(changed.rows_affected(), "sealed packet")
    }

    /// Remembers where a packet stands at the centre.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn note_standing(
        &mut self,
        packet: PacketId,
        standing: &str,
        code: Option<&str>,
    ) -> Result<(), KitStoreError> {
        let changed =
            sqlx::query("UPDATE packet SET standing = ?, standing_code = ? WHERE packet_id = ?")
                .bind(standing)
                .bind(code)
                .bind(packet.as_bytes().as_slice())
                .execute(&mut self.connection)
                .await?;
        one_row(changed.rows_affected(), "packet")
    }

    /// Keeps a verified receipt.
    ///
    /// # Errors
    /// [`KitStoreError::NotThere`] unless the packet is uploaded.
    pub async fn note_receipt(
        &mut self,
        packet: PacketId,
        receipt: &str,
        now: Timestamp,
    ) -> Result<(), KitStoreError> {
        let changed = sqlx::query(
            "UPDATE packet SET state = 'receipted', receipt = ?, receipted_at = ?, \
             standing = 'receipted', standing_code = NULL \
             WHERE packet_id = ? AND state = 'uploaded'",
        )
        .bind(receipt)
        .bind(from_time(now))
        .bind(packet.as_bytes().as_slice())
        .execute(&mut self.connection)
        .await?;
        one_row(changed.rows_affected(), "uploaded packet")
    }

    /// Keeps a receipt that did not verify, as evidence. The packet stays as it is.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn note_false_receipt(
        &mut self,
        packet: PacketId,
        receipt: &str,
    ) -> Result<(), KitStoreError> {
        let changed = sqlx::query("UPDATE packet SET false_receipt = ? WHERE packet_id = ?")
            .bind(receipt)
            .bind(packet.as_bytes().as_slice())
            .execute(&mut self.connection)
            .await?;
        one_row(changed.rows_affected(), "packet")
    }

    /// Marks what is wrong with a packet's file, or that nothing is any more.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn note_fault(
        &mut self,
        packet: PacketId,
        code: Option<&str>,
    ) -> Result<(), KitStoreError> {
        let changed = sqlx::query("UPDATE packet SET fault_code = ? WHERE packet_id = ?")
            .bind(code)
            .bind(packet.as_bytes().as_slice())
            .execute(&mut self.connection)
            .await?;
        one_row(changed.rows_affected(), "packet")
    }

    /// Marks a receipted packet as deleted. The caller removes the file afterwards, so that
    /// a crash between leaves a file too many, never a row that lies.
    ///
    /// # Errors
    /// [`KitStoreError::NotThere`] unless the packet has a verified receipt.
    pub async fn note_deleted(
        &mut self,
        packet: PacketId,
        now: Timestamp,
    ) -> Result<(), KitStoreError> {
        let changed = sqlx::query(
            "UPDATE packet SET state = 'deleted', deleted_at = ? \
             WHERE packet_id = ? AND state = 'receipted'",
        )
        .bind(from_time(now))
        .bind(packet.as_bytes().as_slice())
        .execute(&mut self.connection)
        .await?;
        one_row(changed.rows_affected(), "receipted packet")
    }

    /// How many packets are in each state.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn packet_counts(&mut self) -> Result<PacketCounts, KitStoreError> {
        let counts: (i64, i64, i64, i64, i64, i64) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE state = 'sealed'), \
             count(*) FILTER (WHERE state = 'uploaded'), \
             count(*) FILTER (WHERE state = 'receipted'), \
             count(*) FILTER (WHERE state = 'deleted'), \
             count(fault_code), count(false_receipt) FROM packet",
        )
        .fetch_one(&mut self.connection)
        .await?;
        let count = |value| to_count(value, "count");
        Ok(PacketCounts {
            sealed: count(counts.0)?,
            uploaded: count(counts.1)?,
            receipted: count(counts.2)?,
            deleted: count(counts.3)?,
            faulty: count(counts.4)?,
            false_receipts: count(counts.5)?,
        })
    }
}
