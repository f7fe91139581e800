//! Revisits between kit and centre: whom a kit is to meet again, and whom its officers could not.
//!
//! The kit asks after its contact, under a key that it made for this request alone. The answer is
//! sealed to that key; its hash, the kit and the key are signed by the centre, so that nobody on
//! the line can read it, make it up, or give an older one. It is the whole list: what is not in
//! it any more is settled.

use jiff::Timestamp;
use niims_record::revisit::{MOST_REVISITS, RevisitAsk};
use niims_record::{KitId, OfficerId, RevisitId};
use serde::{Deserialize, Serialize};

/// The one version of request and answer.
pub const REVISITS_VERSION: u8 = 1;
/// What the sealed list is labelled with.
pub const REVISITS_LABEL: &str = "revisits";
/// What letters of officers who could not do a revisit are labelled with.
pub const NOT_DONE_LABEL: &str = "revisit not done";
/// Most such letters of one request. More wait for the next.
pub const MOST_NOT_DONE: usize = 50;
/// Longest name or village that is told, characters. Longer ones are cut.
pub const LONGEST_TOLD: usize = 120;

/// What a kit asks with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisitsAsked {
    /// [`REVISITS_VERSION`].
    pub version: u8,
    /// X25519 public key of this request, in hexadecimal.
    pub key: String,
    /// Letters sealed to the centre, each a [`RevisitNotDone`] in JSON; standard Base64.
    pub not_done: Vec<String>,
}

/// What the centre answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisitsGiven {
    /// [`REVISITS_VERSION`].
    pub version: u8,
    /// [`given_text`] as a note that the centre signed.
    pub note: String,
    /// [`RevisitList`] in JSON, sealed to the key of the request; standard Base64.
    pub sealed: String,
    /// The revisits of letters that the centre keeps, those among them that it kept before.
    pub kept: Vec<RevisitId>,
    /// How many letters did not read. The kit drops them: it cannot make them better.
    pub unreadable: usize,
}

/// The text that the centre signs: for whom, to which request, over which bytes.
pub fn given_text(kit: KitId, key: &str, sealed_hash: &str) -> String {
    format!("niims kit revisits v1\n{kit}\n{key}\n{sealed_hash}\n")
}

/// Everybody whom a kit is to meet again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisitList {
    /// [`REVISITS_VERSION`].
    pub version: u8,
    /// At most [`MOST_REVISITS`], the oldest request first.
    pub revisits: Vec<Revisit>,
}

/// Somebody who is to be met again, and why. No more of the person than it takes to find them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisit {
    /// The request.
    pub id: RevisitId,
    /// Number on the slip of the application before.
    pub application_number: String,
    /// Which form: a code of the country pack.
    pub form_kind: String,
    /// What is to be done better.
    pub ask: RevisitAsk,
    /// Name as it is called out.
    pub name: String,
    /// Village or estate, as told.
    pub village: Option<String>,
    /// Code of the area of residence.
    pub area: Option<String>,
    /// When it was asked.
    pub asked_at: Timestamp,
}

/// Why a revisit could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisitNotDone {
    /// The request.
    pub revisit: RevisitId,
    /// Who says so.
    pub officer: OfficerId,
    /// Code of the list `revisit_outcomes` of the country pack.
    pub reason: String,
    /// When, by the kit's clock.
    pub at: Timestamp,
}

impl RevisitList {
    /// Whether it is of this version and within its bounds.
    pub fn is_bounded(&self) -> bool {
        let short = |text: &str| text.chars().count() <= LONGEST_TOLD;
        self.version == REVISITS_VERSION
            && self.revisits.len() <= MOST_REVISITS
            && self.revisits.iter().all(|one| {
                one.ask.is_bounded()
                    && short(&one.name)
                    && short(&one.application_number)
                    && short(&one.form_kind)
                    && one.village.as_deref().is_none_or(short)
                    && one.area.as_deref().is_none_or(short)
            })
    }
}

impl core::fmt::Debug for RevisitList {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "RevisitList({})", self.revisits.len())
    }
}

impl core::fmt::Debug for Revisit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Revisit({}, {})", self.id, self.ask.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_bounded_and_prints_nobody() {
        let one = Revisit {
            id: RevisitId::from_bytes([1; 16]),
            application_number: "0000-0000-0000".into(),
            form_kind: "adult".into(),
            ask: RevisitAsk::Recapture { round: 1, advice: Vec::new() },
            name: "Planted Name".into(),
            village: Some("Planted Village".into()),
            area: None,
            asked_at: Timestamp::UNIX_EPOCH,
        };
        let list = |revisits| RevisitList { version: REVISITS_VERSION, revisits };
        assert!(list(vec![one.clone(); MOST_REVISITS]).is_bounded());
        assert!(!list(vec![one.clone(); MOST_REVISITS + 1]).is_bounded());
        assert!(!list(vec![Revisit { name: "x".repeat(121), ..one.clone() }]).is_bounded());
        assert!(!RevisitList { version: 2, revisits: Vec::new() }.is_bounded());
        let shown = format!("{one:?} {:?}", list(vec![one.clone()]));
        assert!(!shown.contains("Planted"), "{shown}");
    }
}
