//! What an operator writes in a description, where several edges ask for the same: shares, secrets.

use core::fmt;
use std::path::{Path, PathBuf};

use niims_wire::Clock;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::share::{EnvelopeError, EnvelopeKey, EnvelopeKeys, ShareError, ShareParts, TokenSource};

/// A description that cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not the form.
    #[error("the description is not valid TOML of this form")]
    Form(#[source] Box<toml::de::Error>),
    /// A word or address in it means nothing.
    #[error(
        "{0} is not what the description takes: docs/MOSIP.md and docs/FOREIGN_DESK.md show it"
    )]
    Value(&'static str),
    /// A file that it names cannot be read.
    #[error("{} cannot be read", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// A key in it does not read.
    #[error(transparent)]
    Key(#[from] EnvelopeError),
    /// What it says of shares does not work.
    #[error(transparent)]
    Share(#[from] ShareError),
}

impl SettingsError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "mosip.settings_form",
            Self::Value(_) => "mosip.settings_value",
            Self::File(..) => "mosip.settings_file",
            Self::Key(error) => error.code(),
            Self::Share(error) => error.code(),
        }
    }
}

/// Where shares may be fetched from, and with what.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareSettings {
    allowed: Vec<String>,
    #[serde(default)]
    accepts_plain: bool,
    authorities: Option<PathBuf>,
    token: Option<TokenSettings>,
    #[serde(default)]
    keys: Vec<KeySettings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenSettings {
    address: String,
    client_id: String,
    secret: PathBuf,
    application: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeySettings {
    file: PathBuf,
    thumbprint: Option<String>,
}

/// Names of clients stay out of logs.
impl fmt::Debug for ShareSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShareSettings({} places)", self.allowed.len())
    }
}

impl ShareSettings {
    /// What is needed to fetch. Relative names of files start at a folder.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn parts(&self, folder: &Path, clock: Clock) -> Result<ShareParts, SettingsError> {
        let share = self;
        let allowed = share
            .allowed
            .iter()
            .map(|place| {
                place.parse().map_err(|_| SettingsError::Value("a place of share.allowed"))
            })
            .collect::<Result<_, _>>()?;
        let keys = share.keys.iter().map(|key| key.read(folder)).collect::<Result<_, _>>()?;
        let token = share.token.as_ref().map(|token| token.read(folder)).transpose()?;
        let authorities = share.authorities.as_ref().map(|file| read(folder, file)).transpose()?;
        Ok(ShareParts {
            allowed,
            token,
            keys: EnvelopeKeys(keys),
            accepts_plain: share.accepts_plain,
            authorities: authorities.map(|text| text.as_bytes().to_vec()),
            clock,
        })
    }
}

impl KeySettings {
    fn read(&self, folder: &Path) -> Result<EnvelopeKey, SettingsError> {
        let thumbprint = self
            .thumbprint
            .as_deref()
            .map(|text| {
                let bytes = hex::decode(text.replace(':', "")).ok();
                bytes
                    .and_then(|bytes| bytes.try_into().ok())
                    .ok_or(SettingsError::Value("a thumbprint"))
            })
            .transpose()?;
        Ok(EnvelopeKey::from_pem(&read(folder, &self.file)?, thumbprint)?)
    }
}

impl TokenSettings {
    fn read(&self, folder: &Path) -> Result<TokenSource, SettingsError> {
        Ok(TokenSource {
            address: self
                .address
                .parse()
                .map_err(|_| SettingsError::Value("share.token.address"))?,
            client_id: self.client_id.clone(),
            secret: read_secret(folder, &self.secret)?,
            application: self.application.clone(),
        })
    }
}

/// A secret: the text of a file, without the line end that editors add.
///
/// # Errors
/// [`SettingsError::File`].
pub fn read_secret(folder: &Path, file: &Path) -> Result<Zeroizing<String>, SettingsError> {
    let text = read(folder, file)?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// The text of a file.
///
/// # Errors
/// [`SettingsError::File`].
pub fn read(folder: &Path, file: &Path) -> Result<Zeroizing<String>, SettingsError> {
    let file = folder.join(file);
    std::fs::read_to_string(&file)
        .map(Zeroizing::new)
        .map_err(|error| SettingsError::File(file, error))
}
