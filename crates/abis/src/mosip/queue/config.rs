//! Which broker, which queues.

use core::fmt;

use zeroize::Zeroizing;

use niims_mosip::stomp::Login;

/// Requests that run side by side unless set otherwise. Range 1 to 32: each holds ten pictures while
/// it is read, some 20 MB, and an insert is mostly extraction, which has cores of its own.
const USUAL_PARALLEL: usize = 4;

/// A broker and what to do there.
#[derive(Clone)]
pub struct QueueConfig {
    pub(super) address: String,
    pub(super) login: Option<Login>,
    pub(super) virtual_host: Option<String>,
    pub(super) queues: Destinations,
    pub(super) form: ReplyForm,
    pub(super) parallel: usize,
}

/// The two queues as the broker knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destinations {
    /// Where requests lie.
    pub requests: String,
    /// Where replies go.
    pub replies: String,
}

impl Destinations {
    /// Queues of ActiveMQ and RabbitMQ, which are reached under `/queue/`.
    pub fn queues(requests: &str, replies: &str) -> Self {
        Self { requests: format!("/queue/{requests}"), replies: format!("/queue/{replies}") }
    }

    /// Addresses of Artemis, taken as they are; they are marked as queues.
    pub fn addresses(requests: &str, replies: &str) -> Self {
        Self { requests: requests.to_owned(), replies: replies.to_owned() }
    }

    /// Whether the broker must be told that this is a queue and not a topic.
    pub(super) fn are_bare(&self) -> bool {
        !self.requests.starts_with('/')
    }
}

impl Default for Destinations {
    /// The names that MOSIP is configured with as shipped.
    fn default() -> Self {
        Self::queues("mosip-to-abis", "abis-to-mosip")
    }
}

/// Whether replies are text messages or messages of bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReplyForm {
    /// As the request was.
    #[default]
    AsAsked,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

impl QueueConfig {
    /// The broker's STOMP port at `host:port`, the queues as shipped, four requests side by side.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            login: None,
            virtual_host: None,
            queues: Destinations::default(),
            form: ReplyForm::default(),
            parallel: USUAL_PARALLEL,
        }
    }

    /// With a login.
    pub fn login(mut self, user: impl Into<String>, password: Zeroizing<String>) -> Self {
        self.login = Some(Login { user: user.into(), password });
        self
    }

    /// At this virtual host of the broker; at the one of the address's name unless set.
    pub fn virtual_host(mut self, name: impl Into<String>) -> Self {
        self.virtual_host = Some(name.into());
        self
    }

    /// With these queues.
    pub fn queues(mut self, queues: Destinations) -> Self {
        self.queues = queues;
        self
    }

    /// With replies in this form.
    pub fn form(mut self, form: ReplyForm) -> Self {
        self.form = form;
        self
    }

    /// With so many requests side by side, 1 to 32.
    pub fn parallel(mut self, requests: usize) -> Self {
        self.parallel = requests.clamp(1, 32);
        self
    }
}

/// The login is a secret.
impl fmt::Debug for QueueConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueueConfig({}, {:?}, {:?})", self.address, self.queues, self.form)
    }
}
