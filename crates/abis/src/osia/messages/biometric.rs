//! `BiometricData` and `BiometricComputedData`: one item of biometrics, in and out.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::limits::{MOST_INTEGRITY, MOST_MISSING};
use super::protection::{Encryption, Integrity};
use super::strict::{given, given_objects, object};
use super::vocabulary::{BiometricSubType, BiometricType, Compression, ImpressionType, Presence};

/// One capture of one part of the body: a picture, a template, or both.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BiometricData {
    /// What of the body.
    pub biometric_type: BiometricType,
    /// Which part of it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub biometric_sub_type: Option<BiometricSubType>,
    /// Tells two captures of one part from each other.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The encounter that it comes from.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub encounter_id: Option<String>,
    /// The picture, base64.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Where a picture lies.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub image_ref: Option<String>,
    /// When it was captured, RFC 3339.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub capture_date: Option<String>,
    /// With what.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub capture_device: Option<String>,
    /// How.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub impression_type: Option<ImpressionType>,
    /// Width of the picture, pixels.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// Height of the picture, pixels.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// Bits of a pixel.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub bitdepth: Option<i64>,
    /// The media type of the picture.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Pixels per inch.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub resolution: Option<i64>,
    /// How the pixels are packed.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
    /// What is missing, and why.
    #[serde(
        default,
        deserialize_with = "given_objects::<MOST_MISSING, _, _>",
        skip_serializing_if = "Option::is_none"
    )]
    pub missing: Option<Vec<Missing>>,
    /// The vendor's words.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
    /// Anybody's words.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The template, base64.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Where a template lies.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub template_ref: Option<String>,
    /// The form of the template.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub template_format: Option<String>,
    /// Quality, by the scale of `quality_format`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub quality: Option<i64>,
    /// The scale.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub quality_format: Option<String>,
    /// What made the template.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// Who made that.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// A part is encrypted.
    #[serde(default, deserialize_with = "object", skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// Hashes over parts.
    #[serde(
        default,
        deserialize_with = "given_objects::<MOST_INTEGRITY, _, _>",
        skip_serializing_if = "Option::is_none"
    )]
    pub integrity: Option<Vec<Integrity>>,
}

/// Biometric data: only what it is of is shown.
impl fmt::Debug for BiometricData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BiometricData({}, …)", self.biometric_type.word())
    }
}

/// A part that could not be captured.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Missing {
    /// Which.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub biometric_sub_type: Option<BiometricSubType>,
    /// Why.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
}

/// A template that was computed here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BiometricComputedData {
    /// What of the body.
    pub biometric_type: BiometricType,
    /// Which part of it.
    pub biometric_sub_type: BiometricSubType,
    /// The template, base64.
    pub template: String,
    /// Its form.
    pub template_format: &'static str,
    /// 0 to 100.
    pub quality: i64,
    /// The scale.
    pub quality_format: &'static str,
    /// What made the template.
    pub algorithm: &'static str,
    /// Who made that.
    pub vendor: &'static str,
}

/// Biometric data: only what it is of is shown.
impl fmt::Debug for BiometricComputedData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BiometricComputedData({}, …)", self.biometric_sub_type.word())
    }
}

impl From<BiometricComputedData> for BiometricData {
    fn from(computed: BiometricComputedData) -> Self {
        Self {
            biometric_sub_type: Some(computed.biometric_sub_type),
            template: Some(computed.template),
            template_format: Some(computed.template_format.to_owned()),
            quality: Some(computed.quality),
            quality_format: Some(computed.quality_format.to_owned()),
            algorithm: Some(computed.algorithm.to_owned()),
            vendor: Some(computed.vendor.to_owned()),
            ..Self::nothing_of(computed.biometric_type)
        }
    }
}

impl BiometricData {
    /// An item of which nothing but the kind is known.
    pub const fn nothing_of(biometric_type: BiometricType) -> Self {
        Self {
            biometric_type,
            biometric_sub_type: None,
            instance: None,
            encounter_id: None,
            image: None,
            image_ref: None,
            capture_date: None,
            capture_device: None,
            impression_type: None,
            width: None,
            height: None,
            bitdepth: None,
            mime_type: None,
            resolution: None,
            compression: None,
            missing: None,
            metadata: None,
            comment: None,
            template: None,
            template_ref: None,
            template_format: None,
            quality: None,
            quality_format: None,
            algorithm: None,
            vendor: None,
            encryption: None,
            integrity: None,
        }
    }
}
