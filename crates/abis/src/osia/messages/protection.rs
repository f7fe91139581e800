//! `Encryption` and `Integrity`: what a client says it did to the data.

use serde::{Deserialize, Serialize};

use super::strict::given;
use super::vocabulary::{EncryptionType, SignatureType};

/// A part of the data is encrypted.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Encryption {
    /// How it is packed.
    #[serde(rename = "type")]
    pub kind: EncryptionType,
    /// JSON paths to the encrypted parts, separated by white space.
    pub scope: String,
}

/// A hash over a part of the data, and perhaps a signature of it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Integrity {
    /// A name for this block.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How the hash is signed; absent means not.
    #[serde(
        default,
        rename = "type",
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub kind: Option<SignatureType>,
    /// JSON paths to what is hashed, separated by white space.
    pub scope: String,
    /// The hash, by name.
    pub alg: String,
    /// Whether it was taken over encrypted data.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// Whether what references point to is hashed, too.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub follow_ref: Option<bool>,
    /// The hash; the standard does not say in which letters.
    pub hash: String,
    /// A signature of it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Where a signature of it lies.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub signature_ref: Option<String>,
}
