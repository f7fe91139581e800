//! The failure codes 1 to 18.

/// Why a request failed, numbered as the API numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureReason {
    /// A fault of ours that has no name.
    Unknown,
    /// Begun, and given up: a part of the gallery is out of reach, or a right is missing.
    Aborted,
    /// Storage failed; the same request may succeed later.
    Unexpected,
    /// Not a message of this API.
    Structure,
    /// No reference.
    ReferenceIdMissing,
    /// No request id.
    RequestIdMissing,
    /// The data share did not give the biometrics.
    FetchFailed,
    /// No address of biometrics.
    ReferenceUrlMissing,
    /// No time of the request.
    RequestTimeMissing,
    /// The reference is taken.
    AlreadyExists,
    /// Nothing to compare: no sample, none of a kind that is compared, or none that can be opened.
    NothingToCompare,
    /// The reference, or one of the gallery's, is not enrolled.
    NotFound,
    /// Another version of the API, or none.
    Version,
    /// Another operation, or none.
    OperationId,
    /// The time of the request is not one.
    RequestTimeFormat,
    /// Not CBEFF, or samples that are not what it says.
    CbeffFormat,
    /// The share can no longer be fetched.
    ShareExpired,
    /// No finger is good enough, or one finger stands under several names.
    Quality,
}

impl FailureReason {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 18] = [
        Self::Unknown,
        Self::Aborted,
        Self::Unexpected,
        Self::Structure,
        Self::ReferenceIdMissing,
        Self::RequestIdMissing,
        Self::FetchFailed,
        Self::ReferenceUrlMissing,
        Self::RequestTimeMissing,
        Self::AlreadyExists,
        Self::NothingToCompare,
        Self::NotFound,
        Self::Version,
        Self::OperationId,
        Self::RequestTimeFormat,
        Self::CbeffFormat,
        Self::ShareExpired,
        Self::Quality,
    ];

    /// The number on the wire, 1 to 18.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// Stable dotted code, for logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "mosip.unknown",
            Self::Aborted => "mosip.aborted",
            Self::Unexpected => "mosip.unexpected",
            Self::Structure => "mosip.structure",
            Self::ReferenceIdMissing => "mosip.reference_id_missing",
            Self::RequestIdMissing => "mosip.request_id_missing",
            Self::FetchFailed => "mosip.fetch_failed",
            Self::ReferenceUrlMissing => "mosip.reference_url_missing",
            Self::RequestTimeMissing => "mosip.request_time_missing",
            Self::AlreadyExists => "mosip.already_exists",
            Self::NothingToCompare => "mosip.nothing_to_compare",
            Self::NotFound => "mosip.not_found",
            Self::Version => "mosip.version",
            Self::OperationId => "mosip.operation_id",
            Self::RequestTimeFormat => "mosip.request_time_format",
            Self::CbeffFormat => "mosip.cbeff_format",
            Self::ShareExpired => "mosip.share_expired",
            Self::Quality => "mosip.quality",
        }
    }
}
