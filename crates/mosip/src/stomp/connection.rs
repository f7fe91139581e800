//! A connection to a broker: log in, send, receive, keep alive.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use zeroize::Zeroizing;

use super::frame::Frame;
use super::parser::{NotStomp, Parser};

/// Seconds until a connection must stand, and until a frame must be written.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often each side says that it is there, in milliseconds. Range 1,000 to 60,000; a broker that
/// vanished is noticed after two and a half beats.
const BEAT_MS: u64 = 10_000;

/// Bytes read at a time.
const CHUNK: usize = 8 << 10;

/// Who logs in.
#[derive(Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// Why a connection broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StompError {
    /// The network.
    #[error("the broker cannot be reached, or the connection broke")]
    Unreachable,
    /// Not a broker, or not of this version.
    #[error("the broker does not speak STOMP 1.2")]
    NotStomp,
    /// It said no.
    #[error("the broker refused the login, the queue or a message")]
    Refused,
    /// It said nothing.
    #[error("the broker fell silent")]
    Silent,
}

impl StompError {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "mosip.broker_unreachable",
            Self::NotStomp => "mosip.broker_not_stomp",
            Self::Refused => "mosip.broker_refused",
            Self::Silent => "mosip.broker_silent",
        }
    }
}

impl From<NotStomp> for StompError {
    fn from(_: NotStomp) -> Self {
        Self::NotStomp
    }
}

/// A connection that is logged in.
pub struct Connection {
    stream: TcpStream,
    parser: Parser,
    /// After how much silence the broker counts as gone; `None` when it promised nothing.
    silence: Option<Duration>,
    heard: Instant,
    /// How often the broker wants to hear from us; `None` when never.
    beat: Option<Duration>,
    said: Instant,
}

impl Connection {
    /// Connects and logs in. Bodies longer than `longest_body` bytes are thrown away as they come.
    ///
    /// # Errors
    /// [`StompError`].
    pub async fn open(
        address: &str,
        virtual_host: Option<&str>,
        login: Option<&Login>,
        longest_body: usize,
    ) -> Result<Self, StompError> {
        let stream = timeout(PATIENCE, TcpStream::connect(address))
            .await
            .map_err(|_| StompError::Silent)?
            .map_err(|_| StompError::Unreachable)?;
        let _ = stream.set_nodelay(true);
        let now = Instant::now();
        let parser = Parser::new(longest_body);
        let mut connection =
            Self { stream, parser, silence: None, heard: now, beat: None, said: now };
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
        let host = virtual_host.unwrap_or(host);
        let mut hello = Frame::new("CONNECT")
            .with("accept-version", "1.2")
            .with("host", host)
            .with("heart-beat", &format!("{BEAT_MS},{BEAT_MS}"));
        if let Some(login) = login {
            hello = hello.with("login", &login.user).with("passcode", &login.password);
        }
        connection.send(&hello).await?;
        let answer =
            timeout(PATIENCE, connection.receive()).await.map_err(|_| StompError::Silent)??;
        if answer.command != "CONNECTED" {
            return Err(StompError::Refused);
        }
        connection.agree(&answer);
        Ok(connection)
    }

    /// Takes the slower of what both sides offered.
    fn agree(&mut self, answer: &Frame) {
        let (theirs, wanted) = answer
            .header("heart-beat")
            .and_then(|pair| pair.split_once(','))
            .and_then(|(theirs, wanted)| Some((theirs.parse().ok()?, wanted.parse().ok()?)))
            .unwrap_or((0_u64, 0_u64));
        let agreed = |offered: u64| (offered > 0).then(|| offered.max(BEAT_MS));
        self.silence = agreed(theirs).map(|beat| Duration::from_millis(beat * 5 / 2));
        self.beat = agreed(wanted).map(|beat| Duration::from_millis(beat / 2));
    }

    /// Writes a frame.
    ///
    /// # Errors
    /// [`StompError`].
    pub async fn send(&mut self, frame: &Frame) -> Result<(), StompError> {
        self.write(&frame.to_bytes()).await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), StompError> {
        let written = timeout(PATIENCE, self.stream.write_all(bytes)).await;
        self.said = Instant::now();
        written.map_err(|_| StompError::Silent)?.map_err(|_| StompError::Unreachable)
    }

    /// The next frame. May be dropped and called again: nothing that arrived is lost.
    ///
    /// Heart-beats are sent and watched for while this waits.
    ///
    /// # Errors
    /// [`StompError`].
    pub async fn receive(&mut self) -> Result<Frame, StompError> {
        loop {
            if let Some(frame) = self.parser.next()? {
                return if frame.command == "ERROR" { Err(StompError::Refused) } else { Ok(frame) };
            }
            let next_beat = self.beat.map(|beat| self.said + beat);
            let end = self.silence.map(|silence| self.heard + silence);
            let wake = next_beat.into_iter().chain(end).min();
            let mut chunk = [0; CHUNK];
            let read = self.stream.read(&mut chunk);
            let read = match wake {
                Some(wake) => timeout_at(wake, read).await.ok(),
                None => Some(read.await),
            };
            match read {
                Some(Ok(0) | Err(_)) => return Err(StompError::Unreachable),
                Some(Ok(count)) => {
                    self.heard = Instant::now();
                    self.parser.feed(&chunk[..count]);
                }
                None if end.is_some_and(|end| end <= Instant::now()) => {
                    return Err(StompError::Silent);
                }
                None => self.write(b"\n").await?,
            }
        }
    }
}
