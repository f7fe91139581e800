//! One request as it came in, before anything in it is believed. Who asks is known before the body
//! is read.

use axum::body::Body;
use axum::extract::{FromRequest, RawPathParams, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use super::fault::Fault;
use super::messages::limits::LARGEST_BODY;
use super::messages::strict::Object;
use super::query::Query;
use crate::subject::{EncounterKey, EncounterReference, GalleryName, NameError, PersonReference};

/// A request.
pub struct Call {
    path: Result<Vec<(String, String)>, Fault>,
    query: Option<String>,
    headers: HeaderMap,
    body: Body,
}

impl<S: Send + Sync> FromRequest<S> for Call {
    type Rejection = core::convert::Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        use axum::RequestExt as _;

        let mut request = request;
        let path = request
            .extract_parts_with_state::<RawPathParams, S>(state)
            .await
            .map(|segments| {
                segments.iter().map(|(name, text)| (name.into(), text.into())).collect()
            })
            .map_err(|_| Fault::Path);
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().map(ToOwned::to_owned);
        Ok(Self { path, query, headers: parts.headers, body })
    }
}

impl Call {
    /// The bearer token, if there is one.
    pub fn token(&self) -> Option<&str> {
        let text = self.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = text.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim())
            .filter(|token| !token.is_empty())
    }

    /// The query, which may hold these parameters.
    pub fn query(&self, known: &[&'static str]) -> Result<Query, Fault> {
        Query::read(self.query.as_deref(), known)
    }

    /// Whether the client asked for comma-separated values and nothing else.
    pub fn wants_csv(&self) -> bool {
        self.headers
            .get(header::ACCEPT)
            .and_then(|accepted| accepted.to_str().ok())
            .and_then(|accepted| accepted.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/csv"))
    }

    /// The person that the path names.
    pub fn person(&self) -> Result<PersonReference, Fault> {
        self.segment("person").and_then(person)
    }

    /// The person whom a merge or a move takes from.
    pub fn source(&self) -> Result<PersonReference, Fault> {
        self.segment("source").and_then(person)
    }

    /// The encounter that the path names.
    pub fn encounter(&self) -> Result<EncounterReference, Fault> {
        let what = "the encounterId";
        EncounterReference::new(self.segment("encounter")?).map_err(|why| Fault::Name { what, why })
    }

    /// Person and encounter.
    pub fn key(&self) -> Result<EncounterKey, Fault> {
        Ok(EncounterKey { person: self.person()?, encounter: self.encounter()? })
    }

    /// The gallery that the path names; `None` for `ALL`.
    pub fn gallery(&self) -> Result<Option<GalleryName>, Fault> {
        match self.segment("gallery")? {
            ALL_GALLERIES => Ok(None),
            text => gallery(text).map(Some),
        }
    }

    /// The task that the path names.
    pub fn task(&self) -> Result<&str, Fault> {
        self.segment("task")
    }

    fn segment(&self, name: &str) -> Result<&str, Fault> {
        let segments = self.path.as_ref().map_err(Clone::clone)?;
        let found = segments.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.as_str()).ok_or(Fault::Path)
    }

    /// The body as an object of the standard, and as it is.
    ///
    /// # Errors
    /// [`Fault`] for a body that is too large, not JSON, or something else.
    pub async fn object<T: DeserializeOwned>(self) -> Result<(T, Document), Fault> {
        let document = self.document().await?;
        document.read::<Object<T>>().map(|object| (object.0, document))
    }

    /// The body where there is one.
    pub async fn optional<T: DeserializeOwned>(self) -> Result<Option<T>, Fault> {
        if self.headers.get(header::CONTENT_TYPE).is_none() {
            let bytes = bounded(self.body).await?;
            return if bytes.0.is_empty() { Ok(None) } else { Err(Fault::NotJson) };
        }
        let document = self.document().await?;
        document.read().map(Some)
    }

    /// The body, whatever it is.
    pub async fn document(self) -> Result<Document, Fault> {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("application/json") {
            return Err(Fault::NotJson);
        }
        bounded(self.body).await
    }
}

/// The name of all galleries together; none can be called so.
pub const ALL_GALLERIES: &str = "ALL";

/// A body of JSON that is within bounds.
pub struct Document(Vec<u8>);

impl Document {
    /// What it says.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.0).map_err(|error| Fault::Body {
            // The message of the reader would repeat what stands there.
            line: error.line(),
            column: error.column(),
        })
    }

    /// The whole of it, for hashes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

async fn bounded(body: Body) -> Result<Document, Fault> {
    let bytes = axum::body::to_bytes(body, LARGEST_BODY).await;
    bytes.map(|bytes| Document(bytes.into())).map_err(|_| Fault::BodyTooLarge)
}

/// A person's name.
pub fn person(text: &str) -> Result<PersonReference, Fault> {
    PersonReference::new(text).map_err(|why| Fault::Name { what: "the personId", why })
}

/// A gallery's name; `ALL` is reserved.
pub fn gallery(text: &str) -> Result<GalleryName, Fault> {
    let name = GalleryName::new(text);
    name.map_err(|why: NameError| Fault::Name { what: "the name of a gallery", why })
}
