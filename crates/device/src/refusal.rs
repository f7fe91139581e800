//! Why an answer of a device is not used. Each reason has its own code.

use thiserror::Error;

use crate::fault::DeviceFault;

/// Why an answer is not used. Nothing of the answer is repeated in it: it may hold a print.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// More bytes than an answer of this kind can have.
    #[error("the device sent more than {most} bytes of {what}: restart its service")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// The bound, bytes.
        most: usize,
    },
    /// Not JSON.
    #[error("the device's answer is not JSON (line {line}, column {column}): restart its service")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A field is missing, or holds what the interface does not allow.
    #[error("the field {0} of the device's answer is missing or not as SBI 0.9.5 says")]
    Field(&'static str),
    /// More of something than is allowed.
    #[error("the device sent more than {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The bound.
        most: usize,
    },
    /// The answer holds nothing.
    #[error("the device's answer is empty: try again")]
    Nothing,
    /// Not header, payload and signature in Base64, with points between.
    #[error("a signed part of the answer is not a compact JSON Web Signature")]
    JwsForm,
    /// The header does not read.
    #[error("the header of a signed part does not read")]
    JwsHeader,
    /// An algorithm that is not of the interface, `none` among them.
    #[error("a signed part states an algorithm other than RS256 and EdDSA")]
    JwsAlgorithm,
    /// There is no signature.
    #[error("a part that must be signed is not: the device is not registered with its maker")]
    JwsUnsigned,
    /// The header holds no certificate.
    #[error("a signed part brings no certificate")]
    JwsCertificateMissing,
    /// The signature does not fit payload and certificate.
    #[error("a signature of the device does not verify: do not use the device, report it")]
    JwsSignature,
    /// Not a certificate of X.509 version 3.
    #[error("the device's certificate does not read")]
    CertificateForm,
    /// No path to a root of the trust list.
    #[error(
        "the device's certificate leads to no root that the centre trusts: use a listed device"
    )]
    CertificateUnknownIssuer,
    /// A certificate of the path is past its time.
    #[error("a certificate of the device has expired: its maker must renew it")]
    CertificateExpired,
    /// A certificate of the path is not in force yet.
    #[error("a certificate of the device is not in force yet: check the laptop's clock")]
    CertificateNotYetValid,
    /// The trust list names it as revoked.
    #[error("the device's certificate was revoked: do not use the device, report it")]
    CertificateRevoked,
    /// The certificate of the device is one of an authority, or breaks a rule of its issuers.
    #[error("the device's certificate is not one for a device")]
    CertificateUse,
    /// The serial number in the digital id is another than the device code beside it.
    #[error("the device's digital id is that of another device")]
    DeviceCode,
    /// The digital id names another kind of device.
    #[error("the device's digital id is one of another kind of device")]
    DigitalIdKind,
    /// An L0 device signed its digital id by another key than its captures.
    #[error("the device's digital id is signed by another key than its answer")]
    DigitalIdKey,
    /// The answer comes from another device than was asked.
    #[error("another device answered than was asked: unplug one and look for devices again")]
    OtherDevice,
    /// A version of the interface that is not understood.
    #[error("the device speaks another version of the interface than 0.9.5")]
    SpecVersion,
    /// Another environment.
    #[error("the device belongs to another environment, such as a trial")]
    Environment,
    /// Another purpose.
    #[error("the device is not one for registration")]
    Purpose,
    /// Another transaction: the answer belongs to another request.
    #[error("the answer belongs to another request: capture again; report it if it comes back")]
    Transaction,
    /// Older than the request allows.
    #[error("the answer was signed before it was asked for: set the device's clock")]
    TimestampPast,
    /// Later than now allows.
    #[error("the answer was signed in the future: set the device's clock")]
    TimestampFuture,
    /// Another kind of biometric.
    #[error("the device captured another kind of biometric than was asked")]
    BioType,
    /// A finger that was not asked for.
    #[error("the device captured a finger that was not asked for: it may stand the wrong way")]
    BioSubTypeNotAsked,
    /// The same finger twice in one answer.
    #[error("the device's answer holds the same finger twice")]
    BioSubTypeTwice,
    /// A finger that the request excepted.
    #[error("the device captured a finger that was marked as missing")]
    BioSubTypeExcepted,
    /// The hash does not follow from the one before and the block.
    #[error("the captures of the device do not form a chain: capture again, report it")]
    Hash,
    /// The same block came before in this interview.
    #[error("the device sent an earlier capture again: do not use the device, report it")]
    Replayed,
    /// A quality outside 0 to 100.
    #[error("the device states a quality outside 0 to 100")]
    Score,
    /// The block is not Base64 or not a record of its standard.
    #[error("a biometric block is not a record of ISO/IEC 19794")]
    RecordForm,
    /// The block holds none or several pictures.
    #[error("a biometric block holds another number of pictures than one")]
    RecordPictures,
    /// The block says another finger than the answer.
    #[error("a biometric block is of another finger than the answer says")]
    RecordFinger,
    /// Fewer than 500 dots per inch.
    #[error("a picture has fewer than 500 dots per inch, too few for registration")]
    RecordResolution,
    /// A coding with loss.
    #[error("a picture is compressed with loss, which registration does not allow")]
    RecordLossy,
    /// The device says itself that it could not.
    #[error("the device reports a fault")]
    Said(DeviceFault),
}

