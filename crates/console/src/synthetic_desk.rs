//! A desk in memory for tests, with records and prints that belong to nobody.

use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, encode_png};
use niims_record::application::CaseReason;
use niims_record::{ApplicationId, CaseId, OfficerId};
use niims_wire::Problem;
use niims_wire::desk::{
    AdjudicationDesk, CandidateSide, CaseStanding, CaseSummary, Evidence, FingerImage,
    OpinionGiven, Side,
};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;

pub const OFFICER: OfficerId = OfficerId::from_bytes([7; 16]);
pub const CANDIDATE: ApplicationId = ApplicationId::from_bytes([2; 16]);

/// Seeds of two people's hands.
pub const SAME_HAND: u8 = 11;
pub const OTHER_HAND: u8 = 57;

/// Answers with what it holds, and keeps what it was told.
pub struct SyntheticDesk {
    pub cases: Vec<CaseSummary>,
    pub evidence: Option<Evidence>,
    pub refusal: Option<Problem>,
    pub opinions: Mutex<Vec<OpinionGiven>>,
    /// Cases that were looked at, with who looked and when.
    pub looked: Mutex<Vec<(CaseId, OfficerId, Timestamp)>>,
}

impl SyntheticDesk {
    /// Nothing to do.
    pub fn empty() -> Self {
        Self {
            cases: Vec::new(),
            evidence: None,
            refusal: None,
            opinions: Mutex::default(),
            looked: Mutex::default(),
        }
    }

    /// One case of two records without prints.
    pub fn bare() -> Self {
        Self::of(evidence(side(1, Vec::new()), vec![side(2, Vec::new())]))
    }

    /// One case with this evidence.
    pub fn of(evidence: Evidence) -> Self {
        Self { cases: vec![summary()], evidence: Some(evidence), ..Self::empty() }
    }

    /// Refuses everything.
    pub fn refusing(code: &str) -> Self {
        Self { refusal: Some(Problem::new(409, code, "Refused")), ..Self::bare() }
    }

    fn refuse(&self) -> Result<(), Problem> {
        self.refusal.clone().map_or(Ok(()), Err)
    }
}

#[async_trait]
impl AdjudicationDesk for SyntheticDesk {
    async fn open_cases(&self) -> Result<Vec<CaseSummary>, Problem> {
        self.refuse().map(|()| self.cases.clone())
    }

    async fn evidence(
        &self,
        case: CaseId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<Evidence, Problem> {
        self.refuse()?;
        self.looked.lock().unwrap().push((case, officer, at));
        let unknown = || Problem::new(404, "adjudication.no_such_case", "There is no such case");
        self.evidence.clone().ok_or_else(unknown)
    }

    async fn give_opinion(
        &self,
        _case: CaseId,
        opinion: OpinionGiven,
        _at: Timestamp,
    ) -> Result<CaseStanding, Problem> {
        self.refuse()?;
        self.opinions.lock().unwrap().push(opinion);
        Ok(CaseStanding { stage: "awaits_second".to_owned(), verdict: None })
    }
}

pub fn at() -> Timestamp {
    "2026-03-05T12:00:00Z".parse().unwrap()
}

pub fn summary() -> CaseSummary {
    CaseSummary {
        case: CaseId::from_bytes([5; 16]),
        application_number: "A-0001".to_owned(),
        reason: CaseReason::LikelyDuplicate,
        stage: "awaits_first".to_owned(),
        candidates: 1,
        opened_at: "2026-03-01T08:00:00Z".parse().unwrap(),
    }
}

/// The evidence of a case; every candidate was found by both searches.
pub fn evidence(applicant: Side, candidates: Vec<Side>) -> Evidence {
    let explained = ["linkage.name_same", "linkage.name_same", "linkage.date_swapped"];
    let found = |side| CandidateSide {
        side,
        demographic: Some((9_400, explained.map(str::to_owned).to_vec())),
        biometric: Some(21_300),
    };
    let candidates: Vec<CandidateSide> = candidates.into_iter().map(found).collect();
    let summary = CaseSummary { candidates: candidates.len(), ..summary() };
    Evidence { summary, applicant, candidates }
}

/// The record of application 1 (A-0001) or 2 (B-0002).
pub fn side(which: u8, fingers: Vec<FingerImage>) -> Side {
    let letter = char::from(b'A' + which - 1);
    let answers: &[(&str, &str)] = if which == 1 {
        &[("first_name", "Testone"), ("surname", "Syntheticson"), ("sex", "FEMALE")]
    } else {
        &[
            ("first_name", "Testone"),
            ("surname", "Synthetic-Son"),
            ("date_of_birth", "1990-04-17"),
            ("birth_place", "0001, Kwa Test"),
        ]
    };
    Side {
        application: ApplicationId::from_bytes([which; 16]),
        application_number: format!("{letter}-000{which}"),
        answers: answers.iter().map(|&(id, value)| (id.to_owned(), value.to_owned())).collect(),
        portrait: None,
        fingers,
    }
}

/// A print of a finger of one hand: the same hand and finger are the same skin, each
/// `impression` lays it down anew.
pub fn print_of(hand: u8, position: FingerPosition, impression: u8) -> FingerImage {
    let mut seed = [hand; 32];
    seed[0] = position.code();
    let traits = PersonTraits::adult(&mut ChaCha8Rng::from_seed([hand; 32]));
    let finger = MasterFinger::grow(seed, position, &traits);
    let rng = &mut ChaCha8Rng::from_seed([impression; 32]);
    let picture = finger.impression(rng, &ImpressionConditions::good());
    FingerImage { position, dpi: 500, bytes: encode_png(&picture) }
}
