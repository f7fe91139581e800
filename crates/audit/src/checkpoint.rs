//! C2SP `tlog-checkpoint` v1.0.0: the signed size and root of the log.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::note::{LogPublicKey, LogSigningKey, NoteError};

/// What the log was at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log, the same as its key's.
    pub origin: String,
    /// Leaves in the tree.
    pub size: u64,
    /// Root hash of the tree.
    pub root: Hash,
}

/// Why a checkpoint is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note around it is not accepted.
    #[error("the checkpoint's note is not accepted")]
    Note(#[source] NoteError),
    /// The signed text is not a checkpoint.
    #[error("not a checkpoint: expected origin, size and root hash, one on each line")]
    Layout,
    /// It is of another log.
    #[error("the checkpoint is of another log than the key")]
    Origin,
}

impl CheckpointError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Note(error) => error.code(),
            Self::Layout => "checkpoint.layout",
            Self::Origin => "checkpoint.origin",
        }
    }
}

impl Checkpoint {
    /// The note's text.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads a note's text. Extension lines are passed over.
    ///
    /// # Errors
    /// [`CheckpointError::Layout`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Layout)?;
        let lines: Vec<&str> = body.split('\n').collect();
        let [origin, size, root, ..] = lines[..] else {
            return Err(CheckpointError::Layout);
        };
        if lines.iter().any(|line| line.is_empty()) {
            return Err(CheckpointError::Layout);
        }
        let root = STANDARD.decode(root).map_err(|_| CheckpointError::Layout)?;
        Ok(Self {
            origin: origin.to_owned(),
            size: parse_decimal(size).ok_or(CheckpointError::Layout)?,
            root: root.try_into().map_err(|_| CheckpointError::Layout)?,
        })
    }

    /// Signs the checkpoint of the key's log: the whole note.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] for another log's key.
    pub fn sign(&self, key: &LogSigningKey) -> Result<String, CheckpointError> {
        if key.name() != self.origin {
            return Err(CheckpointError::Origin);
        }
        key.sign(&self.to_text()).map_err(CheckpointError::Note)
    }

    /// Opens a signed checkpoint of the key's log.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open(note: &str, key: &LogPublicKey) -> Result<Self, CheckpointError> {
        let checkpoint = Self::parse(key.open(note).map_err(CheckpointError::Note)?)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::Origin) }
    }
}

/// A decimal number without sign or leading zeros.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|digit| digit.is_ascii_digit());
    let leading = text.len() > 1 && text.starts_with('0');
    if plain && !leading { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_opens() {
        let key = LogSigningKey::from_bytes("log.example/niims", &[1; 32]).unwrap();
        let other = LogSigningKey::from_bytes("log.example/other", &[1; 32]).unwrap();
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size: 12, root: [5; 32] };
        let note = checkpoint.sign(&key).unwrap();
        assert_eq!(Checkpoint::open(&note, &key.public_key()), Ok(checkpoint.clone()));
        assert_eq!(checkpoint.sign(&other), Err(CheckpointError::Origin));
        let foreign = other.sign(&checkpoint.to_text()).unwrap();
        assert_eq!(Checkpoint::open(&foreign, &other.public_key()), Err(CheckpointError::Origin));
    }

    #[test]
    fn reads_the_published_layout_only() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        let good = format!("example.com/behind-the-sofa\n20852163\n{root}\n");
        assert_eq!(Checkpoint::parse(&good).unwrap().to_text(), good);
        assert_eq!(Checkpoint::parse(&format!("{good}extension\n")).unwrap().size, 20_852_163);
        for bad in [
            String::new(),
            format!("a\n01\n{root}\n"),
            format!("a\n+1\n{root}\n"),
            format!("a\n1\n{root}"),
            format!("\n1\n{root}\n"),
            format!("a\n99999999999999999999\n{root}\n"),
            "a\n1\nAAAA\n".to_owned(),
        ] {
            assert_eq!(Checkpoint::parse(&bad), Err(CheckpointError::Layout), "{bad:?}");
        }
    }
}
