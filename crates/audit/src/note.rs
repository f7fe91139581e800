//! C2SP `signed-note` v1.0.0 with Ed25519 keys (signature type 0x01).

use core::fmt;
use core::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};

/// Bytes of a note that are read at all. Ours are below 1 KiB; cosignatures add up to
/// 5 KiB each and sixteen must be accepted.
pub const MAX_NOTE_BYTES: usize = 128 * 1024;

/// Signature lines of a note that are looked at.
pub const MAX_SIGNATURES: usize = 64;

/// Type byte of an Ed25519 note signature.
const ED25519: u8 = 0x01;

/// Ed25519 key by which the log signs its checkpoints. Wiped when dropped.
#[derive(Clone)]
pub struct LogSigningKey {
    name: String,
    key: SigningKey,
}

/// The public half, with the name of the log. Written as `name+id+key`.
#[derive(Clone, PartialEq, Eq)]
pub struct LogPublicKey {
    name: String,
    key: VerifyingKey,
}

/// Why a note or a key is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The name is not one for a key.
    #[error("a key name is not empty and holds no space, control character or plus sign")]
    Name,
    /// The text is not a verifier key.
    #[error("not a verifier key: expected name+id+base64 of an Ed25519 key")]
    Key,
    /// The text is not a signed note.
    #[error("not a signed note: expected text, an empty line, and signature lines")]
    Layout,
    /// No signature line is by the key asked for.
    #[error("the note carries no signature by this key")]
    Unsigned,
    /// The signature does not verify.
    #[error("the note's signature does not verify")]
    Signature,
}

impl NoteError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Name => "note.name",
            Self::Key => "note.key",
            Self::Layout => "note.layout",
            Self::Unsigned => "note.unsigned",
            Self::Signature => "note.signature",
        }
    }
}

impl LogSigningKey {
    /// A fresh key for the log of this name, which is also its origin.
    ///
    /// # Errors
    /// [`NoteError::Name`].
    pub fn generate(name: &str, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Self, NoteError> {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        Self::from_bytes(name, &seed)
    }

    /// The key with this 32-byte seed (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// [`NoteError::Name`].
    pub fn from_bytes(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        Ok(Self { name: name.to_owned(), key: SigningKey::from_bytes(seed) })
    }

    /// The 32-byte seed, to be stored encrypted.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Name of the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half.
    pub fn public_key(&self) -> LogPublicKey {
        LogPublicKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Signs `text`, which ends in a newline and holds no other control character.
    ///
    /// # Errors
    /// [`NoteError::Layout`] for a text that no note can hold.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        if !text.ends_with('\n') || text.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Layout);
        }
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let line = [self.public_key().id().as_slice(), &signature].concat();
        Ok(format!("{text}\n— {} {}\n", self.name, STANDARD.encode(line)))
    }
}

impl fmt::Debug for LogSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogSigningKey({})", self.public_key())
    }
}

impl LogPublicKey {
    /// The key of the log of this name.
    ///
    /// # Errors
    /// [`NoteError::Name`], [`NoteError::Key`].
    pub fn new(name: &str, key: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| NoteError::Key)?;
        if key.is_weak() {
            return Err(NoteError::Key);
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// Name of the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The 32 bytes of the key.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Key id: the first four bytes of SHA-256 over name, newline, type and key.
    pub fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// Opens a note: the text, once a signature by this key has verified. Lines by other
    /// keys are ignored; a failing line by this key refuses the note.
    ///
    /// # Errors
    /// [`NoteError::Layout`], [`NoteError::Unsigned`], [`NoteError::Signature`].
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, NoteError> {
        let (text, lines) = split(note)?;
        let mut verified = false;
        for line in lines {
            let (name, signature) = read_line(line)?;
            if name != self.name {
                continue;
            }
            let Some(signature) = signature.strip_prefix(self.id().as_slice()) else {
                continue;
            };
            let signature = Signature::from_slice(signature).map_err(|_| NoteError::Signature)?;
            self.key
                .verify_strict(text.as_bytes(), &signature)
                .map_err(|_| NoteError::Signature)?;
            verified = true;
        }
        if verified { Ok(text) } else { Err(NoteError::Unsigned) }
    }
}

impl fmt::Display for LogPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519][..], self.key.as_bytes()].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(key))
    }
}

