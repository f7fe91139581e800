//! Bytes as they arrive to frames, bounded: a head that does not end is an error, a body that is
//! too long is skipped and reported, so that its message can still be answered.

use super::frame::{Frame, unescape};

/// Longest head of a frame, in bytes. Brokers add some twenty headers of a hundred each.
const LONGEST_HEAD: usize = 64 << 10;

/// Bytes that are not STOMP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the broker does not speak STOMP 1.2")]
pub(super) struct NotStomp;

/// Takes bytes, gives frames.
pub(super) struct Parser {
    held: Vec<u8>,
    /// How far `held` was searched for the end of what is being read.
    searched: usize,
    body: Option<Pending>,
    longest_body: usize,
}

/// A frame whose body is being read.
struct Pending {
    frame: Frame,
    /// Bytes of the body that are to come, where they are stated.
    stated: Option<usize>,
}

impl Parser {
    pub(super) fn new(longest_body: usize) -> Self {
        Self { held: Vec::new(), searched: 0, body: None, longest_body }
    }

    /// Takes what arrived.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// The next whole frame; `None` until more arrives.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, NotStomp> {
        loop {
            if let Some(pending) = self.body.take() {
                return self.read_body(pending);
            }
            // Line ends between frames are heart-beats.
            let beats = self.held.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            self.drop_front(beats);
            let Some((head, behind)) = self.find_head()? else {
                return Ok(None);
            };
            let frame = read_head(&self.held[..head])?;
            self.drop_front(behind);
            let stated = frame
                .header("content-length")
                .map(|length| length.trim().parse().map_err(|_| NotStomp))
                .transpose()?;
            self.body = Some(Pending { frame, stated });
        }
    }

    /// Where the head ends, and where the body begins.
    fn find_head(&mut self) -> Result<Option<(usize, usize)>, NotStomp> {
        let from = self.searched.saturating_sub(3);
        let found = self.held[from..].windows(2).enumerate().find_map(|(place, pair)| {
            let place = from + place;
            match pair {
                b"\n\n" => Some((place, place + 2)),
                b"\n\r" if self.held.get(place + 2) == Some(&b'\n') => Some((place, place + 3)),
                _ => None,
            }
        });
        self.searched = self.held.len();
        let reached = found.map_or(self.held.len(), |(head, _)| head);
        if reached > LONGEST_HEAD {
            return Err(NotStomp);
        }
        Ok(found)
    }

    fn read_body(&mut self, mut pending: Pending) -> Result<Option<Frame>, NotStomp> {
        let (taken, ended) = match pending.stated {
            Some(stated) if self.held.len() > stated => {
                if self.held[stated] != 0 {
                    return Err(NotStomp);
                }
                (stated, true)
            }
            Some(_) => (self.held.len(), false),
            None => {
                let from = self.searched;
                match self.held[from..].iter().position(|byte| *byte == 0) {
                    Some(end) => (from + end, true),
                    None => (self.held.len(), false),
                }
            }
        };
        self.keep(&mut pending.frame, taken);
        if let Some(stated) = &mut pending.stated {
            *stated -= taken;
        }
        if ended {
            self.drop_front(taken + 1);
            Ok(Some(pending.frame))
        } else {
            self.drop_front(taken);
            self.body = Some(pending);
            Ok(None)
        }
    }

    /// Moves the front of what arrived into the body, unless that becomes too long.
    fn keep(&self, frame: &mut Frame, taken: usize) {
        if frame.oversized || frame.body.len() + taken > self.longest_body {
            frame.oversized = true;
            frame.body = Vec::new();
        } else {
            frame.body.extend_from_slice(&self.held[..taken]);
        }
    }

    fn drop_front(&mut self, count: usize) {
        self.held.drain(..count);
        self.searched = 0;
    }
}

fn read_head(head: &[u8]) -> Result<Frame, NotStomp> {
    let text = core::str::from_utf8(head).map_err(|_| NotStomp)?;
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let command = lines.next().unwrap_or_default();
    if command.is_empty() || !command.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(NotStomp);
    }
    let mut frame = Frame::new(command);
    for line in lines {
        let (name, value) = line.split_once(':').ok_or(NotStomp)?;
        let read = |text: &str| {
            if command == "CONNECTED" { Some(text.to_owned()) } else { unescape(text) }
        };
        frame.headers.push((read(name).ok_or(NotStomp)?, read(value).ok_or(NotStomp)?));
    }
    Ok(frame)
}
