//! The trust list: a text that the centre signs.
//!
//! ```text
//! niims-device-trust/1
//! version 7
//! issued 2026-11-01T00:00:00Z
//! expires 2027-02-01T00:00:00Z
//! environment Production
//! device-root <certificate, DER in Base64>
//! device-maker <certificate>
//! chip-root <certificate>
//! chip-maker <certificate>
//! revoked <SHA-256 of a certificate, hexadecimal>
//!
//! — centre.example <signature>
//! ```

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use niims_audit::LogPublicKey;
use thiserror::Error;

use crate::limits::MOST_CERTIFICATE_BYTES;
use crate::vocabulary::Environment;

/// First line of a list.
const FORM: &str = "niims-device-trust/1";
/// Most bytes of a list, which a note bounds to 128 KiB as well: some sixty certificates.
const MOST_BYTES: usize = 128 * 1024;

/// Whom a kit trusts to make devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustList {
    /// Counts up; a kit takes no list older than the one it has.
    pub version: u64,
    /// When it was issued.
    pub issued: Timestamp,
    /// From when on it counts no more.
    pub expires: Timestamp,
    /// The environment that devices must belong to.
    pub environment: Environment,
    /// Roots of device keys, DER.
    pub device_roots: Vec<Vec<u8>>,
    /// Certificates of makers between roots and device keys, DER.
    pub device_makers: Vec<Vec<u8>>,
    /// Roots of secure chips (FTM), DER.
    pub chip_roots: Vec<Vec<u8>>,
    /// Certificates between roots and chips, DER.
    pub chip_makers: Vec<Vec<u8>>,
    /// SHA-256 of certificates, of devices or makers, that count no more.
    pub revoked: BTreeSet<[u8; 32]>,
}

/// Why a trust list is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TrustListError {
    /// Too long to be read.
    #[error("the device trust list is longer than 128 KiB")]
    TooLarge,
    /// Not signed by the centre.
    #[error("the device trust list is not signed by this kit's centre: fetch it again")]
    Signature,
    /// A line does not read.
    #[error("line {line} of the device trust list does not read")]
    Line {
        /// Which, from 1.
        line: usize,
    },
    /// A line that must be there is missing.
    #[error("the device trust list has no line {0}")]
    Missing(&'static str),
    /// Older than the one that the kit has.
    #[error("the device trust list is older than the one this kit has")]
    Older,
    /// Past its time.
    #[error("the device trust list has expired: bring the kit to a place with network")]
    Expired,
    /// Not yet in force, more than a day before its issue.
    #[error("the device trust list is from the future: check the laptop's clock")]
    Future,
}

impl TrustListError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "device.trust.too_large",
            Self::Signature => "device.trust.signature",
            Self::Line { .. } => "device.trust.line",
            Self::Missing(_) => "device.trust.missing",
            Self::Older => "device.trust.older",
            Self::Expired => "device.trust.expired",
            Self::Future => "device.trust.future",
        }
    }
}

impl TrustList {
    /// Opens a signed list at `now`; `had` is the version that the kit has, 0 for none.
    ///
    /// # Errors
    /// [`TrustListError`].
    pub fn open(
        note: &str,
        centre: &LogPublicKey,
        had: u64,
        now: Timestamp,
    ) -> Result<Self, TrustListError> {
        let list = Self::signed(note, centre)?;
        if list.version < had {
            return Err(TrustListError::Older);
        }
        if now >= list.expires {
            return Err(TrustListError::Expired);
        }
        // A day: a clock that lost some hours must not stop a kit.
        if now.as_second() + 86_400 < list.issued.as_second() {
            return Err(TrustListError::Future);
        }
        Ok(list)
    }

    /// Reads a signed list whatever its time, as the centre does to write the next.
    ///
    /// # Errors
    /// [`TrustListError`].
    pub fn signed(note: &str, centre: &LogPublicKey) -> Result<Self, TrustListError> {
        if note.len() > MOST_BYTES {
            return Err(TrustListError::TooLarge);
        }
        let text = centre.open(note).map_err(|_| TrustListError::Signature)?;
        Self::read(text)
    }

    /// The text to be signed.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{FORM}\nversion {}\nissued {}\nexpires {}\nenvironment {}\n",
            self.version,
            self.issued,
            self.expires,
            self.environment.name()
        );
        let kinds = [
            ("device-root", &self.device_roots),
            ("device-maker", &self.device_makers),
            ("chip-root", &self.chip_roots),
            ("chip-maker", &self.chip_makers),
        ];
        for (name, certificates) in kinds {
            for certificate in certificates {
                let _ = writeln!(text, "{name} {}", STANDARD.encode(certificate));
            }
        }
        for hash in &self.revoked {
            let _ = writeln!(text, "revoked {}", hex::encode(hash));
        }
        text
    }

    fn read(text: &str) -> Result<Self, TrustListError> {
        let mut lines = text.lines().enumerate();
        if lines.next().map(|(_, line)| line) != Some(FORM) {
            return Err(TrustListError::Line { line: 1 });
        }
        let (mut version, mut issued, mut expires, mut environment) = (None, None, None, None);
        let mut certificates: [Vec<Vec<u8>>; 4] = Default::default();
        let mut revoked = BTreeSet::new();
        for (index, line) in lines {
            let bad = TrustListError::Line { line: index + 1 };
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
                "environment" => {
                    once(environment.is_some())?;
                    environment = Some(Environment::from_name(value).ok_or(bad)?);
                }
                "device-root" => certificates[0].push(certificate(value).ok_or(bad)?),
                "device-maker" => certificates[1].push(certificate(value).ok_or(bad)?),
                "chip-root" => certificates[2].push(certificate(value).ok_or(bad)?),
                "chip-maker" => certificates[3].push(certificate(value).ok_or(bad)?),
                "revoked" => {
                    let hash = hex::decode(value).ok().and_then(|hash| hash.try_into().ok());
                    revoked.insert(hash.ok_or(bad)?);
                }
                // A line that is not understood may restrict what is trusted.
                _ => return Err(bad),
            }
        }
        let [device_roots, device_makers, chip_roots, chip_makers] = certificates;
        Ok(Self {
            version: version.ok_or(TrustListError::Missing("version"))?,
            issued: issued.ok_or(TrustListError::Missing("issued"))?,
            expires: expires.ok_or(TrustListError::Missing("expires"))?,
            environment: environment.ok_or(TrustListError::Missing("environment"))?,
            device_roots,
            device_makers,
            chip_roots,
            chip_makers,
            revoked,
        })
    }
}

/// A certificate of X.509, from PEM or DER; `None` for anything else, and for one that is too large
/// for a list.
pub fn read_certificate(bytes: &[u8]) -> Option<Vec<u8>> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let der = match std::str::from_utf8(bytes).ok().and_then(|text| text.split_once(BEGIN)) {
        Some((_, rest)) => {
            let (body, _) = rest.split_once(END)?;
            let body: String = body.split_whitespace().collect();
            STANDARD.decode(body).ok()?
        }
        None => bytes.to_vec(),
    };
    let form = rustls_pki_types::CertificateDer::from(der.as_slice());
    webpki::anchor_from_trusted_cert(&form).ok()?;
    (der.len() <= MOST_CERTIFICATE_BYTES).then_some(der)
}

fn certificate(text: &str) -> Option<Vec<u8>> {
    let der = STANDARD.decode(text).ok()?;
    (der.len() <= MOST_CERTIFICATE_BYTES).then_some(der)
}
