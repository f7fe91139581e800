//! The edge as an operator describes it, in a TOML file. Secrets stand in files of their own, named
//! there; relative names start at the folder of the description.

use core::fmt;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use niims_store::Database;
use niims_wire::Clock;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::queue::{Destinations, QueueConfig, ReplyForm};
use super::share::{
    EnvelopeError, EnvelopeKey, EnvelopeKeys, Share, ShareError, ShareParts, TokenSource,
};
use super::{Edge, EdgeParts};
use crate::access::Scope;
use crate::service::Service;

/// A description that cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not the form.
    #[error("the description is not valid TOML of this form")]
    Form(#[source] Box<toml::de::Error>),
    /// A word or address in it means nothing.
    #[error("{0} is not what it should be; docs/MOSIP.md shows the form")]
    Value(&'static str),
    /// A file that it names cannot be read.
    #[error("{} cannot be read", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// A key in it does not read.
    #[error(transparent)]
    Key(#[from] EnvelopeError),
    /// What it says of shares does not work.
    #[error(transparent)]
    Share(#[from] ShareError),
}

impl SettingsError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "mosip.settings_form",
            Self::Value(_) => "mosip.settings_value",
            Self::File(..) => "mosip.settings_file",
            Self::Key(error) => error.code(),
            Self::Share(error) => error.code(),
        }
    }
}

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
struct ShareSettings {
    allowed: Vec<String>,
    #[serde(default)]
    accepts_plain: bool,
    authorities: Option<PathBuf>,
    token: Option<TokenSettings>,
    #[serde(default)]
    keys: Vec<KeySettings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenSettings {
    address: String,
    client_id: String,
    secret: PathBuf,
    application: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeySettings {
    file: PathBuf,
    thumbprint: Option<String>,
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
        write!(f, "Settings({} places)", self.share.allowed.len())
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
            (Some(user), Some(password)) => Ok(Some(config.login(user, self.secret(password)?))),
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
        let share = &self.share;
        let allowed = share
            .allowed
            .iter()
            .map(|place| {
                place.parse().map_err(|_| SettingsError::Value("a place of share.allowed"))
            })
            .collect::<Result<_, _>>()?;
        let keys = share.keys.iter().map(|key| self.key(key)).collect::<Result<_, _>>()?;
        let token = share.token.as_ref().map(|token| self.token(token)).transpose()?;
        let authorities = share.authorities.as_ref().map(|file| self.read(file)).transpose()?;
        Ok(ShareParts {
            allowed,
            token,
            keys: EnvelopeKeys(keys),
            accepts_plain: share.accepts_plain,
            authorities: authorities.map(|text| text.as_bytes().to_vec()),
            clock,
        })
    }

    fn key(&self, key: &KeySettings) -> Result<EnvelopeKey, SettingsError> {
        let thumbprint = key
            .thumbprint
            .as_deref()
            .map(|text| {
                let bytes = hex::decode(text.replace(':', "")).ok();
                bytes
                    .and_then(|bytes| bytes.try_into().ok())
                    .ok_or(SettingsError::Value("a thumbprint"))
            })
            .transpose()?;
        Ok(EnvelopeKey::from_pem(&self.read(&key.file)?, thumbprint)?)
    }

    fn token(&self, token: &TokenSettings) -> Result<TokenSource, SettingsError> {
        Ok(TokenSource {
            address: token
                .address
                .parse()
                .map_err(|_| SettingsError::Value("share.token.address"))?,
            client_id: token.client_id.clone(),
            secret: self.secret(&token.secret)?,
            application: token.application.clone(),
        })
    }

    /// A secret: the text of a file, without the line end that editors add.
    fn secret(&self, file: &Path) -> Result<Zeroizing<String>, SettingsError> {
        let text = self.read(file)?;
        Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    fn read(&self, file: &Path) -> Result<Zeroizing<String>, SettingsError> {
        let file = self.folder.join(file);
        std::fs::read_to_string(&file)
            .map(Zeroizing::new)
            .map_err(|error| SettingsError::File(file, error))
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
