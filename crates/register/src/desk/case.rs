//! One case of the desk: real, planted, or of another platform. Reviewers need not tell; nor does
//! most of the code.

use jiff::Timestamp;
use niims_record::adjudication::Case;
use niims_record::application::CaseReason;
use niims_record::desk::PlantedKind;
use niims_record::{ApplicationId, CaseId};
use niims_store::cases::{self, StoredCase};
use niims_store::desk::foreign::{self, ForeignCase};
use niims_store::desk::planted::{self, PlantedCase};
use niims_store::{Owner, Tx, applications};
use niims_wire::desk::EvidenceShown;

use super::error::DeskError;
use super::no_such_case;
use crate::steps::StepError;

/// A case.
pub(super) enum DeskCase {
    /// About an application.
    Real(Box<StoredCase>),
    /// About nobody, with the answer known.
    Planted(Box<Planted>),
    /// About people of another platform, which is answered and nothing more.
    Foreign(Box<ForeignCase>),
}

/// A case of a planted pair.
pub(super) struct Planted {
    /// The case.
    pub case: PlantedCase,
    /// What the pair is.
    pub kind: PlantedKind,
    /// What is shown.
    pub evidence: EvidenceShown,
}

/// Loads a case, locked where the transaction writes; a problem where there is none.
pub(super) async fn load(tx: &mut Tx, id: CaseId, for_update: bool) -> Result<DeskCase, DeskError> {
    let real =
        if for_update { cases::get_for_update(tx, id).await? } else { cases::get(tx, id).await? };
    if let Some(case) = real {
        return Ok(DeskCase::Real(Box::new(case)));
    }
    if let Some(case) = foreign::get(tx, id, for_update).await? {
        return Ok(DeskCase::Foreign(Box::new(case)));
    }
    let case = planted::case(tx, id, for_update).await?.ok_or_else(no_such_case)?;
    let missing = StepError::Evidence("desk.planted_pair_missing");
    let (kind, evidence) = planted::pair(tx, case.pair).await?.ok_or(missing)?;
    let mut evidence: EvidenceShown = serde_json::from_slice(&evidence)
        .map_err(|_| StepError::Evidence("desk.planted_pair_malformed"))?;
    evidence.applicant.application_number.clone_from(&case.slip_number);
    Ok(DeskCase::Planted(Box::new(Planted { case, kind, evidence })))
}

impl DeskCase {
    pub(super) fn id(&self) -> CaseId {
        match self {
            Self::Real(case) => case.id,
            Self::Planted(planted) => planted.case.id,
            Self::Foreign(case) => case.id,
        }
    }

    pub(super) fn stage(&self) -> &Case {
        match self {
            Self::Real(case) => &case.stage,
            Self::Planted(planted) => &planted.case.stage,
            Self::Foreign(case) => &case.stage,
        }
    }

    pub(super) fn version(&self) -> i64 {
        match self {
            Self::Real(case) => case.version,
            Self::Planted(planted) => planted.case.version,
            Self::Foreign(case) => case.version,
        }
    }

    pub(super) fn opened_at(&self) -> Timestamp {
        match self {
            Self::Real(case) => case.opened_at,
            Self::Planted(planted) => planted.case.opened_at,
            Self::Foreign(case) => case.opened_at,
        }
    }

    pub(super) fn reason(&self) -> CaseReason {
        match self {
            Self::Real(case) => case.reason,
            Self::Planted(_) | Self::Foreign(_) => CaseReason::LikelyDuplicate,
        }
    }

    /// The applications that a "same person" may name.
    pub(super) fn candidates(&self) -> Vec<ApplicationId> {
        match self {
            Self::Real(case) => case.candidates.iter().map(|c| c.application).collect(),
            Self::Planted(planted) => {
                planted.evidence.candidates.iter().map(|c| c.side.application).collect()
            }
            Self::Foreign(case) => case.sides.iter().skip(1).copied().collect(),
        }
    }

    /// Whose key seals what is said about it.
    pub(super) fn owner(&self) -> Owner {
        match self {
            Self::Real(case) => Owner::Application(case.application),
            Self::Planted(_) => Owner::Register,
            Self::Foreign(case) => Owner::ForeignCase(case.id),
        }
    }

    /// What the pair is, if it is planted.
    pub(super) fn planted_kind(&self) -> Option<PlantedKind> {
        match self {
            Self::Real(_) | Self::Foreign(_) => None,
            Self::Planted(planted) => Some(planted.kind),
        }
    }

    /// The number on the slip.
    pub(super) async fn application_number(&self, tx: &mut Tx) -> Result<String, DeskError> {
        Ok(match self {
            Self::Real(case) => {
                applications::application_number(tx, case.application).await?.unwrap_or_default()
            }
            Self::Planted(planted) => planted.case.slip_number.clone(),
            Self::Foreign(case) => case.slip_number.clone(),
        })
    }

    /// Everybody in the case: the applicant first. Nobody of ours in a planted or foreign one.
    pub(super) fn people(&self) -> Vec<ApplicationId> {
        match self {
            Self::Real(case) => core::iter::once(case.application)
                .chain(case.candidates.iter().map(|candidate| candidate.application))
                .collect(),
            Self::Planted(_) | Self::Foreign(_) => Vec::new(),
        }
    }

    /// Puts it into its next stage, unless somebody was faster.
    pub(super) async fn save(
        &self,
        tx: &mut Tx,
        next: &Case,
        at: Timestamp,
    ) -> Result<(), DeskError> {
        let saved = match self {
            Self::Real(case) => cases::save(tx, case.id, case.version, next, at).await?,
            Self::Planted(planted) => {
                let case = &planted.case;
                planted::save(tx, case.id, case.version, next, at).await?
            }
            Self::Foreign(case) => foreign::save(tx, case.id, case.version, next, at).await?,
        };
        if saved { Ok(()) } else { Err(StepError::Overtaken.into()) }
    }
}
