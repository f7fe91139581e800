//! Refusals as problem documents (RFC 9457).

use axum::extract::FromRequest;
use axum::extract::rejection::{FormRejection, JsonRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use niims_store::StoreError;
use niims_wire::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// A problem on its way out.
pub struct Refusal(pub Problem);

/// The body of every refusal.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A URN naming the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:niims:problem:exchange.purpose_unknown")]
    pub kind: String,
    /// A short summary of the kind.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The stable code.
    #[schema(example = "exchange.purpose_unknown")]
    pub code: String,
    /// What is wrong this time and what to do.
    #[schema(required = false)]
    pub detail: Option<String>,
    /// Where.
    #[schema(required = false)]
    pub at: Option<String>,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(Problem::MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            // A client proves itself by HTTP Basic, a question by a token (RFC 6749 §5.2).
            let scheme = if self.0.code == "exchange.client_unknown" {
                "Basic realm=\"niims exchange\""
            } else {
                "Bearer"
            };
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        response
    }
}

/// A JSON body whose faults become problems that name the place, not the value.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Refusal))]
pub struct Body<T>(pub T);

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        let problem = |status, code, title, detail: &str| {
            Self(Problem::new(status, code, title).detail(detail))
        };
        match rejection {
            JsonRejection::MissingJsonContentType(_) => problem(
                415,
                "exchange.not_json",
                "The body is not JSON",
                "Send the header content-type: application/json.",
            ),
            JsonRejection::BytesRejection(_) => problem(
                413,
                "exchange.body_too_large",
                "The body is too large or broke off",
                "Send one question of at most 8 KiB.",
            ),
            JsonRejection::JsonSyntaxError(_) => problem(
                400,
                "exchange.body_malformed",
                "The body is not well-formed JSON",
                "Check the body with a JSON reader and send it again.",
            ),
            _ => problem(
                422,
                "exchange.body_not_a_question",
                "The body is not a question of this contract",
                "Compare the members of the body with the schema in openapi.json.",
            ),
        }
    }
}

impl From<FormRejection> for Refusal {
    fn from(rejection: FormRejection) -> Self {
        let (status, code, title) = match rejection {
            FormRejection::InvalidFormContentType(_) => {
                (415, "exchange.not_a_form", "The body is not a form")
            }
            FormRejection::BytesRejection(_) => {
                (413, "exchange.body_too_large", "The body is too large or broke off")
            }
            _ => (400, "exchange.token_request_malformed", "This is not a token request"),
        };
        Self(Problem::new(status, code, title).detail(
            "Send grant_type, client_id and client_secret as \
             application/x-www-form-urlencoded, each once.",
        ))
    }
}

/// What the database's failure means to a client: the code, and nothing of the inside.
impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(code = error.code(), "the exchange cannot reach its database");
        Self(
            Problem::new(500, "exchange.store_failed", "The centre failed")
                .detail("Nothing was disclosed. Try again in a minute."),
        )
    }
}

/// The answer to a path that is not of the contract.
pub async fn no_such_page() -> Refusal {
    Refusal(
        Problem::new(404, "exchange.no_such_operation", "There is no such operation")
            .detail("The operations are listed in /exchange/v1/openapi.json."),
    )
}

/// The answer to a method that an operation does not have.
pub async fn no_such_method() -> Refusal {
    Refusal(
        Problem::new(405, "exchange.method_not_allowed", "This operation has another method")
            .detail("The methods are listed in /exchange/v1/openapi.json."),
    )
}
