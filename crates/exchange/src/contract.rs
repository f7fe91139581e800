//! The contract of the exchange, generated from the code.

use axum::Json;
use utoipa::OpenApi;
use utoipa::openapi::security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme};

/// The heading of the contract.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "niims exchange",
        description = "One narrow question at a time, under a recorded legal basis. \
                       Every question leaves a line that the person can see."
    ),
    tags(
        (name = "questions", description = "Ask about one person"),
        (name = "purposes", description = "Who may ask what, and why"),
        (name = "sign-in", description = "OAuth 2.0 client credentials")
    ),
    modifiers(&Security)
)]
struct Heading;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, contract: &mut utoipa::openapi::OpenApi) {
        let flow = Flow::ClientCredentials(ClientCredentials::new(
            "/exchange/v1/token",
            Scopes::one("match", "Compare attributes with a record"),
        ));
        let components = contract.components.get_or_insert_default();
        components.add_security_scheme("agency", SecurityScheme::OAuth2(OAuth2::new([flow])));
    }
}

/// The heading to which the routes are added.
pub fn base() -> utoipa::openapi::OpenApi {
    Heading::openapi()
}

/// The whole contract.
pub fn openapi() -> utoipa::openapi::OpenApi {
    crate::routes_and_contract().1
}

/// Serves the contract.
pub async fn serve() -> Json<utoipa::openapi::OpenApi> {
    Json(openapi())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Run with `NIIMS_WRITE_CONTRACT=1` to write the contract anew after a change.
    #[test]
    fn the_published_contract_is_that_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
        let generated = openapi().to_pretty_json().unwrap() + "\n";
        if std::env::var_os("NIIMS_WRITE_CONTRACT").is_some() {
            std::fs::write(path, &generated).unwrap();
        }
        let published = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(published, generated, "openapi.json is not what the code says");
    }
}
