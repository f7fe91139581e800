//! Between the portal and the register: a resident and their own record.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::application::WaitsFor;
use niims_record::number::HudumaNamba;

use crate::disclosure::DisclosureLine;
use crate::problem::Problem;

/// How a resident says who they are before the code proves it.
#[derive(Clone, PartialEq, Eq)]
pub enum ResidentHandle {
    /// By Huduma Namba.
    Number(HudumaNamba),
    /// By the number on the slip of the application.
    ApplicationNumber(String),
}

/// A session token: 32 random bytes in hexadecimal. Only its hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(pub String);

/// What a resident sees of themselves.
#[derive(Clone)]
pub struct OwnRecord {
    /// The number on the slip.
    pub application_number: String,
    /// The state of the application, a stable name.
    pub state: String,
    /// Since when.
    pub since: Timestamp,
    /// For whom it waits.
    pub waits_for: WaitsFor,
    /// The Huduma Namba, once assigned.
    pub number: Option<HudumaNamba>,
    /// The state of the card, once ordered.
    pub card: Option<String>,
    /// Answers of the form: field id and plain value.
    pub answers: Vec<(String, String)>,
    /// Who looked, newest first.
    pub disclosures: Vec<DisclosureLine>,
}

/// The register as a resident reaches it.
#[async_trait]
pub trait ResidentDesk: Send + Sync {
    /// Sends a one-time code to the telephone on record. Answers alike whether
    /// the handle is known or not, so that nobody can probe for numbers.
    async fn send_code(&self, who: &ResidentHandle, at: Timestamp) -> Result<(), Problem>;
    /// Exchanges the code for a session.
    async fn sign_in(
        &self,
        who: &ResidentHandle,
        code: &str,
        at: Timestamp,
    ) -> Result<SessionToken, Problem>;
    /// The resident's own record.
    async fn own_record(&self, session: &SessionToken, at: Timestamp)
    -> Result<OwnRecord, Problem>;
    /// Ends the session.
    async fn sign_out(&self, session: &SessionToken) -> Result<(), Problem>;
}

macro_rules! redacted {
    ($($name:ident),+) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
redacted!(ResidentHandle, SessionToken, OwnRecord);
