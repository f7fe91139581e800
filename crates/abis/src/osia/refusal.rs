//! A refusal on its way out: the standard's `Error`, in an answer or in a callback.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::fault::Fault;
use super::messages::ids::Error;
use super::numbers::{self, INCOMPLETE};
use crate::service::ServiceError;
use crate::service::clients::AccessError;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status of the answer.
    status: StatusCode,
    /// Its body.
    pub error: Error,
    challenge: Option<&'static str>,
}

impl Refusal {
    /// A task that failed with this code.
    pub fn of_task(code: &str) -> Self {
        Self::new(code, "the task was refused; ask without a callback to read more")
    }

    /// A search that did not reach everybody: an answer would read as if nobody else were alike.
    pub fn incomplete(covered_permille: u16) -> Self {
        let sentence = format!(
            "only {covered_permille} thousandths of the gallery were within reach; ask again later"
        );
        Self::new(INCOMPLETE, &sentence)
    }

    /// What is stored is not what was stored.
    pub fn unreadable() -> Self {
        Self::new("abis.storage", "what is stored does not read")
    }

    /// The same for an operation for which the standard has no answer 404.
    pub fn into_bad_request(self) -> Self {
        let status = if self.status == StatusCode::NOT_FOUND {
            StatusCode::BAD_REQUEST
        } else {
            self.status
        };
        Self { status, ..self }
    }

    fn new(code: &str, sentence: &str) -> Self {
        let number = numbers::of(code);
        let status = u16::try_from(number / 100).ok().and_then(|n| StatusCode::from_u16(n).ok());
        Self {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            error: Error { code: number, message: format!("{code}: {sentence}") },
            challenge: None,
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let message = format!("{}: {fault}", fault.code());
        Self {
            status: fault.status(),
            error: Error { code: fault.number(), message },
            challenge: None,
        }
    }
}

impl From<AccessError> for Refusal {
    fn from(error: AccessError) -> Self {
        if let AccessError::Storage(_) = error {
            tracing::error!(code = error.code(), "the OSIA interface cannot read its tokens");
        }
        // The standard documents 403 and not 401; the challenge says what is wrong (RFC 6750 §3).
        let challenge = match error {
            AccessError::TokenMissing => Some("Bearer"),
            AccessError::ScopeMissing(_) => Some("Bearer error=\"insufficient_scope\""),
            AccessError::Storage(_) => None,
            _ => Some("Bearer error=\"invalid_token\""),
        };
        Self { challenge, ..Self::new(error.code(), &error.to_string()) }
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        let refusal = Self::new(error.code(), &error.to_string());
        if refusal.status.is_server_error() {
            tracing::error!(code = error.code(), "an operation of the OSIA interface failed");
        }
        refusal
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(&self.error)).into_response();
        if let Some(challenge) = self.challenge {
            let value = HeaderValue::from_static(challenge);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Scope;
    use crate::service::Missing;

    #[test]
    fn a_refusal_says_status_number_and_code() {
        for (refusal, status, number, code) in [
            (
                Refusal::from(AccessError::ScopeMissing(Scope::Scores)),
                403,
                40_302,
                "abis.scope_missing: ",
            ),
            (AccessError::TokenExpired.into(), 403, 40_304, "abis.token_expired: "),
            (Fault::Filter.into(), 400, 40_016, "osia.filter: "),
            (ServiceError::NotFound(Missing::Person).into(), 404, 40_401, "abis.not_found: "),
            (ServiceError::AlreadyExists.into(), 409, 40_901, "abis.already_exists: "),
            (ServiceError::Busy.into(), 500, 50_003, "abis.busy: "),
            (
                Refusal::from(ServiceError::NotFound(Missing::Encounter)).into_bad_request(),
                400,
                40_401,
                "abis.not_found: ",
            ),
            (Refusal::of_task("abis.already_exists"), 409, 40_901, "abis.already_exists: "),
            (Refusal::of_task("other.code"), 500, 50_000, "other.code: "),
            (Refusal::incomplete(400), 500, 50_005, "abis.incomplete: only 400 "),
        ] {
            assert_eq!(refusal.status.as_u16(), status);
            assert_eq!(refusal.error.code, number);
            assert!(refusal.error.message.starts_with(code), "{}", refusal.error.message);
        }
    }
}
