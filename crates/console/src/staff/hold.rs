//! What a member of staff holds, with the places of the country pack.

use std::collections::BTreeSet;

use jiff::Timestamp;
use niims_country::CountryPack;
use niims_record::OfficerId;
use niims_record::staff::{Duty, Place, Standing};
use niims_store::officers::{self, OfficerStatus};
use niims_store::staff::duties::{self, StoredDuty};
use niims_store::{StoreError, Tx};

/// What an officer holds, as read.
pub(crate) struct Held {
    pub(crate) standing: Standing,
    /// The roles in the officer's row are those of this moment. A duty that has begun or
    /// ended by itself since they were written makes them stale.
    pub(crate) row_is_true: bool,
}

/// What an officer holds; `None` where there is no such officer.
pub(crate) async fn held_by(
    tx: &mut Tx,
    pack: &CountryPack,
    officer: OfficerId,
    at: Timestamp,
) -> Result<Option<Held>, StoreError> {
    let Some(known) = officers::get(tx, officer).await? else { return Ok(None) };
    if known.status == OfficerStatus::Suspended {
        return Ok(Some(Held { standing: Standing::Suspended, row_is_true: true }));
    }
    let held = duties::list(tx, officer).await?;
    let now: BTreeSet<&str> =
        held.iter().filter(|duty| duty.in_force().holds(at)).map(|duty| duty.role.name()).collect();
    let row_is_true = now == known.roles.iter().map(String::as_str).collect();
    let standing = Standing::Active(held.iter().map(|duty| as_duty(pack, duty)).collect());
    Ok(Some(Held { standing, row_is_true }))
}

/// A stored duty with what lies above its place.
pub(crate) fn as_duty(pack: &CountryPack, stored: &StoredDuty) -> Duty {
    Duty {
        id: stored.id,
        role: stored.role,
        // A code that the pack no longer knows holds for itself alone.
        place: place_of(pack, stored.place.as_deref())
            .unwrap_or_else(|| Place::Area(stored.place.iter().cloned().collect())),
        period: stored.in_force(),
    }
}

/// The place with this code: an area or a centre of the pack. `None` where there is none.
pub(crate) fn place_of(pack: &CountryPack, code: Option<&str>) -> Option<Place> {
    let Some(code) = code else { return Some(Place::Everywhere) };
    path_of(pack, code).map(Place::Area)
}

/// The codes from a place up.
pub(crate) fn path_of(pack: &CountryPack, code: &str) -> Option<Vec<String>> {
    let up = |code: &str| -> Vec<String> {
        pack.geography().path(code).into_iter().map(|area| area.code.clone()).collect()
    };
    if let Some(centre) = pack.centres().iter().find(|centre| centre.id == code) {
        let mut path = vec![centre.id.clone()];
        path.extend(up(&centre.county));
        return Some(path);
    }
    let path = up(code);
    (!path.is_empty()).then_some(path)
}

/// The name of a place, as colleagues say it.
pub(crate) fn place_name(pack: &CountryPack, code: &str) -> String {
    if let Some(centre) = pack.centres().iter().find(|centre| centre.id == code) {
        return centre.name.clone();
    }
    pack.geography().name(code).unwrap_or(code).to_owned()
}
