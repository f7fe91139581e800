//! Named parts of everybody enrolled.

use std::collections::BTreeSet;
use std::sync::Arc;

use niims_record::GalleryReference;
use niims_store::Tx;
use niims_store::abis::names::Named;
use niims_store::abis::{galleries, listing, sequence};
use serde_json::json;

use super::capture::at_most;
use super::error::{LONGEST_PAGE, MOST_GALLERIES};
use super::update::find;
use super::{Service, ServiceError};
use crate::search::SearchError;
use crate::subject::{EncounterKey, EncounterReference, GalleryName, PersonReference};

/// Galleries whose members are kept in memory. A gallery of a million takes 30 MB.
const MOST_KEPT: usize = 8;

/// Who is in a gallery, as of a place.
pub(super) struct Members {
    changed: u64,
    references: Arc<BTreeSet<GalleryReference>>,
}

impl Service {
    /// Puts a capture into exactly these galleries; those that are new are made.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::TooMany`].
    pub async fn set_galleries(
        &self,
        key: &EncounterKey,
        wanted: BTreeSet<GalleryName>,
    ) -> Result<(), ServiceError> {
        let mut tx = self.db().write().await?;
        self.set_galleries_in(&mut tx, key, &wanted).await?;
        Ok(tx.commit().await?)
    }

    /// All galleries, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn galleries(&self) -> Result<Vec<GalleryName>, ServiceError> {
        let mut tx = self.db().read().await?;
        Ok(as_names(galleries::list(&mut tx).await?)?.into_iter().collect())
    }

    /// A page of a gallery's content, active or not, in an order that does not change: from an
    /// offset on, at most [`LONGEST_PAGE`].
    ///
    /// # Errors
    /// [`ServiceError::GalleryUnknown`], [`ServiceError::TooMany`].
    pub async fn gallery_content(
        &self,
        name: &GalleryName,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<EncounterKey>, ServiceError> {
        at_most("entries of a page", limit, LONGEST_PAGE)?;
        let mut tx = self.db().read().await?;
        if galleries::changed(&mut tx, name.as_str()).await?.is_none() {
            return Err(ServiceError::GalleryUnknown);
        }
        // A database counts in 63 bits; past that nothing stands.
        let offset = offset.min(i64::MAX as u64);
        galleries::page(&mut tx, name.as_str(), offset, limit).await?.iter().map(key_of).collect()
    }

    /// A page of everybody, in galleries or not, active or not, as [`Service::gallery_content`].
    ///
    /// # Errors
    /// [`ServiceError::TooMany`].
    pub async fn everybody(
        &self,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<EncounterKey>, ServiceError> {
        at_most("entries of a page", limit, LONGEST_PAGE)?;
        let mut tx = self.db().read().await?;
        let page = listing::page(&mut tx, offset.min(i64::MAX as u64), limit).await?;
        page.iter().map(key_of).collect()
    }

    pub(super) async fn set_galleries_in(
        &self,
        tx: &mut Tx,
        key: &EncounterKey,
        wanted: &BTreeSet<GalleryName>,
    ) -> Result<u64, ServiceError> {
        at_most("galleries", wanted.len(), MOST_GALLERIES)?;
        let place = sequence::next(tx).await?;
        let reference = find(tx, key).await?;
        galleries::set(tx, place, reference, &as_text(wanted)).await?;
        self.note(tx, "abis.galleries_set", reference.to_string(), json!({ "place": place }))
            .await?;
        Ok(place)
    }

    /// Who is in a gallery, from memory where nothing changed since.
    pub(super) async fn members(
        &self,
        tx: &mut Tx,
        name: &GalleryName,
    ) -> Result<Arc<BTreeSet<GalleryReference>>, ServiceError> {
        let changed =
            galleries::changed(tx, name.as_str()).await?.ok_or(ServiceError::GalleryUnknown)?;
        let mut kept = self.members.lock().await;
        if let Some(members) = kept.get(name.as_str()).filter(|kept| kept.changed == changed) {
            return Ok(Arc::clone(&members.references));
        }
        let references = Arc::new(galleries::references(tx, name.as_str()).await?);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        let members = Members { changed, references: Arc::clone(&references) };
        kept.insert(name.as_str().to_owned(), members);
        Ok(references)
    }
}

/// Names as the database takes them.
pub(super) fn as_text(names: &BTreeSet<GalleryName>) -> BTreeSet<String> {
    names.iter().map(|name| name.as_str().to_owned()).collect()
}

/// Names as they were checked when they were stored.
pub(super) fn as_names(names: BTreeSet<String>) -> Result<BTreeSet<GalleryName>, ServiceError> {
    names.into_iter().map(|name| GalleryName::new(name).map_err(|_| unreadable())).collect()
}

/// The key of a stored capture.
pub(super) fn key_of(named: &Named) -> Result<EncounterKey, ServiceError> {
    Ok(EncounterKey {
        person: PersonReference::new(named.person.clone()).map_err(|_| unreadable())?,
        encounter: EncounterReference::new(named.encounter.clone()).map_err(|_| unreadable())?,
    })
}

/// A name that was checked before it was stored no longer passes: the row is not ours.
pub(super) fn unreadable() -> ServiceError {
    ServiceError::Search(SearchError::Storage)
}
