//! How the answer to an operation is told: in the response, or later to a callback. It is kept with a
//! task, so it holds all that the request said about its answer.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::convert::candidates::{self, Sight};
use super::convert::{encounter, templates};
use super::messages::ids::{EnrolledOthers, ExtendablePersonIds, ItemReport, PersonIds};
use super::refusal::Refusal;
use super::reports;
use crate::service::tasks::Answer;
use crate::service::{Identified, StoredEncounter};
use crate::subject::{EncounterKey, GalleryName};

/// How an answer is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Telling {
    /// The names of what was enrolled, and what became of its items.
    Enrolled(EncounterKey, #[serde(with = "reports")] Vec<ItemReport>),
    /// That it is done.
    Done,
    /// One encounter.
    Encounter,
    /// All of a person.
    Encounters,
    /// Templates of one encounter.
    Templates(templates::Wanted),
    /// Who looks alike.
    Candidates(Sight),
    /// Whether two are one.
    Decision(Sight),
    /// The names of galleries.
    Galleries,
    /// Who is in a gallery.
    Content,
    /// The same, as comma-separated values.
    ContentAsCsv,
}

/// An answer as it is sent.
pub enum Message {
    /// JSON.
    Json(Vec<u8>),
    /// Comma-separated values.
    Csv(String),
    /// Nothing but that it is done.
    Done,
}

impl Telling {
    /// The message that tells this answer.
    ///
    /// # Errors
    /// For a search that did not reach everybody, and for an answer of another kind.
    pub fn message(&self, answer: &Answer) -> Result<Message, Refusal> {
        match (self, answer) {
            (Self::Enrolled(key, reports), Answer::Inserted(_)) => json(&ExtendablePersonIds {
                ids: ids(key),
                others: EnrolledOthers { biometric_data: reports.clone() },
            }),
            (Self::Done, _) => Ok(Message::Done),
            (Self::Encounter, Answer::Encounters(stored)) => {
                json(&encounter::given_back(first(stored)?)?)
            }
            (Self::Encounters, Answer::Encounters(stored)) => {
                let all =
                    stored.iter().map(encounter::given_back).collect::<Result<Vec<_>, _>>()?;
                json(&all)
            }
            (Self::Templates(wanted), Answer::Encounters(stored)) => {
                json(&templates::computed(&first(stored)?.biometrics.fingers, wanted)?)
            }
            (Self::Candidates(sight), Answer::Identified(identified)) => match identified {
                Identified::Complete { candidates, .. } => {
                    json(&candidates::candidates(candidates, *sight))
                }
                Identified::Incomplete { covered_permille, .. } => {
                    Err(Refusal::incomplete(*covered_permille))
                }
            },
            (Self::Decision(sight), Answer::Verified(verified)) => {
                json(&candidates::decision(verified, *sight))
            }
            (Self::Galleries, Answer::Galleries(names)) => {
                json(&names.iter().map(GalleryName::as_str).collect::<Vec<_>>())
            }
            (Self::Content, Answer::GalleryContent(keys)) => {
                json(&keys.iter().map(ids).collect::<Vec<_>>())
            }
            (Self::ContentAsCsv, Answer::GalleryContent(keys)) => Ok(Message::Csv(csv(keys))),
            _ => Err(Refusal::unreadable()),
        }
    }
}

impl IntoResponse for Message {
    fn into_response(self) -> Response {
        let with = |kind: &'static str, body: Vec<u8>| {
            ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
        };
        match self {
            Self::Json(body) => with("application/json", body),
            Self::Csv(body) => with("text/csv; charset=utf-8", body.into_bytes()),
            Self::Done => StatusCode::NO_CONTENT.into_response(),
        }
    }
}

fn json(value: &impl Serialize) -> Result<Message, Refusal> {
    serde_json::to_vec(value).map(Message::Json).map_err(|_| Refusal::unreadable())
}

fn first(stored: &[StoredEncounter]) -> Result<&StoredEncounter, Refusal> {
    stored.first().ok_or_else(Refusal::unreadable)
}

fn ids(key: &EncounterKey) -> PersonIds {
    PersonIds {
        person_id: key.person.as_str().to_owned(),
        encounter_id: key.encounter.as_str().to_owned(),
    }
}

/// One line for each (RFC 4180); names may hold commas and quotes, and no line ends.
fn csv(keys: &[EncounterKey]) -> String {
    let quoted = |text: &str| {
        if text.contains([',', '"']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let mut out = "personId,encounterId\r\n".to_owned();
    for key in keys {
        let (person, encounter) = (quoted(key.person.as_str()), quoted(key.encounter.as_str()));
        out.extend([&person, ",", &encounter, "\r\n"]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::{EncounterReference, PersonReference};

    #[test]
    fn names_with_commas_and_quotes_keep_to_their_column() {
        let key = |person: &str, encounter: &str| EncounterKey {
            person: PersonReference::new(person).unwrap(),
            encounter: EncounterReference::new(encounter).unwrap(),
        };
        let text = csv(&[key("a", "1"), key("a,b", "say \"x\"")]);
        assert_eq!(text, "personId,encounterId\r\na,1\r\n\"a,b\",\"say \"\"x\"\"\"\r\n");
    }
}
