//! The desk of the demonstration: two officers look at each case and decide by
//! what they see; where they differ, a senior decides.
//!
//! The officers of the demonstration know who is who, as people at a desk would
//! after comparing prints, faces and papers. What is shown here is the path of a
//! decision, not the skill of the eye.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use jiff::Timestamp;
use niims_record::adjudication::Verdict;
use niims_record::application::CaseReason;
use niims_record::{CaseId, OfficerId};
use niims_wire::desk::{AdjudicationDesk, CaseSummary, Evidence, OpinionGiven};

use super::world::World;

/// What the desk did.
#[derive(Debug, Default)]
pub struct DeskReport {
    /// Cases decided.
    pub decided: usize,
    /// Of them, decided by a senior because two differed.
    pub by_senior: usize,
    /// Application numbers of residents let through without prints.
    pub printless_applications: Vec<String>,
}

/// Decides every open case.
pub async fn decide_all(
    world: &World,
    people: &BTreeMap<String, usize>,
    report: &mut DeskReport,
) -> Result<usize> {
    let desk = world.centre.register.as_ref();
    let cases = desk.open_cases().await?;
    for case in &cases {
        decide(world, case, people, report).await?;
    }
    Ok(cases.len())
}

async fn decide(
    world: &World,
    case: &CaseSummary,
    people: &BTreeMap<String, usize>,
    report: &mut DeskReport,
) -> Result<()> {
    let desk = world.centre.register.as_ref();
    let now = Timestamp::now();
    let evidence = desk.evidence(case.case, world.adjudicators[0], now).await?;
    let verdict = truth(&evidence, people)?;
    // The first case ever is decided by three, to show what happens when two differ.
    let doubtful = report.decided == 0;
    let second = if doubtful { Verdict::AskRecapture } else { verdict };
    opine(world, case.case, world.adjudicators[0], verdict).await?;
    let mut standing = opine(world, case.case, world.adjudicators[1], second).await?;
    if standing == "awaits_senior" {
        standing = opine(world, case.case, world.senior, verdict).await?;
        report.by_senior += 1;
    }
    if standing != "decided" {
        return Err(anyhow!("case {} is not decided: {standing}", case.case));
    }
    report.decided += 1;
    if case.reason == CaseReason::NoUsableFingerprints {
        report.printless_applications.push(case.application_number.clone());
    }
    Ok(())
}

async fn opine(
    world: &World,
    case: CaseId,
    officer: OfficerId,
    verdict: Verdict,
) -> Result<String> {
    let reason = world
        .centre
        .pack
        .reasons()
        .find(|reason| reason.kind == niims_country::ReasonKind::Adjudication)
        .ok_or_else(|| anyhow!("the country pack lists no reasons for adjudication"))?;
    let opinion = OpinionGiven { officer, verdict, reasons: vec![reason.code.clone()] };
    let desk = world.centre.register.as_ref();
    Ok(desk.give_opinion(case, opinion, Timestamp::now()).await?.stage)
}

/// The same person as the candidate who is, if one is; otherwise different people.
fn truth(evidence: &Evidence, people: &BTreeMap<String, usize>) -> Result<Verdict> {
    let person = |number: &str| {
        people.get(number).copied().ok_or_else(|| anyhow!("a case about nobody of the village"))
    };
    let applicant = person(&evidence.applicant.application_number)?;
    for candidate in &evidence.candidates {
        if person(&candidate.side.application_number)? == applicant {
            return Ok(Verdict::SamePerson { candidate: candidate.side.application });
        }
    }
    Ok(Verdict::DifferentPeople)
}
