//! Telling whoever asked: where results may go, and in which form.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use niims_record::JobId;
use serde::{Deserialize, Serialize};
use ureq::http::Uri;

use super::Answer;
use crate::service::ServiceError;

/// Longest address of a callback, bytes.
const LONGEST_URL: usize = 2_048;
/// Time for one delivery, from the connection to the answer. Range 2 to 30 seconds; well below a
/// job's lease, so that no second worker begins it meanwhile.
const DELIVERY_TIME: Duration = Duration::from_secs(10);

/// Whom to tell, and what the edge that took the request needs to say it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// Where to send the result.
    pub url: String,
    /// Name of the edge in whose form it is sent; see [`CallbackForms`].
    pub edge: String,
    /// Whatever that edge wants back, at most 4 KiB.
    #[serde(with = "crate::coding::bytes")]
    pub context: Vec<u8>,
}

/// Addresses can hold secrets.
impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Callback({}, …)", self.edge)
    }
}

/// Hosts to which results may be sent. A callback address comes from outside: without such a list
/// anybody who may ask could have this server call whatever it can reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallbackHosts(BTreeSet<String>);

impl CallbackHosts {
    /// The hosts of a list, each `host`, for the usual ports, or `host:port`.
    pub fn new<T: Into<String>>(hosts: impl IntoIterator<Item = T>) -> Self {
        Self(hosts.into_iter().map(|host| host.into().to_ascii_lowercase()).collect())
    }

    /// Refuses an address that is not http or https, names a user, or lies outside the list.
    ///
    /// # Errors
    /// [`ServiceError::CallbackRefused`].
    pub fn check(&self, url: &str) -> Result<(), ServiceError> {
        if url.len() <= LONGEST_URL && self.allows(url) == Some(true) {
            Ok(())
        } else {
            Err(ServiceError::CallbackRefused)
        }
    }

    fn allows(&self, url: &str) -> Option<bool> {
        let uri: Uri = url.parse().ok()?;
        let usual = match uri.scheme_str()? {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let host = authority.host().to_ascii_lowercase();
        Some(match authority.port_u16() {
            Some(port) if port != usual => self.0.contains(&format!("{host}:{port}")),
            _ => self.0.contains(&host) || self.0.contains(&format!("{host}:{usual}")),
        })
    }
}

/// A task that ended, and whom to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedTask {
    /// The task.
    pub id: JobId,
    /// The name of its operation.
    pub kind: String,
    /// Its answer, or the code of why it was refused.
    pub outcome: Result<Answer, String>,
    /// Whom to tell.
    pub callback: Callback,
}

/// A message to post.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackMessage {
    /// Where to: the callback's address, with what the edge adds to its query.
    pub url: String,
    /// Of which type the body is.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// The form in which an edge tells of a task that ended.
pub trait CallbackForm: Send + Sync {
    /// The message.
    fn message(&self, ended: &EndedTask) -> CallbackMessage;
}

/// The forms of all edges, by their names.
pub type CallbackForms = BTreeMap<&'static str, Arc<dyn CallbackForm>>;

/// Posts a message; whether it was taken. No redirect is followed: it could lead off the list.
pub(super) fn post(message: &CallbackMessage) -> bool {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(DELIVERY_TIME))
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let sent = agent
        .post(&message.url)
        .header("content-type", message.content_type)
        .send(&message.body[..]);
    sent.is_ok_and(|answer| answer.status().is_success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_go_to_allowed_hosts_only() {
        let hosts = CallbackHosts::new(["platform.example", "Other.example:8443"]);
        for (url, allowed) in [
            ("https://platform.example/done?x=1", true),
            ("http://PLATFORM.example:80/done", true),
            ("https://other.example:8443/", true),
            ("https://other.example/", false),
            ("https://platform.example:9/", false),
            ("https://evil.example/", false),
            ("https://platform.example.evil.example/", false),
            ("https://platform.example@evil.example/", false),
            ("https://evil.example/platform.example", false),
            ("http://127.0.0.1/", false),
            ("http://[::1]/", false),
            ("file:///etc/passwd", false),
            ("ftp://platform.example/", false),
            ("/done", false),
            ("", false),
            (&format!("https://platform.example/{}", "a".repeat(LONGEST_URL)), false),
        ] {
            let want = if allowed { Ok(()) } else { Err(ServiceError::CallbackRefused) };
            assert_eq!(hosts.check(url), want, "{url}");
        }
        let none = CallbackHosts::default();
        assert_eq!(none.check("https://platform.example/"), Err(ServiceError::CallbackRefused));
    }
}
