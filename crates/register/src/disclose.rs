//! Every read of a person leaves exactly one line, in the transaction of the read
//! and in the transparency log. So does every refusal.

use jiff::Timestamp;
use niims_audit::LeafKind;
use niims_record::{ApplicationId, DisclosureId};
use niims_store::disclosures::{self, Disclosure, Outcome};
use niims_store::{Owner, StoreError, Tx};

use crate::trail;

/// A read, or the refusal of one.
pub(crate) struct Look<'a> {
    /// The application that holds the data looked at; `None` where nobody was found.
    pub application: Option<ApplicationId>,
    /// Code of the agency, `register` or `resident`.
    pub asker: &'a str,
    /// Pseudonym of the officer.
    pub officer: &'a str,
    /// Code of the purpose.
    pub purpose: &'a str,
    /// Codes of the attributes.
    pub attributes: &'a [&'a str],
    /// The stable code of the refusal, where it was refused.
    pub denied: Option<&'a str>,
    /// When.
    pub at: Timestamp,
}

/// Writes the line and stages its commitment.
pub(crate) async fn line(tx: &mut Tx, look: &Look<'_>) -> Result<(), StoreError> {
    let id = DisclosureId::from_bytes(tx.keyring().random());
    line_under(tx, id, look).await
}

/// Writes a line whose id was drawn where the read happened.
pub(crate) async fn line_under(
    tx: &mut Tx,
    id: DisclosureId,
    look: &Look<'_>,
) -> Result<(), StoreError> {
    let kind = if look.denied.is_some() { LeafKind::Denial } else { LeafKind::Disclosure };
    let owner = look.application.map_or(Owner::Register, Owner::Application);
    let leaf = trail::commit_to(tx, kind, event(id, look).as_bytes(), owner, look.at).await?;
    let line = Disclosure {
        id,
        application: look.application,
        at: look.at,
        asker: look.asker.to_owned(),
        officer: look.officer.to_owned(),
        purpose: look.purpose.to_owned(),
        attributes: look.attributes.iter().map(|&a| a.to_owned()).collect(),
        outcome: look
            .denied
            .map_or(Outcome::Answered, |code| Outcome::Denied { code: code.to_owned() }),
        leaf,
    };
    disclosures::insert(tx, &line).await
}

/// What the leaf commits to, in canonical form.
fn event(id: DisclosureId, look: &Look<'_>) -> String {
    format!(
        "niims disclosure v1\n{id}\n{}\n{}\n{}\n{}\n{}\n{}\n",
        look.application.map_or_else(|| "nobody".to_owned(), |a| a.to_string()),
        look.asker,
        look.purpose,
        look.attributes.join(","),
        look.denied.unwrap_or("answered"),
        look.at.as_millisecond(),
    )
}