impl fmt::Debug for LogPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogPublicKey({self})")
    }
}

impl FromStr for LogPublicKey {
    type Err = NoteError;
    fn from_str(text: &str) -> Result<Self, NoteError> {
        // The base64 part may hold plus signs; the name and the id may not.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let key = key.strip_prefix(&[ED25519]).ok_or(NoteError::Key)?;
        let found = Self::new(name, key.try_into().map_err(|_| NoteError::Key)?)?;
        if hex::encode(found.id()) == id { Ok(found) } else { Err(NoteError::Key) }
    }
}

fn check_name(name: &str) -> Result<(), NoteError> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.contains(bad) { Err(NoteError::Name) } else { Ok(()) }
}

/// The text with its last newline, and the signature lines.
fn split(note: &str) -> Result<(&str, Vec<&str>), NoteError> {
    if note.len() > MAX_NOTE_BYTES || note.chars().any(|c| c < ' ' && c != '\n') {
        return Err(NoteError::Layout);
    }
    let at = note.rfind("\n\n").ok_or(NoteError::Layout)?;
    let (text, signatures) = (&note[..=at], &note[at + 2..]);
    let signatures = signatures.strip_suffix('\n').ok_or(NoteError::Layout)?;
    let lines: Vec<&str> = signatures.split('\n').collect();
    if lines.len() > MAX_SIGNATURES {
        return Err(NoteError::Layout);
    }
    Ok((text, lines))
}

/// Key name and decoded bytes of one signature line.
fn read_line(line: &str) -> Result<(&str, Vec<u8>), NoteError> {
    let rest = line.strip_prefix("— ").ok_or(NoteError::Layout)?;
    let (name, encoded) = rest.split_once(' ').ok_or(NoteError::Layout)?;
    check_name(name).map_err(|_| NoteError::Layout)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::Layout)?;
    if bytes.len() < 5 {
        return Err(NoteError::Layout);
    }
    Ok((name, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of golang.org/x/mod/sumdb/note, whose format C2SP describes.
    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                        then you don't know what your problem is.\n";
    const LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn published() -> LogSigningKey {
        // The published form carries the type byte before the seed.
        let typed = STANDARD.decode(SEED).unwrap();
        LogSigningKey::from_bytes("PeterNeumann", typed[1..].try_into().unwrap()).unwrap()
    }

    #[test]
    fn published_example_byte_for_byte() {
        assert_eq!(published().public_key().to_string(), KEY);
        assert_eq!(published().sign(TEXT).unwrap(), format!("{TEXT}\n{LINE}"));
        let key: LogPublicKey = KEY.parse().unwrap();
        assert_eq!(key.open(&format!("{TEXT}\n{LINE}")), Ok(TEXT));
    }

    #[test]
    fn foreign_lines_are_ignored_and_bad_ones_refused() {
        let key: LogPublicKey = KEY.parse().unwrap();
        let foreign = "— someone.else AAAAAAAA\n";
        let forged = LINE.replace("x08go/ZJ", "x08go/ZK");
        let cases = [
            (format!("{TEXT}\n{foreign}{LINE}"), Ok(TEXT)),
            (format!("{TEXT}\n{foreign}"), Err(NoteError::Unsigned)),
            (format!("{TEXT}\n{forged}"), Err(NoteError::Signature)),
            (format!("{TEXT}\n{LINE}{forged}"), Err(NoteError::Signature)),
            (format!("I{TEXT}\n{LINE}"), Err(NoteError::Signature)),
            (format!("{TEXT}{LINE}"), Err(NoteError::Layout)),
            (format!("{TEXT}\n{}", LINE.trim_end()), Err(NoteError::Layout)),
            (format!("{TEXT}\n- {}", &LINE[4..]), Err(NoteError::Layout)),
            (format!("{TEXT}\u{7}\n\n{LINE}"), Err(NoteError::Layout)),
            (String::new(), Err(NoteError::Layout)),
        ];
        for (note, expected) in cases {
            assert_eq!(key.open(&note), expected, "{note:?}");
        }
    }

    #[test]
    fn mangled_keys_are_refused() {
        for text in [
            "",
            "a",
            "a+b",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            &KEY[..KEY.len() - 4],
        ] {
            assert!(text.parse::<LogPublicKey>().is_err(), "{text}");
        }
    }
}
