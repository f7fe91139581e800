//! Bytes to a request. Size first, then JSON, then one member after the other.
//!
//! Strict where the compliance cases are (a member that the operation does not have is refused),
//! tolerant where published callers differ: `referenceURL` and `referenceUrl` are the same member,
//! a null counts as absent, and an empty gallery as none.

use niims_mosip::is_time;
use serde_json::{Map, Value};

use super::{FailureReason, Flags};
use crate::access::Scope;
use crate::subject::PersonReference;

/// Largest request in bytes. A gallery of [`MOST_GALLERY_REFERENCES`] UUIDs takes 0.6 MB, of the
/// longest names 5.5 MB in the widest characters.
pub const LARGEST_REQUEST: usize = 8 << 20;

/// Most references of a gallery. A caller with more wants everybody.
pub const MOST_GALLERY_REFERENCES: usize = 10_000;

/// Longest request id, in bytes; it is kept and given back. Callers send UUIDs.
const LONGEST_REQUEST_ID: usize = 256;

/// Longest address of a share, in bytes; browsers and servers end near it too.
const LONGEST_URL: usize = 2_048;

/// A request that can be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The caller's name for this request; unique to it.
    pub request_id: String,
    /// What to do.
    pub operation: Operation,
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Enrol.
    Insert(Insert),
    /// Search.
    Identify(Identify),
    /// Erase.
    Delete(Named),
    /// Answer.
    Ping,
    /// Count what is not yet answered.
    PendingJobs,
    /// Count who is enrolled.
    ReferenceCount,
}

/// Somebody to be enrolled.
#[derive(Clone, PartialEq, Eq)]
pub struct Insert {
    /// Under which reference.
    pub reference: PersonReference,
    /// Where the biometrics can be fetched. Addresses of shares are secrets: whoever has one may fetch.
    pub url: String,
}

/// Somebody to be looked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Identify {
    /// Who asks: enrolled already, or only fetched for this search.
    pub reference: PersonReference,
    /// Where the biometrics can be fetched when the reference is not enrolled.
    pub url: Option<String>,
    /// Among whom; `None` means everybody.
    pub among: Option<Vec<PersonReference>>,
    /// How many candidates, and how rare a false one.
    pub flags: Flags,
}

/// Somebody who is enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Who.
    pub reference: PersonReference,
}

impl core::fmt::Debug for Insert {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Insert({:?}, address kept back)", self.reference)
    }
}

impl core::fmt::Debug for Identify {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let among = self.among.as_ref().map(Vec::len);
        write!(f, "Identify({:?}, among {among:?}, {:?})", self.reference, self.flags)
    }
}

/// A request that cannot be carried out, with what a reply must repeat of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The operation as it was named; empty when it was not.
    pub id: String,
    /// The request id as it was given; empty when it was not.
    pub request_id: String,
    /// Why.
    pub reason: FailureReason,
}

/// Reads a request.
///
/// # Errors
/// [`Refused`] with reasons 4, 5, 6, 8, 9, 13, 14 and 15. When several apply, the order is: not JSON
/// (4), operation (14), version (13), request id (6), time (9, then 15), reference (5), address (8),
/// foreign or malformed members (4).
pub fn read(bytes: &[u8]) -> Result<Request, Refused> {
    let nameless = |reason| Refused { id: String::new(), request_id: String::new(), reason };
    if bytes.len() > LARGEST_REQUEST {
        return Err(nameless(FailureReason::Structure));
    }
    // serde_json itself stops at a depth of 128.
    let Ok(Value::Object(members)) = serde_json::from_slice(bytes) else {
        return Err(nameless(FailureReason::Structure));
    };
    read_members(&members).map_err(|reason| Refused {
        id: repeatable(&members, "id"),
        request_id: repeatable(&members, "requestId"),
        reason,
    })
}

fn read_members(members: &Map<String, Value>) -> Result<Request, FailureReason> {
    let kind = Kind::read(text(members, &["id"])?.ok_or(FailureReason::OperationId)?)?;
    if text(members, &["version"])? != Some("1.1") {
        return Err(FailureReason::Version);
    }
    let request_id = text(members, &["requestId"])?.ok_or(FailureReason::RequestIdMissing)?;
    if request_id.len() > LONGEST_REQUEST_ID || request_id.chars().any(char::is_control) {
        return Err(FailureReason::Structure);
    }
    let time = text(members, &["requesttime"])?.ok_or(FailureReason::RequestTimeMissing)?;
    if !is_time(time) {
        return Err(FailureReason::RequestTimeFormat);
    }
    let operation = kind.read_operation(members)?;
    if members.keys().any(|name| !kind.members().contains(&name.as_str())) {
        return Err(FailureReason::Structure);
    }
    Ok(Request { request_id: request_id.to_owned(), operation })
}

#[derive(Clone, Copy)]
enum Kind {
    Insert,
    Identify,
    Delete,
    Ping,
    PendingJobs,
    ReferenceCount,
}

impl Kind {
    fn read(id: &str) -> Result<Self, FailureReason> {
        match id {
            "mosip.abis.insert" => Ok(Self::Insert),
            "mosip.abis.identify" => Ok(Self::Identify),
            "mosip.abis.delete" => Ok(Self::Delete),
            "mosip.abis.ping" => Ok(Self::Ping),
            "mosip.abis.pendingJobs" => Ok(Self::PendingJobs),
            "mosip.abis.referenceCount" => Ok(Self::ReferenceCount),
            _ => Err(FailureReason::OperationId),
        }
    }

