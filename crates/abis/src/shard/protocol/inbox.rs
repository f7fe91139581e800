//! Frames put together again; what was seen before is passed over.

use std::collections::HashMap;

use super::seal::{Frame, MessageId};

/// Messages that are remembered, with those not complete yet. Range: more than come in within the
/// longest deadline. Authentic ones only are counted, so nobody without the key can fill it.
const MOST_MESSAGES: usize = 65_536;

/// Collects the frames of messages and gives each message out once.
#[derive(Default)]
pub struct Inbox {
    messages: HashMap<MessageId, Collected>,
}

struct Collected {
    good_until: u64,
    /// Empty once the message was given out.
    parts: Vec<Option<Vec<u8>>>,
}

impl Inbox {
    /// Takes a frame that opened; gives the message that it completes. A frame of a message that was
    /// given out before, a second copy of a frame, and one that contradicts the others say nothing.
    /// `now` is in milliseconds since 1970.
    pub fn take(&mut self, frame: Frame, now: u64) -> Option<Vec<u8>> {
        if self.messages.len() >= MOST_MESSAGES {
            self.messages.retain(|_, collected| collected.good_until >= now);
            // Full of messages that are still good: what cannot be remembered is not taken.
            if self.messages.len() >= MOST_MESSAGES {
                return None;
            }
        }
        let parts = usize::from(frame.parts);
        let collected = self.messages.entry(frame.message).or_insert_with(|| Collected {
            good_until: frame.good_until,
            parts: vec![None; parts],
        });
        if collected.parts.len() != parts {
            return None;
        }
        collected.parts[usize::from(frame.part)].get_or_insert(frame.bytes);
        if collected.parts.iter().any(Option::is_none) {
            return None;
        }
        Some(std::mem::take(&mut collected.parts).into_iter().flatten().flatten().collect())
    }

    /// Forgets messages whose time is over; they would not open again.
    pub fn forget(&mut self, now: u64) {
        self.messages.retain(|_, collected| collected.good_until >= now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(message: u8, part: u16, parts: u16) -> Frame {
        let message = MessageId([message; 16]);
        Frame { message, good_until: 100, part, parts, bytes: vec![part as u8; 2] }
    }

    #[test]
    fn a_message_is_given_out_once() {
        let mut inbox = Inbox::default();
        assert_eq!(inbox.take(frame(1, 0, 1), 0), Some(vec![0, 0]));
        assert_eq!(inbox.take(frame(1, 0, 1), 0), None);
        for (part, want) in [(2, None), (0, None), (0, None), (1, Some(vec![0, 0, 1, 1, 2, 2]))] {
            assert_eq!(inbox.take(frame(2, part, 3), 0), want, "{part}");
        }
        assert_eq!(inbox.take(frame(2, 1, 3), 0), None);
    }

    #[test]
    fn a_frame_that_contradicts_says_nothing() {
        let mut inbox = Inbox::default();
        assert_eq!(inbox.take(frame(1, 0, 2), 0), None);
        assert_eq!(inbox.take(frame(1, 0, 1), 0), None);
        assert_eq!(inbox.take(frame(1, 2, 3), 0), None);
        assert_eq!(inbox.take(frame(1, 1, 2), 0), Some(vec![0, 0, 1, 1]));
    }

    #[test]
    fn what_is_over_is_forgotten_and_a_full_inbox_takes_nothing() {
        let mut inbox = Inbox::default();
        let numbered = |number: usize| {
            let message = MessageId((number as u128).to_be_bytes());
            Frame { message, good_until: 100, part: 0, parts: 2, bytes: Vec::new() }
        };
        for number in 0..MOST_MESSAGES {
            assert_eq!(inbox.take(numbered(number), 0), None);
        }
        assert_eq!(inbox.take(frame(1, 0, 1), 100), None);
        assert_eq!(inbox.take(frame(1, 0, 1), 101), Some(vec![0, 0]));
        inbox.forget(200);
        assert!(inbox.messages.is_empty());
    }
}
