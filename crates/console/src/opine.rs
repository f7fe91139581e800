//! One officer's opinion, from words on a command line.

use jiff::Timestamp;
use niims_record::adjudication::Verdict;
use niims_record::{CaseId, OfficerId};
use niims_wire::desk::{AdjudicationDesk, CaseStanding, OpinionGiven};

use crate::error::ConsoleError;

/// Gives an opinion: `same:` with a candidate's application number, `different`,
/// `recapture` or `fraud`, with codes of the pack's list of reasons.
///
/// For `same:` the candidates are read again, and each person in the case gets one
/// more disclosure line: the number is known to the case only.
pub async fn opine(
    desk: &dyn AdjudicationDesk,
    case: CaseId,
    officer: OfficerId,
    verdict: &str,
    reasons: &[String],
    at: Timestamp,
) -> Result<CaseStanding, ConsoleError> {
    let verdict = verdict.trim();
    let reasons: Vec<String> = reasons
        .iter()
        .map(|reason| reason.trim().to_owned())
        .filter(|reason| !reason.is_empty())
        .collect();
    if reasons.is_empty() {
        return Err(ConsoleError::ReasonMissing);
    }
    let verdict = match verdict {
        "different" => Verdict::DifferentPeople,
        "recapture" => Verdict::AskRecapture,
        "fraud" => Verdict::SuspectFraud,
        _ => {
            let number = verdict.strip_prefix("same:").ok_or(ConsoleError::VerdictUnknown)?;
            same_as(desk, case, officer, number.trim(), at).await?
        }
    };
    Ok(desk.give_opinion(case, OpinionGiven { officer, verdict, reasons }, at).await?)
}

async fn same_as(
    desk: &dyn AdjudicationDesk,
    case: CaseId,
    officer: OfficerId,
    number: &str,
    at: Timestamp,
) -> Result<Verdict, ConsoleError> {
    if number.is_empty() {
        return Err(ConsoleError::VerdictUnknown);
    }
    let evidence = desk.evidence(case, officer, at).await?;
    let candidate = evidence
        .candidates
        .iter()
        .find(|candidate| candidate.side.application_number.eq_ignore_ascii_case(number))
        .ok_or(ConsoleError::CandidateUnknown)?;
    Ok(Verdict::SamePerson { candidate: candidate.side.application })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic_desk::{CANDIDATE, OFFICER, SyntheticDesk, at, summary};

    async fn given(verdict: &str, reasons: &[&str]) -> Result<Verdict, String> {
        let desk = SyntheticDesk::bare();
        let reasons: Vec<String> = reasons.iter().map(|&reason| reason.to_owned()).collect();
        opine(&desk, summary().case, OFFICER, verdict, &reasons, at())
            .await
            .map_err(|error| error.code().to_owned())?;
        let given = desk.opinions.lock().unwrap();
        assert_eq!((given.len(), given[0].officer), (1, OFFICER));
        assert_eq!(given[0].reasons, reasons);
        Ok(given[0].verdict)
    }

    #[tokio::test]
    async fn words_become_verdicts() {
        let check = async |words, want| {
            assert_eq!(given(words, &["adjudication.prints_agree"]).await, want, "{words}");
        };
        let refused = |code: &str| Err(code.to_owned());
        check("same:B-0002", Ok(Verdict::SamePerson { candidate: CANDIDATE })).await;
        check("same: b-0002", Ok(Verdict::SamePerson { candidate: CANDIDATE })).await;
        check("different", Ok(Verdict::DifferentPeople)).await;
        check(" recapture", Ok(Verdict::AskRecapture)).await;
        check("fraud", Ok(Verdict::SuspectFraud)).await;
        check("same:A-0001", refused("console.candidate_unknown")).await;
        check("same:", refused("console.verdict_unknown")).await;
        check("same", refused("console.verdict_unknown")).await;
        check("Different", refused("console.verdict_unknown")).await;
        assert_eq!(given("different", &[]).await, refused("console.reason_missing"));
        assert_eq!(given("different", &[" "]).await, refused("console.reason_missing"));
    }

    #[tokio::test]
    async fn what_the_register_refuses_stays_refused() {
        let desk = SyntheticDesk::refusing("adjudication.same_officer");
        let reasons = ["adjudication.prints_differ".to_owned()];
        let error = opine(&desk, summary().case, OFFICER, "different", &reasons, at()).await;
        assert_eq!(error.unwrap_err().code(), "adjudication.same_officer");
    }
}