    /// The members that a request of this kind may have.
    fn members(self) -> &'static [&'static str] {
        const ALL: [&str; 9] = [
            "id",
            "version",
            "requestId",
            "requesttime",
            "referenceId",
            "referenceURL",
            "referenceUrl",
            "gallery",
            "flags",
        ];
        match self {
            Self::Identify => &ALL,
            Self::Insert => &ALL[..7],
            // The reference is not needed by the last three, and callers that send it mean no harm.
            Self::Delete | Self::Ping | Self::PendingJobs | Self::ReferenceCount => &ALL[..5],
        }
    }

    fn read_operation(self, members: &Map<String, Value>) -> Result<Operation, FailureReason> {
        let reference = || {
            let name = text(members, &["referenceId"])?.ok_or(FailureReason::ReferenceIdMissing)?;
            person(name)
        };
        let url = || {
            let url = text(members, &["referenceURL", "referenceUrl"])?;
            match url {
                Some(url) if url.len() > LONGEST_URL => Err(FailureReason::Structure),
                other => Ok(other.map(str::to_owned)),
            }
        };
        Ok(match self {
            Self::Insert => Operation::Insert(Insert {
                reference: reference()?,
                url: url()?.ok_or(FailureReason::ReferenceUrlMissing)?,
            }),
            Self::Identify => Operation::Identify(Identify {
                reference: reference()?,
                url: url()?,
                among: gallery(members)?,
                flags: flags(members)?,
            }),
            Self::Delete => Operation::Delete(Named { reference: reference()? }),
            Self::Ping => Operation::Ping,
            Self::PendingJobs => Operation::PendingJobs,
            Self::ReferenceCount => Operation::ReferenceCount,
        })
    }
}

/// The first member of these names that holds a text; blank ones and nulls count as absent.
fn text<'m>(
    members: &'m Map<String, Value>,
    names: &[&str],
) -> Result<Option<&'m str>, FailureReason> {
    for name in names {
        match members.get(*name) {
            None | Some(Value::Null) => {}
            Some(Value::String(found)) if found.trim().is_empty() => {}
            Some(Value::String(found)) => return Ok(Some(found)),
            Some(_) => return Err(FailureReason::Structure),
        }
    }
    Ok(None)
}

fn person(name: &str) -> Result<PersonReference, FailureReason> {
    PersonReference::new(name).map_err(|_| FailureReason::Structure)
}

fn gallery(members: &Map<String, Value>) -> Result<Option<Vec<PersonReference>>, FailureReason> {
    let gallery = match members.get("gallery") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(gallery)) if gallery.keys().all(|name| name == "referenceIds") => {
            gallery
        }
        Some(_) => return Err(FailureReason::Structure),
    };
    let entries = match gallery.get("referenceIds") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(entries)) if entries.len() <= MOST_GALLERY_REFERENCES => entries,
        Some(_) => return Err(FailureReason::Structure),
    };
    let mut among = Vec::with_capacity(entries.len());
    for entry in entries {
        let Value::Object(entry) = entry else {
            return Err(FailureReason::Structure);
        };
        if entry.keys().any(|name| name != "referenceId") {
            return Err(FailureReason::Structure);
        }
        // Callers without a gallery send one blank reference.
        if let Some(name) = text(entry, &["referenceId"])? {
            among.push(person(name)?);
        }
    }
    // Nobody to search is never meant: it would read as "no duplicate".
    Ok((!among.is_empty()).then_some(among))
}

fn flags(members: &Map<String, Value>) -> Result<Flags, FailureReason> {
    match members.get("flags") {
        None | Some(Value::Null) => Ok(Flags::default()),
        // Other flags are a matter between the caller and other matchers.
        Some(Value::Object(flags)) => {
            let most_results = text(flags, &["maxResults"])?.unwrap_or_default();
            let target = text(flags, &["targetFPIR"])?.unwrap_or_default();
            Flags::read(most_results, target).ok_or(FailureReason::Structure)
        }
        Some(_) => Err(FailureReason::Structure),
    }
}

/// What a refusal repeats of the request: short texts only.
fn repeatable(members: &Map<String, Value>, name: &str) -> String {
    match members.get(name) {
        Some(Value::String(text)) if text.len() <= LONGEST_REQUEST_ID => text.clone(),
        _ => String::new(),
    }
}

impl Operation {
    /// The word by which requests and replies name it.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Insert(_) => "mosip.abis.insert",
            Self::Identify(_) => "mosip.abis.identify",
            Self::Delete(_) => "mosip.abis.delete",
            Self::Ping => "mosip.abis.ping",
            Self::PendingJobs => "mosip.abis.pendingJobs",
            Self::ReferenceCount => "mosip.abis.referenceCount",
        }
    }

    /// The right that it takes.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Insert(_) | Self::Delete(_) => Scope::EncounterWrite,
            Self::Identify(_) => Scope::Identify,
            Self::Ping | Self::PendingJobs => Scope::TaskRead,
            Self::ReferenceCount => Scope::GalleryRead,
        }
    }
}
