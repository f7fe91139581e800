//! From errors of the service, the share and the document to the failure codes.

use niims_store::StoreError;

use crate::mosip::cbeff::CbeffError;
use crate::mosip::messages::FailureReason;
use crate::mosip::share::ShareError;
use crate::search::SearchError;
use crate::service::ServiceError;

/// Why a request failed, and whether it may succeed a moment later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    pub reason: FailureReason,
    pub is_passing: bool,
}

impl Failure {
    /// One that stays until somebody mends something.
    pub(super) fn lasting(reason: FailureReason) -> Self {
        Self { reason, is_passing: false }
    }

    /// One that may be gone a moment later.
    pub(super) fn passing(reason: FailureReason) -> Self {
        Self { reason, is_passing: true }
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        let reason = match &error {
            ServiceError::NotFound(_) => FailureReason::NotFound,
            ServiceError::AlreadyExists => FailureReason::AlreadyExists,
            ServiceError::TooManyCandidates(_)
            | ServiceError::TooManyNamed(_)
            | ServiceError::GalleryUnknown => FailureReason::Structure,
            ServiceError::BiometricsEmpty
            | ServiceError::FaceModelMissing
            | ServiceError::FaceModelOther => FailureReason::NothingToCompare,
            ServiceError::BiometricsFormat(_)
            | ServiceError::FingerTwice(_)
            | ServiceError::TooMany { .. }
            | ServiceError::TooLong { .. } => FailureReason::CbeffFormat,
            ServiceError::FingerRepeated(..) | ServiceError::QualityTooLow => {
                FailureReason::Quality
            }
            ServiceError::Search(SearchError::Unreachable) => FailureReason::Aborted,
            ServiceError::Busy | ServiceError::Storage(_) | ServiceError::Search(_) => {
                FailureReason::Unexpected
            }
            _ => FailureReason::Unknown,
        };
        tracing::debug!(code = error.code(), "the service refused");
        Self { reason, is_passing: error.is_passing() }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::from(ServiceError::from(error))
    }
}

impl From<ShareError> for Failure {
    fn from(error: ShareError) -> Self {
        tracing::info!(code = error.code(), "biometrics were not fetched");
        Self::lasting(match error {
            ShareError::Expired => FailureReason::ShareExpired,
            // The compliance cases call what cannot be opened "no biometrics".
            ShareError::Envelope(_) | ShareError::Plain => FailureReason::NothingToCompare,
            _ => FailureReason::FetchFailed,
        })
    }
}

impl From<CbeffError> for Failure {
    fn from(error: CbeffError) -> Self {
        tracing::info!(code = error.code(), "biometrics were not read");
        Self::lasting(FailureReason::CbeffFormat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mosip::share::EnvelopeError;

    #[test]
    fn errors_become_the_codes_of_the_cases() {
        for (error, number) in [
            (ShareError::Address, 7),
            (ShareError::Forbidden, 7),
            (ShareError::Unreachable, 7),
            (ShareError::Refused(404), 7),
            (ShareError::Functional, 7),
            (ShareError::TokenDenied, 7),
            (ShareError::TooLarge, 7),
            (ShareError::Expired, 17),
            (ShareError::Plain, 11),
            (ShareError::Envelope(EnvelopeError::Sealed), 11),
        ] {
            assert_eq!(Failure::from(error).reason.number(), number, "{error}");
        }
    }
}
