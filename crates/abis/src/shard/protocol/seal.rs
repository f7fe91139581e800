//! Frames: sealed for whom they are meant, good until a deadline.
//!
//! A frame is `version (1) ‖ message (16) ‖ deadline (8) ‖ part (2) ‖ parts (2) ‖ nonce (12) ‖
//! ciphertext ‖ tag (16)`, numbers big-endian, the deadline in milliseconds since 1970. The cipher is
//! AES-256-GCM-SIV (RFC 8452), which stays safe if a nonce should repeat. Everything before the nonce,
//! and for whom the frame is meant, is authenticated with it. So a frame that the broker or anybody
//! else makes up, alters, turns round or brings to another door does not open.

use core::fmt;
use core::time::Duration;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hkdf::Hkdf;
use niims_wire::{Clock, Entropy};
use rand_core::TryRng;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::address::Address;

const VERSION: u8 = 1;
const HEADER: usize = 29;
const NONCE: usize = 12;
const TAG: usize = 16;
/// Bytes of a message in one frame. The broker takes 1 MiB unless configured otherwise.
const PAYLOAD: usize = 512 * 1024;
/// Most frames of a message: 64 MiB.
const MOST_PARTS: usize = 128;
/// How far the clocks of two machines may be apart. Range 1 s to 1 min; time services keep machines
/// within milliseconds. A larger value lets a copied request be repeated for longer, at a holder that
/// was restarted since.
const SKEW: Duration = Duration::from_secs(5);
/// How far ahead a deadline may lie. Range: the longest search, 10 min; it bounds for how long a
/// holder must remember messages.
const LONGEST: Duration = Duration::from_mins(10);

/// The secret that all processes of one gallery share, to speak with each other over the broker. It is
/// another one than that of the gallery's files.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct CourierKey([u8; 32]);

impl CourierKey {
    /// The key with these bytes, which must be random.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// A secret is not shown.
impl fmt::Debug for CourierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CourierKey(…)")
    }
}

/// A message's name, drawn at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub [u8; 16]);

impl MessageId {
    /// 32 hexadecimal digits.
    pub fn to_hex(self) -> String {
        hex::encode(self.0)
    }

    /// Reads what [`Self::to_hex`] wrote.
    pub fn from_hex(text: &str) -> Option<Self> {
        let number = u128::from_str_radix(text, 16).ok()?;
        (text.len() == 32).then(|| Self(number.to_be_bytes()))
    }
}

/// What a message is for, known to both ends before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To a holder.
    Request {
        /// Which one.
        to: Address,
    },
    /// From a holder, to whoever asked.
    Answer {
        /// Which one.
        from: Address,
        /// What it answers.
        request: MessageId,
    },
}

/// A frame that opened.
pub struct Frame {
    /// The message it belongs to.
    pub message: MessageId,
    /// Milliseconds since 1970 until which the message is good, clocks allowed for.
    pub good_until: u64,
    /// Its place, from 0.
    pub part: u16,
    /// How many frames the message has.
    pub parts: u16,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// May hold biometric data: only sizes are shown.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} of {}, {} bytes)", self.part, self.parts, self.bytes.len())
    }
}

/// Why a frame was passed over, or could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Too short, too long, of another version, or a part beyond its parts.
    #[error("not a frame of version {VERSION}")]
    Form,
    /// Made without the key, altered, or meant for somebody else.
    #[error("the frame was not sealed for this addressee with the courier key")]
    Forged,
    /// Its time is over.
    #[error("the frame's deadline has passed; are the clocks of both machines right?")]
    Late,
    /// Its time is too far ahead to be true.
    #[error("the frame's deadline is more than ten minutes ahead")]
    Ahead,
    /// A message too long to send.
    #[error("a message is longer than 64 MiB")]
    TooLong,
}

impl SealError {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "abis.frame_form",
            Self::Forged => "abis.frame_forged",
            Self::Late => "abis.frame_late",
            Self::Ahead => "abis.frame_ahead",
            Self::TooLong => "abis.message_too_long",
        }
    }
}

/// Seals and opens the frames of one gallery.
pub struct Seals {
    requests: [u8; 32],
    answers: [u8; 32],
    tag: String,
    clock: Clock,
    entropy: Entropy,
}

impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seals({})", self.tag)
    }
}

impl Drop for Seals {
    fn drop(&mut self) {
        self.requests.zeroize();
        self.answers.zeroize();
    }
}

impl Seals {
    /// The seals of the gallery with this key.
    pub fn new(key: &CourierKey, clock: Clock, entropy: Entropy) -> Self {
        let [requests, answers, tag] = ["requests", "answers", "tag"].map(|what| derive(key, what));
        Self { requests, answers, tag: hex::encode(&tag[..8]), clock, entropy }
    }

