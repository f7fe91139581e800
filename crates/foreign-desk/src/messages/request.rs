//! A request: who is to be compared, and where their shares lie.

use jiff::Timestamp;
use niims_mosip::{is_time, write_time};
use niims_wire::desk::MOST_EXCHANGED;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{FailureReason, ID, LARGEST_MESSAGE, LONGEST_ADDRESS, LONGEST_REFERENCE};
use super::{LONGEST_REQUEST_ID, VERSION, is_plain};

/// One person of a request.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PersonNamed {
    /// What the sender calls them.
    pub reference: String,
    /// Where their share lies; a secret.
    pub address: String,
}

impl core::fmt::Debug for PersonNamed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PersonNamed")
    }
}

/// A request that can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestRead {
    /// The sender's id of it.
    pub request: String,
    /// Applicant and candidates, in order.
    pub people: Vec<PersonNamed>,
}

/// A request that cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The sender's id of it, where that reads.
    pub request: String,
    /// Why.
    pub reason: FailureReason,
}

#[derive(Deserialize)]
struct Wire {
    id: Option<String>,
    version: Option<String>,
    #[serde(rename = "requestId")]
    request_id: Option<String>,
    requesttime: Option<String>,
    #[serde(rename = "referenceId")]
    reference_id: Option<String>,
    #[serde(rename = "referenceURL")]
    reference_url: Option<Value>,
    gallery: Option<Gallery>,
}

#[derive(Deserialize)]
struct Gallery {
    #[serde(rename = "referenceIds", default)]
    reference_ids: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    #[serde(rename = "referenceId")]
    reference_id: Option<String>,
    #[serde(rename = "referenceURL")]
    reference_url: Option<Value>,
}

/// Writes a request.
pub(crate) fn write_request(request: &str, people: &[PersonNamed], at: Timestamp) -> String {
    let mut people = people
        .iter()
        .map(|person| json!({ "referenceId": person.reference, "referenceURL": person.address }));
    let mut message = json!({
        "id": ID,
        "version": VERSION,
        "requestId": request,
        "requesttime": write_time(at),
        "addtional": null,
    });
    if let Some(applicant) = people.next() {
        message["referenceId"] = applicant["referenceId"].clone();
        message["referenceURL"] = applicant["referenceURL"].clone();
    }
    message["gallery"] = json!({ "referenceIds": people.collect::<Vec<_>>() });
    message.to_string()
}

/// Reads a request, bounded before it is parsed.
pub(crate) fn read_request(body: &[u8]) -> Result<RequestRead, Unreadable> {
    let broken = |request: &str, reason| Unreadable { request: request.to_owned(), reason };
    if body.len() > LARGEST_MESSAGE {
        return Err(broken("", FailureReason::Structure));
    }
    let wire: Wire =
        serde_json::from_slice(body).map_err(|_| broken("", FailureReason::Structure))?;
    let request = wire.request_id.as_deref().unwrap_or_default().to_owned();
    if !is_plain(&request, LONGEST_REQUEST_ID) {
        return Err(broken("", FailureReason::NoRequestId));
    }
    let people = people(&wire).map_err(|reason| broken(&request, reason))?;
    Ok(RequestRead { request, people })
}

fn people(wire: &Wire) -> Result<Vec<PersonNamed>, FailureReason> {
    if wire.id.as_deref() != Some(ID) {
        return Err(FailureReason::Id);
    }
    if wire.version.as_deref() != Some(VERSION) {
        return Err(FailureReason::Version);
    }
    if !wire.requesttime.as_deref().is_some_and(is_time) {
        return Err(FailureReason::Time);
    }
    let gallery = wire.gallery.as_ref().map_or(&[][..], |gallery| &gallery.reference_ids);
    if !(1..=MOST_EXCHANGED).contains(&gallery.len()) {
        return Err(FailureReason::Structure);
    }
    let mut people = vec![person(wire.reference_id.as_deref(), wire.reference_url.as_ref())?];
    for member in gallery {
        let named = person(member.reference_id.as_deref(), member.reference_url.as_ref())?;
        // One person twice, or beside themselves, is no pair to compare.
        if people.iter().any(|known| known.reference == named.reference) {
            return Err(FailureReason::Structure);
        }
        people.push(named);
    }
    Ok(people)
}

