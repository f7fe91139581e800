//! Who a reviewer is, by the name that colleagues know, for those who may know it: whoever may read
//! the figures of reviewers or the list of staff. Everybody else sees ids, but for their own.

use std::collections::BTreeMap;

use niims_record::OfficerId;
use niims_record::staff::{Action, On};
use niims_store::desk::outside;
use niims_store::staff::accounts;
use niims_store::{StoreError, Tx};

use crate::http::Colleague;

/// Names of some officers.
pub(super) struct Names(BTreeMap<OfficerId, String>);

impl Names {
    /// The names of these officers, as far as this colleague may know them. Where they cannot be
    /// read the ids do: a page of figures is not to fail for a name.
    pub(super) async fn of(
        colleague: &Colleague,
        officers: impl IntoIterator<Item = OfficerId>,
    ) -> Self {
        let may = [Action::ReadReviewerReports, Action::ReadStaff]
            .into_iter()
            .any(|action| colleague.may(action, On::Nothing).is_ok());
        let own = colleague.officer();
        let wanted: Vec<_> = officers.into_iter().filter(|id| may || *id == own).collect();
        let found = async {
            let mut tx = colleague.accounts().db.read().await?;
            let mut names = BTreeMap::new();
            for id in wanted {
                if let Some(name) = name_of(&mut tx, id).await? {
                    names.insert(id, name);
                }
            }
            Ok::<_, StoreError>(names)
        };
        Self(found.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "names of staff could not be read");
            BTreeMap::new()
        }))
    }

    /// The name, or else the id.
    pub(super) fn get(&self, officer: OfficerId) -> String {
        self.0.get(&officer).cloned().unwrap_or_else(|| officer.to_string())
    }
}

/// The name of a member of staff, or of another desk.
async fn name_of(tx: &mut Tx, officer: OfficerId) -> Result<Option<String>, StoreError> {
    match accounts::get(tx, officer).await? {
        Some(account) => Ok(Some(account.identity.name)),
        None => outside::desk_name(tx, officer).await,
    }
}