impl Refusal {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "device.answer.too_large",
            Self::NotJson { .. } => "device.answer.not_json",
            Self::Field(_) => "device.answer.field",
            Self::TooMany { .. } => "device.answer.too_many",
            Self::Nothing => "device.answer.nothing",
            Self::JwsForm => "device.jws.form",
            Self::JwsHeader => "device.jws.header",
            Self::JwsAlgorithm => "device.jws.algorithm",
            Self::JwsUnsigned => "device.jws.unsigned",
            Self::JwsCertificateMissing => "device.jws.certificate_missing",
            Self::JwsSignature => "device.jws.signature",
            Self::CertificateForm => "device.certificate.form",
            Self::CertificateUnknownIssuer => "device.certificate.unknown_issuer",
            Self::CertificateExpired => "device.certificate.expired",
            Self::CertificateNotYetValid => "device.certificate.not_yet_valid",
            Self::CertificateRevoked => "device.certificate.revoked",
            Self::CertificateUse => "device.certificate.use",
            Self::DeviceCode => "device.identity.code",
            Self::DigitalIdKind => "device.identity.kind",
            Self::DigitalIdKey => "device.identity.key",
            Self::OtherDevice => "device.identity.other",
            Self::SpecVersion => "device.answer.spec_version",
            Self::Environment => "device.answer.environment",
            Self::Purpose => "device.answer.purpose",
            Self::Transaction => "device.answer.transaction",
            Self::TimestampPast => "device.answer.timestamp_past",
            Self::TimestampFuture => "device.answer.timestamp_future",
            Self::BioType => "device.answer.bio_type",
            Self::BioSubTypeNotAsked => "device.answer.finger_not_asked",
            Self::BioSubTypeTwice => "device.answer.finger_twice",
            Self::BioSubTypeExcepted => "device.answer.finger_excepted",
            Self::Hash => "device.chain.hash",
            Self::Replayed => "device.chain.replayed",
            Self::Score => "device.answer.score",
            Self::RecordForm => "device.record.form",
            Self::RecordPictures => "device.record.pictures",
            Self::RecordFinger => "device.record.finger",
            Self::RecordResolution => "device.record.resolution",
            Self::RecordLossy => "device.record.lossy",
            Self::Said(fault) => fault.code(),
        }
    }

    /// From a failure of the JSON reader, which says where and never what.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self::NotJson { line: error.line(), column: error.column() }
    }
}
