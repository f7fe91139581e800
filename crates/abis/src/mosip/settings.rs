//! The edge as an operator describes it, in a TOML file. Secrets stand in files of their own, named
//! there; relative names start at the folder of the description.

use core::fmt;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use niims_mosip::share::{Share, ShareParts};
use niims_mosip::{ShareSettings, read_secret};
use niims_store::Database;
use niims_wire::Clock;
use serde::Deserialize;

pub use niims_mosip::SettingsError;

use super::queue::{Destinations, QueueConfig, ReplyForm};
use super::{Edge, EdgeParts};
use crate::access::Scope;
use crate::service::Service;

/// The description.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What callers on the queue may do; see [`Edge::usual_scopes`].
    scopes: Option<Vec<String>>,
    share: ShareSettings,
    queue: Option<QueueSettings>,
    #[serde(skip)]
    folder: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QueueSettings {
    broker: String,
    user: Option<String>,
    password: Option<PathBuf>,
    requests: Option<String>,
    replies: Option<String>,
    #[serde(default)]
    kind: BrokerKind,
    #[serde(default)]
    replies_as: ReplyKind,
    parallel: Option<usize>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum BrokerKind {
    #[default]
    Activemq,
    Artemis,
    Rabbitmq,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum ReplyKind {
    #[default]
    Asked,
    Text,
    Bytes,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Settings({:?})", self.share)
    }
}

impl Settings {
    /// Reads a description that lies in a folder.
    ///
    /// # Errors
    /// [`SettingsError::Form`].
    pub fn from_toml(text: &str, folder: &Path) -> Result<Self, SettingsError> {
        let settings: Self =
            toml::from_str(text).map_err(|error| SettingsError::Form(Box::new(error)))?;
        Ok(Self { folder: folder.to_owned(), ..settings })
    }

    /// The edge that it describes.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn edge(
        &self,
        service: Service,
        db: Database,
        clock: Clock,
    ) -> Result<Edge, SettingsError> {
        let share = Share::new(self.share(clock.clone())?)?;
        Ok(Edge::new(EdgeParts { service, db, share, scopes: self.scopes()?, clock }))
    }

    /// The queue that it describes, if it does.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn queue(&self) -> Result<Option<QueueConfig>, SettingsError> {
        let Some(queue) = &self.queue else {
            return Ok(None);
        };
        let requests = queue.requests.as_deref().unwrap_or("mosip-to-abis");
        let replies = queue.replies.as_deref().unwrap_or("abis-to-mosip");
        let destinations = match queue.kind {
            BrokerKind::Activemq | BrokerKind::Rabbitmq => Destinations::queues(requests, replies),
            BrokerKind::Artemis => Destinations::addresses(requests, replies),
        };
        let mut config =
            QueueConfig::new(&queue.broker).queues(destinations).form(match queue.replies_as {
                ReplyKind::Asked => ReplyForm::AsAsked,
                ReplyKind::Text => ReplyForm::Text,
                ReplyKind::Bytes => ReplyForm::Bytes,
            });
        if matches!(queue.kind, BrokerKind::Rabbitmq) {
            // Its virtual host is not a host's name, but a slash unless somebody made others.
            config = config.virtual_host("/");
        }
        if let Some(parallel) = queue.parallel {
            config = config.parallel(parallel);
        }
        match (&queue.user, &queue.password) {
            (Some(user), Some(password)) => {
                Ok(Some(config.login(user, read_secret(&self.folder, password)?)))
            }
            (None, None) => Ok(Some(config)),
            _ => Err(SettingsError::Value("queue.user without queue.password, or the reverse,")),
        }
    }

    fn scopes(&self) -> Result<BTreeSet<Scope>, SettingsError> {
        match &self.scopes {
            None => Ok(Edge::usual_scopes()),
            Some(words) => words
                .iter()
                .map(|word| Scope::from_word(word).ok_or(SettingsError::Value("a scope")))
                .collect(),
        }
    }

    fn share(&self, clock: Clock) -> Result<ShareParts, SettingsError> {
        self.share.parts(&self.folder, clock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
        scopes = ["abis.identify"]
        [share]
        allowed = ["https://share.example"]
        [share.token]
        address = "https://iam.example/token"
        client_id = "abis"
        secret = "secret"
        application = "regproc"
        [queue]
        broker = "127.0.0.1:61613"
        user = "abis"
        password = "secret"
        kind = "artemis"
        replies_as = "bytes"
        parallel = 8
    "#;

    #[test]
    fn a_description_is_followed_and_a_wrong_one_says_where_it_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "word\n").unwrap();
        std::fs::write(folder.path().join("key.pem"), "no key").unwrap();
        let clock = || Clock::new(|| jiff::Timestamp::UNIX_EPOCH);
        let read = |text: &str| {
            let settings = Settings::from_toml(text, folder.path())?;
            settings.scopes()?;
            Share::new(settings.share(clock())?)?;
            Ok(format!("{:?}", settings.queue()?))
        };
        let shown: String = read(WHOLE).map_err(|error: SettingsError| error.code()).unwrap();
        assert!(shown.contains("\"mosip-to-abis\"") && !shown.contains("word"), "{shown}");
        for (from, to, want) in [
            ("[share]", "[shares]", "mosip.settings_form"),
            ("parallel = 8", "paralel = 8", "mosip.settings_form"),
            ("abis.identify", "abis.everything", "mosip.settings_value"),
            ("https://share.example", "share.example", "mosip.settings_value"),
            ("https://iam.example/token", "::", "mosip.settings_value"),
            ("user = \"abis\"", "", "mosip.settings_value"),
            ("secret = \"secret\"", "secret = \"nowhere\"", "mosip.settings_file"),
            ("[queue]", "[[share.keys]]\nfile = \"key.pem\"\n[queue]", "mosip.envelope_key_file"),
            (
                "[queue]",
                "[[share.keys]]\nfile = \"key.pem\"\nthumbprint = \"12\"\n[queue]",
                "mosip.settings_value",
            ),
            ("[share.token]", "authorities = \"secret\"\n[share.token]", "mosip.share_authorities"),
        ] {
            let found = read(&WHOLE.replace(from, to)).map_err(|error| error.code());
            assert_eq!(found, Err(want), "{to}");
        }
    }
}
