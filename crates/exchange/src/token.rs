//! `POST /exchange/v1/token`: a client proves itself and gets a token for a few
//! minutes (OAuth 2.0 client credentials, RFC 6749 §4.4).

use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use niims_record::ClientId;
use niims_store::clients;
use niims_wire::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::refusal::{ProblemBody, Refusal};
use crate::state::{ExchangeState, random_text};

/// Life of a token in seconds. Range 60 to 3,600; RFC 6750 §5.3 asks for at most an
/// hour. Shorter costs one more request per period, longer lets a stolen token live;
/// a revoked client's tokens die at once whatever stands here.
const TOKEN_LIFE_SECONDS: i64 = 300;

/// The only scope.
const SCOPE: &str = "match";

/// Longest credential read, in characters. Ours have 43; the rest is not worth hashing.
const LONGEST_CREDENTIAL: usize = 128;

/// A token request. Members that are not known are ignored (RFC 6749 §3.2).
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    /// Always `client_credentials`.
    #[schema(example = "client_credentials")]
    grant_type: String,
    /// The client, unless it stands in HTTP Basic.
    client_id: Option<String>,
    /// Its secret, unless it stands in HTTP Basic.
    client_secret: Option<String>,
    /// `match`, or absent, which means the same.
    scope: Option<String>,
}

/// A token.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    /// The token, opaque. Send it as `authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer` (RFC 6750).
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until it ends.
    #[schema(example = 300)]
    expires_in: i64,
    /// What it allows.
    #[schema(example = "match")]
    scope: &'static str,
}

/// Issues a token to a client of an agency.
#[utoipa::path(
    post,
    path = "/exchange/v1/token",
    tag = "sign-in",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token", body = TokenAnswer),
        (status = 400, description = "Not a request for a token of this exchange", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Client or secret is wrong, or the client is revoked", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Not a form", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "The centre failed; no token was issued", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn issue(
    State(state): State<ExchangeState>,
    headers: HeaderMap,
    form: Result<Form<TokenRequest>, FormRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let Form(request) = form?;
    check_grant(&request)?;
    let (id, secret) = credentials(request, &headers)?;
    let access_token = grant(&state, id, &secret).await?;
    let answer = TokenAnswer {
        access_token,
        token_type: "Bearer",
        expires_in: TOKEN_LIFE_SECONDS,
        scope: SCOPE,
    };
    // RFC 6749 §5.1 demands both headers.
    let kept_nowhere = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
    Ok((AppendHeaders(kept_nowhere), Json(answer)))
}

/// The agency whose client holds the bearer token of this request.
pub(crate) async fn agency_of(
    state: &ExchangeState,
    headers: &HeaderMap,
) -> Result<String, Refusal> {
    let token = authorization(headers, "bearer")
        .filter(|token| !token.is_empty() && token.len() <= LONGEST_CREDENTIAL)
        .ok_or_else(not_signed_in)?;
    let mut tx = state.db.read().await?;
    let client = clients::find_token(&mut tx, token, state.clock.now()).await?;
    tx.commit().await?;
    client.map(|client| client.agency).ok_or_else(not_signed_in)
}

fn check_grant(request: &TokenRequest) -> Result<(), Refusal> {
    if request.grant_type != "client_credentials" {
        return Err(refused(400, "exchange.grant_unsupported", "This grant is not supported")
            .place("Send grant_type=client_credentials.", "grant_type"));
    }
    if request.scope.as_deref().is_some_and(|scope| scope != SCOPE) {
        return Err(refused(400, "exchange.scope_unknown", "There is no such scope")
            .place("Send scope=match, or leave it out.", "scope"));
    }
    Ok(())
}

/// Client and secret from HTTP Basic or from the form, never from both
/// (RFC 6749 §2.3). Our ids and secrets have no character that its
/// percent-encoding would change, so none is undone.
fn credentials(request: TokenRequest, headers: &HeaderMap) -> Result<(ClientId, String), Refusal> {
    let in_form = request.client_id.zip(request.client_secret);
    let in_header =
        authorization(headers, "basic").map(|text| basic(text).ok_or_else(client_unknown));
    let (id, secret) = match (in_header, in_form) {
        (Some(_), Some(_)) => {
            let title = "This is not a token request";
            let detail = "Send the client's credentials once: in HTTP Basic or in the form.";
            return Err(refused(400, "exchange.token_request_malformed", title)
                .place(detail, "authorization"));
        }
        (Some(header), None) => header?,
        (None, Some(form)) => form,
        (None, None) => return Err(client_unknown()),
    };
    if secret.len() > LONGEST_CREDENTIAL {
        return Err(client_unknown());
    }
    Ok((id.parse().map_err(|_| client_unknown())?, secret))
}

/// What follows this scheme in the authorization header; schemes know no case.
fn authorization<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (found, rest) = text.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// Name and password of HTTP Basic (RFC 7617).
fn basic(text: &str) -> Option<(String, String)> {
    let plain = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let (name, password) = plain.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// Issues a token. The client is checked in a reading transaction, so that guesses
/// never wait for, nor hold up, the one writer. If it is revoked in between, the
/// token is dead from birth: a token counts only with an active client.
async fn grant(state: &ExchangeState, id: ClientId, secret: &str) -> Result<String, Refusal> {
    let mut tx = state.db.read().await?;
    let client = clients::authenticate(&mut tx, id, secret).await?;
    tx.commit().await?;
    let client = client.ok_or_else(client_unknown)?;

    let now = state.clock.now();
    let token = random_text(&mut state.entropy.rng());
    let mut tx = state.db.write().await?;
    clients::purge_tokens(&mut tx, now).await?;
    let life = SignedDuration::from_secs(TOKEN_LIFE_SECONDS);
    let expires_at = now.checked_add(life).unwrap_or(Timestamp::MAX);
    clients::insert_token(&mut tx, &token, client.id, expires_at).await?;
    tx.commit().await?;
    Ok(token)
}

fn refused(status: u16, code: &str, title: &str) -> Refusal {
    Refusal(Problem::new(status, code, title))
}

impl Refusal {
    fn place(self, detail: &str, member: &str) -> Self {
        Self(self.0.detail(detail).at(member))
    }
}

/// One answer for every way to be wrong, so that nobody learns which ids exist.
fn client_unknown() -> Refusal {
    refused(401, "exchange.client_unknown", "Client or secret is wrong, or the client is revoked")
        .place("Send client_id and client_secret as they were handed over.", "client_id")
}

fn not_signed_in() -> Refusal {
    refused(401, "exchange.not_signed_in", "No valid token came with the request").place(
        "Get a token at /exchange/v1/token and send it as authorization: Bearer.",
        "authorization",
    )
}
