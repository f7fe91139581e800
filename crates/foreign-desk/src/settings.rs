//! The foreign desk as an operator describes it, in a TOML file. Secrets stand in files of their
//! own, named there; relative names start at the folder of the description.

use core::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use niims_mosip::share::{Origin, Recipient, Share};
use niims_mosip::{SettingsError, ShareSettings, read, read_secret};
use niims_wire::Clock;
use serde::Deserialize;

use crate::document::FieldMap;
use crate::queue::{Broker, Destinations};
use crate::{Sends, Serves};

/// Hours for which a request and its shares are good unless set. Range 1 to 720: people of the
/// other desk have three days.
const USUAL_HOURS: u32 = 72;
const MOST_HOURS: u32 = 720;
/// Requests that may wait at another desk unless set.
const USUAL_WAITING: usize = 100;
/// Times that a share is given out unless set: a fetch, and two more after a crash.
const USUAL_READS: u32 = 3;
/// Foreign cases that may be open unless set.
const USUAL_OPEN: usize = 1_000;
/// Days for which what came is kept after the answer unless set, so that an answer that was lost
/// can be sent again.
const USUAL_DAYS: u32 = 30;
const MOST_DAYS: u32 = 365;

/// The description.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    sends: Option<SendsSettings>,
    serves: Option<ServesSettings>,
    #[serde(skip)]
    folder: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SendsSettings {
    desk: String,
    certificate: PathBuf,
    address: String,
    hours: Option<u32>,
    most_waiting: Option<usize>,
    most_reads: Option<u32>,
    #[serde(default)]
    children: bool,
    fields: Option<Vec<String>>,
    broker: BrokerSettings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServesSettings {
    platform: String,
    retention_days: Option<u32>,
    most_open: Option<usize>,
    #[serde(default)]
    fields: FieldMap,
    broker: BrokerSettings,
    share: ShareSettings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BrokerSettings {
    address: String,
    user: Option<String>,
    password: Option<PathBuf>,
    requests: Option<String>,
    answers: Option<String>,
    #[serde(default)]
    kind: BrokerKind,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum BrokerKind {
    #[default]
    Activemq,
    Artemis,
    Rabbitmq,
}

/// The foreign desk, ready to run.
pub struct Described {
    /// How cases are sent to another desk, with what its shares need.
    pub sends: Option<(Sends, SharesDescribed)>,
    /// How another platform is served.
    pub serves: Option<Serves>,
}

/// What giving out shares needs of the description.
pub struct SharesDescribed {
    /// For whom they are sealed.
    pub recipient: Arc<Recipient>,
    /// Times that one is given out.
    pub most_reads: u32,
    /// The fields that are given out; `None` for all.
    pub fields: Option<Vec<String>>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sends, serves) = (self.sends.is_some(), self.serves.is_some());
        write!(f, "Settings(sends: {sends}, serves: {serves})")
    }
}

impl Settings {
    /// Reads a description that lies in a folder.
    ///
    /// # Errors
    /// [`SettingsError::Form`]; [`SettingsError::Value`] where it describes nothing.
    pub fn from_toml(text: &str, folder: &Path) -> Result<Self, SettingsError> {
        let settings: Self =
            toml::from_str(text).map_err(|error| SettingsError::Form(Box::new(error)))?;
        if settings.sends.is_none() && settings.serves.is_none() {
            return Err(SettingsError::Value("a description with neither [sends] nor [serves]"));
        }
        Ok(Self { folder: folder.to_owned(), ..settings })
    }

    /// What it describes.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn described(&self, clock: &Clock) -> Result<Described, SettingsError> {
        let sends = self.sends.as_ref().map(|sends| sends.read(&self.folder)).transpose()?;
        let serves = self.serves.as_ref().map(|serves| serves.read(&self.folder, clock));
        Ok(Described { sends, serves: serves.transpose()? })
    }
}

impl SendsSettings {
    fn read(&self, folder: &Path) -> Result<(Sends, SharesDescribed), SettingsError> {
        let origin = self.address.trim_end_matches('/');
        origin.parse::<Origin>().map_err(|_| SettingsError::Value("sends.address"))?;
        let hours = self.hours.unwrap_or(USUAL_HOURS);
        let reads = self.most_reads.unwrap_or(USUAL_READS);
        if !(1..=MOST_HOURS).contains(&hours) || reads == 0 {
            return Err(SettingsError::Value(
                "sends.hours (1 to 720) or sends.most_reads (1 or more)",
            ));
        }
        let recipient = Recipient::from_pem(&read(folder, &self.certificate)?)?;
        let sends = Sends {
            broker: self.broker.read(folder, Side::WeAsk)?,
            desk: self.desk.clone(),
            origin: origin.to_owned(),
            most_waiting: self.most_waiting.unwrap_or(USUAL_WAITING),
            lasts: SignedDuration::from_hours(hours.into()),
            children: self.children,
        };
        let fields = self.fields.clone();
        let shares = SharesDescribed { recipient: Arc::new(recipient), most_reads: reads, fields };
        Ok((sends, shares))
    }
}

impl ServesSettings {
    fn read(&self, folder: &Path, clock: &Clock) -> Result<Serves, SettingsError> {
        let days = self.retention_days.unwrap_or(USUAL_DAYS);
        if days > MOST_DAYS {
            return Err(SettingsError::Value("serves.retention_days"));
        }
        Ok(Serves {
            broker: self.broker.read(folder, Side::WeAnswer)?,
            platform: self.platform.clone(),
            share: Share::new(self.share.parts(folder, clock.clone())?)?,
            fields: Arc::new(self.fields.clone()),
            most_open: self.most_open.unwrap_or(USUAL_OPEN),
            retention: SignedDuration::from_hours(i64::from(days) * 24),
        })
    }
}

/// Which end of the queues we are.
#[derive(Clone, Copy)]
enum Side {
    WeAsk,
    WeAnswer,
}

impl BrokerSettings {
    fn read(&self, folder: &Path, side: Side) -> Result<Broker, SettingsError> {
        let requests = self.requests.as_deref().unwrap_or("mosip-to-adjudication");
        let answers = self.answers.as_deref().unwrap_or("adjudication-to-mosip");
        let are_bare = matches!(self.kind, BrokerKind::Artemis);
        let named = |name: &str| if are_bare { name.to_owned() } else { format!("/queue/{name}") };
        let (incoming, outgoing) = match side {
            Side::WeAsk => (answers, requests),
            Side::WeAnswer => (requests, answers),
        };
        let broker = Broker {
            address: self.address.clone(),
            login: None,
            // RabbitMQ's virtual host is not a host's name, but a slash unless others were made.
            virtual_host: matches!(self.kind, BrokerKind::Rabbitmq).then(|| "/".to_owned()),
            queues: Destinations { incoming: named(incoming), outgoing: named(outgoing), are_bare },
        };
        match (&self.user, &self.password) {
            (Some(user), Some(password)) => Ok(broker.login(user, read_secret(folder, password)?)),
            (None, None) => Ok(broker),
            _ => Err(SettingsError::Value("broker.user without broker.password, or the reverse,")),
        }
    }
}
