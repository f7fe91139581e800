//! Which broker, which queues.

use core::fmt;

use niims_mosip::stomp::Login;
use zeroize::Zeroizing;

/// A broker and where to speak with it.
#[derive(Clone)]
pub(crate) struct Broker {
    pub address: String,
    pub login: Option<Login>,
    pub virtual_host: Option<String>,
    pub queues: Destinations,
}

/// The two queues as the broker knows them, from where we stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Destinations {
    /// What comes.
    pub incoming: String,
    /// What goes.
    pub outgoing: String,
    /// Whether the broker must be told that these are queues and not topics.
    pub are_bare: bool,
}

impl Broker {
    /// With a login.
    pub(crate) fn login(mut self, user: &str, password: Zeroizing<String>) -> Self {
        self.login = Some(Login { user: user.to_owned(), password });
        self
    }
}

/// The login is a secret.
impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Broker({}, {:?})", self.address, self.queues)
    }
}