fn person(reference: Option<&str>, address: Option<&Value>) -> Result<PersonNamed, FailureReason> {
    let reference = reference.unwrap_or_default();
    if !is_plain(reference, LONGEST_REFERENCE) {
        return Err(FailureReason::NoReference);
    }
    let address = address.and_then(address_of).ok_or(FailureReason::NoAddress)?;
    if !is_plain(&address, LONGEST_ADDRESS) {
        return Err(FailureReason::NoAddress);
    }
    Ok(PersonNamed { reference: reference.to_owned(), address })
}

/// An address stands as a text, or, as later writers have it, as the text of a list of sources with
/// their addresses: what the packet holds, else what the identity repository does.
fn address_of(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    if !text.starts_with('[') {
        return Some(text.to_owned());
    }
    let listed: Vec<Value> = serde_json::from_str(text).ok()?;
    let url = |source: &Value| {
        let found = ["URL", "url"].iter().find_map(|name| source.get(*name)?.as_str());
        found.map(str::to_owned)
    };
    let of_packet = listed
        .iter()
        .filter(|source| source.get("source").and_then(Value::as_str) == Some("PACKET"));
    of_packet.chain(&listed).find_map(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(reference: &str) -> PersonNamed {
        let address = format!("https://share.example/{reference}");
        PersonNamed { reference: reference.to_owned(), address }
    }

    #[test]
    fn what_is_written_reads_back() {
        let people = vec![named("p-1"), named("p-2"), named("p-3")];
        let written = write_request("r-1", &people, Timestamp::UNIX_EPOCH);
        let read = read_request(written.as_bytes());
        assert_eq!(read, Ok(RequestRead { request: "r-1".into(), people }));
    }

    #[test]
    fn what_cannot_be_followed_says_why() {
        use FailureReason as F;
        let good = || -> Value {
            let people = [named("p-1"), named("p-2")];
            serde_json::from_str(&write_request("r-1", &people, Timestamp::UNIX_EPOCH)).unwrap()
        };
        let check = |pointer: &str, value: Value, want| {
            let mut message = good();
            *message.pointer_mut(pointer).unwrap() = value;
            let read = read_request(message.to_string().as_bytes());
            assert_eq!(read.map_err(|error| error.reason), Err(want), "{pointer}");
        };
        check("/id", json!("mosip.abis.insert"), F::Id);
        check("/version", json!("2.0"), F::Version);
        check("/requesttime", json!("yesterday"), F::Time);
        check("/requestId", json!(""), F::NoRequestId);
        check("/requestId", json!("two words"), F::NoRequestId);
        check("/requestId", json!("x".repeat(65)), F::NoRequestId);
        check("/referenceId", json!(null), F::NoReference);
        check("/referenceURL", json!(null), F::NoAddress);
        check("/gallery/referenceIds/0/referenceURL", json!(null), F::NoAddress);
        check("/gallery/referenceIds/0/referenceId", json!("p-1"), F::Structure);
        check("/gallery/referenceIds", json!([]), F::Structure);
        let many: Vec<Value> = (0..11).map(|n| json!({"referenceId": n.to_string()})).collect();
        check("/gallery/referenceIds", json!(many), F::Structure);
        for body in [&b""[..], b"[]", b"{", &vec![b' '; LARGEST_MESSAGE + 1]] {
            assert_eq!(read_request(body).unwrap_err().reason, F::Structure);
        }
    }

    #[test]
    fn an_address_may_stand_in_a_list_of_sources() {
        let listed = r#"[{"source":"IDREPO","status":"PROCESSED","URL":"https://a.example/1"},
                         {"source":"PACKET","status":"PROCESSING","URL":"https://a.example/2"}]"#;
        assert_eq!(address_of(&json!(listed)).as_deref(), Some("https://a.example/2"));
        assert_eq!(address_of(&json!("[]")), None);
        assert_eq!(address_of(&json!("[")), None);
        assert_eq!(address_of(&json!(7)), None);
    }

    proptest::proptest! {
        #[test]
        fn any_message_is_read_or_refused(text in ".{0,400}") {
            let _ = read_request(text.as_bytes());
            let _ = super::super::read_answer(text.as_bytes());
        }
    }
}
