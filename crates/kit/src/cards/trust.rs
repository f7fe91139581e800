//! The list by which cards are believed: a text that the centre signs.
//!
//! ```text
//! niims-card-trust/1
//! version 3
//! issued 2026-11-01T00:00:00Z
//! expires 2027-02-01T00:00:00Z
//! issuer <public key of the issuer, 64 hexadecimal digits>
//! revoked <serial number of a card>
//!
//! — centre.example <signature>
//! ```

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;
use niims_audit::LogPublicKey;
use thiserror::Error;

use crate::error::KitError;
use crate::kit::{Kit, run};

/// First line of a list.
const FORM: &str = "niims-card-trust/1";
/// Most bytes of a list, which a note bounds to 128 KiB as well: some 4,500 revoked cards.
const MOST_BYTES: usize = 128 * 1024;
/// Longest serial number, characters.
const LONGEST_SERIAL: usize = 64;

/// Whose cards are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardTrust {
    /// Counts up; a kit takes no list older than the one it has.
    pub version: u64,
    /// When it was issued.
    pub issued: Timestamp,
    /// From when on it counts no more.
    pub expires: Timestamp,
    /// Ed25519 public keys of the issuer: the one in use, and those of cards that still count.
    pub issuers: Vec<[u8; 32]>,
    /// Serial numbers of cards that count no more.
    pub revoked: BTreeSet<String>,
}

/// Why a list is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CardTrustError {
    /// Too long to be read.
    #[error("the list of cards is longer than 128 KiB")]
    TooLarge,
    /// Not signed by the centre.
    #[error("the list of cards is not signed by this kit's centre: fetch it again")]
    Signature,
    /// A line does not read.
    #[error("line {line} of the list of cards does not read")]
    Line {
        /// Which, from 1.
        line: usize,
    },
    /// A line that must be there is missing.
    #[error("the list of cards has no line {0}")]
    Missing(&'static str),
    /// Older than the one that the kit has.
    #[error("the list of cards is older than the one this kit has")]
    Older,
    /// Past its time.
    #[error("the list of cards has expired: bring the kit to a place with network")]
    Expired,
    /// Not yet in force, more than a day before its issue.
    #[error("the list of cards is from the future: check the laptop's clock")]
    Future,
}

impl CardTrustError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "card.trust.too_large",
            Self::Signature => "card.trust.signature",
            Self::Line { .. } => "card.trust.line",
            Self::Missing(_) => "card.trust.missing",
            Self::Older => "card.trust.older",
            Self::Expired => "card.trust.expired",
            Self::Future => "card.trust.future",
        }
    }
}

impl CardTrust {
    /// Opens a signed list at `now`; `had` is the version that the kit has, 0 for none.
    ///
    /// # Errors
    /// [`CardTrustError`].
    pub fn open(
        note: &str,
        centre: &LogPublicKey,
        had: u64,
        now: Timestamp,
    ) -> Result<Self, CardTrustError> {
        let list = Self::signed(note, centre)?;
        if list.version < had {
            return Err(CardTrustError::Older);
        }
        if now >= list.expires {
            return Err(CardTrustError::Expired);
        }
        // A day: a clock that lost some hours must not stop a kit.
        if now.as_second() + 86_400 < list.issued.as_second() {
            return Err(CardTrustError::Future);
        }
        Ok(list)
    }

    /// Reads a signed list whatever its time, as the centre does to write the next.
    ///
    /// # Errors
    /// [`CardTrustError`].
    pub fn signed(note: &str, centre: &LogPublicKey) -> Result<Self, CardTrustError> {
        if note.len() > MOST_BYTES {
            return Err(CardTrustError::TooLarge);
        }
        Self::read(centre.open(note).map_err(|_| CardTrustError::Signature)?)
    }

    /// The text to be signed.
    pub fn text(&self) -> String {
        let Self { version, issued, expires, .. } = self;
        let mut text = format!("{FORM}\nversion {version}\nissued {issued}\nexpires {expires}\n");
        for issuer in &self.issuers {
            let _ = writeln!(text, "issuer {}", hex::encode(issuer));
        }
        for serial in &self.revoked {
            let _ = writeln!(text, "revoked {serial}");
        }
        text
    }

    fn read(text: &str) -> Result<Self, CardTrustError> {
        let mut lines = text.lines().enumerate();
        if lines.next().map(|(_, line)| line) != Some(FORM) {
            return Err(CardTrustError::Line { line: 1 });
        }
        let (mut version, mut issued, mut expires) = (None, None, None);
        let (mut issuers, mut revoked) = (Vec::new(), BTreeSet::new());
        for (index, line) in lines {
            let bad = CardTrustError::Line { line: index + 1 };
            let (name, value) = line.split_once(' ').ok_or(bad)?;
            let once = |taken: bool| if taken { Err(bad) } else { Ok(()) };
            match name {
                "version" => {
                    once(version.is_some())?;
                    version = Some(value.parse().map_err(|_| bad)?);
                }
                "issued" => {
                    once(issued.is_some())?;
                    issued = Some(value.parse().map_err(|_| bad)?);
                }
                "expires" => {
                    once(expires.is_some())?;
                    expires = Some(value.parse().map_err(|_| bad)?);
                }
                "issuer" => {
                    let mut key = [0; 32];
                    hex::decode_to_slice(value, &mut key).map_err(|_| bad)?;
                    issuers.push(key);
                }
                "revoked" if (1..=LONGEST_SERIAL).contains(&value.len()) => {
                    revoked.insert(value.to_owned());
                }
                // A line that is not understood may restrict what is believed.
                _ => return Err(bad),
            }
        }
        if issuers.is_empty() {
            return Err(CardTrustError::Missing("issuer"));
        }
        Ok(Self {
            version: version.ok_or(CardTrustError::Missing("version"))?,
            issued: issued.ok_or(CardTrustError::Missing("issued"))?,
            expires: expires.ok_or(CardTrustError::Missing("expires"))?,
            issuers,
            revoked,
        })
    }
}

impl Kit {
    /// Takes a list that the centre signed, and says its version. Lists never go back.
    ///
    /// # Errors
    /// `card.trust.…`; `kit.store_…`.
    pub fn keep_card_trust(&mut self, note: &str, now: Timestamp) -> Result<u64, KitError> {
        let had = run!(self, store => store.card_trust())?.map_or(0, |(version, _)| version);
        let list = CardTrust::open(note, &self.log_key, had, now)?;
        run!(self, store => store.keep_card_trust(list.version, note))?;
        Ok(list.version)
    }

    /// The list in force; `None` when the kit was never given one.
    ///
    /// # Errors
    /// `card.trust.…` when it counts no more; `kit.store_…`.
    pub fn card_trust(&mut self, now: Timestamp) -> Result<Option<CardTrust>, KitError> {
        let kept = run!(self, store => store.card_trust())?;
        kept.map(|(version, note)| Ok(CardTrust::open(&note, &self.log_key, version, now)?))
            .transpose()
    }
}
