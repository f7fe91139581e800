//! Why biometrics could not be fetched.

/// What went wrong. No variant repeats an address, a token or a byte of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// Not an address that can be fetched.
    #[error("the address of the share is not an absolute http or https address")]
    Address,
    /// An address of another place.
    #[error(
        "the share lies at a place that is not allowed; add it to the allowed places if it should be"
    )]
    Forbidden,
    /// Nothing answered in time, or the connection broke.
    #[error("the share, or the place that issues tokens, cannot be reached")]
    Unreachable,
    /// It answered with a refusal.
    #[error("the share was refused with status {0}")]
    Refused(u16),
    /// It answered with a redirect, which is not followed.
    #[error("the share answered with a redirect, which is never followed")]
    Redirect,
    /// It answered with a functional error.
    #[error("the share answered with an error instead of biometrics")]
    Functional,
    /// The address was good once.
    #[error("the share has expired or was fetched too often")]
    Expired,
    /// The share does not take the token.
    #[error("the share does not accept the token")]
    TokenRefused,
    /// No token was issued.
    #[error("no token was issued; check client, secret and application")]
    TokenDenied,
    /// The body is too long.
    #[error("the share is larger than anything that would be read")]
    TooLarge,
    /// Not encrypted where it must be.
    #[error("the share is not encrypted, and plain ones are not accepted")]
    Plain,
    /// The envelope does not open.
    #[error("the share's envelope does not open")]
    Envelope(#[from] EnvelopeError),
    /// The operator's certificates do not read.
    #[error("the file of certificate authorities is not PEM")]
    Authorities,
}

/// Why an envelope does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not base64.
    #[error("the envelope is not base64")]
    Base64,
    /// Not the version that is spoken, or cut short.
    #[error("the envelope is not of the form VER_R2")]
    Form,
    /// Sealed for somebody else.
    #[error("the envelope is sealed under a key that is not configured here")]
    KeyUnknown,
    /// Changed on its way, or sealed under another key.
    #[error("the envelope does not open with its key")]
    Sealed,
    /// The key file does not read.
    #[error("the private key is not PKCS#8 PEM of an RSA key of 2048 to 8192 bits")]
    KeyFile,
    /// The certificate file does not read.
    #[error("the certificate is not PEM of an X.509 certificate with an RSA key")]
    CertificateFile,
    /// Too long to be sealed.
    #[error("the document cannot be sealed")]
    Unsealable,
}

impl ShareError {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Address => "mosip.share_address",
            Self::Forbidden => "mosip.share_forbidden",
            Self::Unreachable => "mosip.share_unreachable",
            Self::Refused(_) => "mosip.share_refused",
            Self::Redirect => "mosip.share_redirect",
            Self::Functional => "mosip.share_functional",
            Self::Expired => "mosip.share_expired",
            Self::TokenRefused => "mosip.share_token_refused",
            Self::TokenDenied => "mosip.share_token_denied",
            Self::TooLarge => "mosip.share_too_large",
            Self::Plain => "mosip.share_plain",
            Self::Envelope(error) => error.code(),
            Self::Authorities => "mosip.share_authorities",
        }
    }

    /// Whether the same request may succeed a moment later.
    pub(super) fn is_passing(self) -> bool {
        matches!(self, Self::Unreachable | Self::Refused(500..=599))
    }
}

impl EnvelopeError {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Base64 => "mosip.envelope_base64",
            Self::Form => "mosip.envelope_form",
            Self::KeyUnknown => "mosip.envelope_key_unknown",
            Self::Sealed => "mosip.envelope_sealed",
            Self::KeyFile => "mosip.envelope_key_file",
            Self::CertificateFile => "mosip.envelope_certificate_file",
            Self::Unsealable => "mosip.envelope_unsealable",
        }
    }
}