    /// The gallery's name on a broker that serves several: 16 hexadecimal digits, made of the key.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Sixteen random bytes.
    pub fn draw(&self) -> MessageId {
        MessageId(self.random())
    }

    /// A new message in frames, good for so long.
    ///
    /// # Errors
    /// [`SealError::TooLong`] beyond 64 MiB.
    pub fn seal(
        &self,
        message: MessageId,
        purpose: &Purpose,
        good_for: Duration,
        plain: &[u8],
    ) -> Result<Vec<Vec<u8>>, SealError> {
        let parts = plain.len().div_ceil(PAYLOAD).max(1);
        if parts > MOST_PARTS {
            return Err(SealError::TooLong);
        }
        let deadline = self.now() + good_for.min(LONGEST).as_millis() as u64;
        (0..parts)
            .map(|part| {
                let chunk = &plain[part * PAYLOAD..plain.len().min((part + 1) * PAYLOAD)];
                let mut frame = vec![VERSION];
                frame.extend(message.0);
                frame.extend(deadline.to_be_bytes());
                frame.extend((part as u16).to_be_bytes());
                frame.extend((parts as u16).to_be_bytes());
                let nonce: [u8; NONCE] = self.random();
                let payload = Payload { msg: chunk, aad: &associated(&frame, purpose) };
                let sealed = self.cipher(purpose).encrypt(&Nonce::from(nonce), payload);
                frame.extend(nonce);
                frame.extend(sealed.map_err(|_| SealError::TooLong)?);
                Ok(frame)
            })
            .collect()
    }

    /// Opens a frame.
    ///
    /// # Errors
    /// [`SealError`]; whatever it is, the frame says nothing.
    pub fn open(&self, purpose: &Purpose, frame: &[u8]) -> Result<Frame, SealError> {
        // Bound first: the broker may hand over anything.
        if !(HEADER + NONCE + TAG..=HEADER + NONCE + TAG + PAYLOAD).contains(&frame.len()) {
            return Err(SealError::Form);
        }
        let (header, rest) = frame.split_first_chunk::<HEADER>().ok_or(SealError::Form)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(SealError::Form)?;
        let [version, _message @ .., p1, p0, n1, n0] = *header;
        let (part, parts) = (u16::from_be_bytes([p1, p0]), u16::from_be_bytes([n1, n0]));
        if version != VERSION || part >= parts || usize::from(parts) > MOST_PARTS {
            return Err(SealError::Form);
        }
        let payload = Payload { msg: sealed, aad: &associated(header, purpose) };
        let bytes = self
            .cipher(purpose)
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_| SealError::Forged)?;
        let message: [u8; 16] = core::array::from_fn(|at| header[1 + at]);
        let deadline = u64::from_be_bytes(core::array::from_fn(|at| header[17 + at]));
        let (now, skew) = (self.now(), SKEW.as_millis() as u64);
        let good_until = deadline.saturating_add(skew);
        if good_until < now {
            return Err(SealError::Late);
        }
        if deadline > now + LONGEST.as_millis() as u64 + skew {
            return Err(SealError::Ahead);
        }
        Ok(Frame { message: MessageId(message), good_until, part, parts, bytes })
    }

    /// Milliseconds since 1970.
    pub fn now(&self) -> u64 {
        u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0)
    }

    fn cipher(&self, purpose: &Purpose) -> Aes256GcmSiv {
        let key = match purpose {
            Purpose::Request { .. } => &self.requests,
            Purpose::Answer { .. } => &self.answers,
        };
        Aes256GcmSiv::new(key.into())
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        let Ok(()) = self.entropy.rng().try_fill_bytes(&mut bytes);
        bytes
    }
}

/// What is authenticated besides the content. Every part has a fixed length, or is the last.
fn associated(header: &[u8], purpose: &Purpose) -> Vec<u8> {
    let mut all = header.to_vec();
    let (of, address) = match purpose {
        Purpose::Request { to } => ([0; 16], to),
        Purpose::Answer { from, request } => (request.0, from),
    };
    all.extend(of);
    all.extend(address.to_string().into_bytes());
    all
}

fn derive(key: &CourierKey, what: &str) -> [u8; 32] {
    let mut derived = [0; 32];
    let info = format!("niims abis shards v1 {what}");
    Hkdf::<Sha256>::new(None, &key.0)
        .expand(info.as_bytes(), &mut derived)
        .unwrap_or_else(|_| unreachable!("32 bytes are fewer than HKDF's limit of 8,160"));
    derived
}

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;
