//! Taking a card out of its sealed store, and making the data of its chip: reads of its holder.
//!
//! The data of a chip are made when they are asked for and kept nowhere: the register holds each
//! finger once, in the packet.

use jiff::Timestamp;
use niims_fingerprint::template::record::card;
use niims_fingerprint::{FingerPosition, ImageLimits, decode_image, extract};
use niims_packet::{CaptureOutcome, Encounter};
use niims_record::ApplicationId;
use niims_store::{StoreError, applications, packets};
use niims_wire::card::{ChipFinger, ChipRequest, PressError};

use crate::Register;
use crate::disclose::{self, Look};
use crate::evidence::OpenError;

/// Fingers on a chip.
const FINGERS: usize = 2;
/// Minutiae of a finger on a chip: what cards are built to compare (ISO/IEC 19794-2:2005 §8.3.4).
const MINUTIAE: usize = 60;
/// What thumbs and index fingers are given before others, in points of quality. Range 0 to 40.
/// Holders lay them on a small scanner without being told how, and a few points of quality do not
/// outweigh that.
const EASY: u8 = 20;

/// Why the data of a chip were not made.
#[derive(Debug, thiserror::Error)]
pub enum ChipError {
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// The packet of the application does not open any more.
    #[error("the packet of this application does not open ({0})")]
    Evidence(&'static str),
    /// No finger was captured that can be read.
    #[error("no finger was captured that a chip could hold: the card is good without")]
    NoFinger,
    /// The press refused.
    #[error("the press refused")]
    Press(#[from] PressError),
}

impl Register {
    /// Records that a card leaves the store for printing or handing over.
    pub async fn record_card_export(
        &self,
        application: ApplicationId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let attributes = &["number", "name", "date_of_birth", "portrait"];
        self.record_production(application, attributes, at).await
    }

    /// The data for the chip of a card: its credential and two fingers, signed by the press. The
    /// person sees that fingers were put on a card.
    ///
    /// # Errors
    /// [`ChipError`].
    pub async fn chip_data(
        &self,
        application: ApplicationId,
        credential: String,
        at: Timestamp,
    ) -> Result<Vec<u8>, ChipError> {
        let packet = {
            let mut tx = self.db.read().await?;
            let found = applications::get(&mut tx, application).await?;
            let found = found.ok_or(ChipError::Evidence("card.application_unknown"))?;
            let packet = packets::get(&mut tx, found.packet).await?;
            packet.ok_or(ChipError::Evidence("card.packet_missing"))?
        };
        let encounter = self.reopen_packet(&packet).await.map_err(|error| match error {
            OpenError::Gate(code) => ChipError::Evidence(code),
            OpenError::Step(error) => ChipError::Evidence(error.code()),
        })?;
        let fingers = tokio::task::spawn_blocking(move || chip_fingers(&encounter))
            .await
            .map_err(|_| ChipError::Evidence("step.cancelled"))?;
        if fingers.is_empty() {
            return Err(ChipError::NoFinger);
        }
        // The line first: nothing is handed out that no line speaks of.
        self.record_production(application, &["card_fingers"], at).await?;
        Ok(self.press.chip(ChipRequest { credential, fingers }).await?)
    }

    async fn record_production(
        &self,
        application: ApplicationId,
        attributes: &[&str],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let look = Look {
            application: Some(application),
            asker: "register",
            officer: "card_production",
            purpose: "card_production",
            attributes,
            denied: None,
            at,
        };
        let mut tx = self.db.write().await?;
        disclose::line(&mut tx, &look).await?;
        tx.commit().await
    }
}

/// The two fingers that serve best at a small scanner, the better one first.
fn chip_fingers(encounter: &Encounter) -> Vec<ChipFinger> {
    let mut found: Vec<(u8, ChipFinger)> = Vec::new();
    for finger in &encounter.fingers {
        let CaptureOutcome::Captured { image, dpi, .. } = &finger.outcome else { continue };
        let Some(position) = FingerPosition::from_code(finger.position) else { continue };
        let picture = decode_image(&image.bytes, &ImageLimits::default());
        let Some(print) = picture.ok().and_then(|picture| extract(&picture, *dpi).ok()) else {
            continue;
        };
        let quality = print.quality.score;
        let minutiae = card::write(&print.template, MINUTIAE);
        if !minutiae.is_empty() {
            let rank = quality.saturating_add(if is_easy(position) { EASY } else { 0 });
            found.push((rank, ChipFinger { position: finger.position, quality, minutiae }));
        }
    }
    found.sort_by_key(|(rank, finger)| (core::cmp::Reverse(*rank), finger.position));
    found.dedup_by_key(|(_, finger)| finger.position);
    found.truncate(FINGERS);
    found.into_iter().map(|(_, finger)| finger).collect()
}

const fn is_easy(finger: FingerPosition) -> bool {
    // Codes of ISO/IEC 19794-2: thumbs 1 and 6, index fingers 2 and 7.
    matches!(finger.code(), 1 | 2 | 6 | 7)
}
