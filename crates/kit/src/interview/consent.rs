//! Consent: by signature, by a mark, or spoken before a witness. No is an answer too.

use jiff::Timestamp;
use niims_country::Eligibility;
use niims_packet::{Consent, ConsentKind, ConsentMode};
use rand_core::CryptoRng;
use serde_json::Value;

use super::stage::{eligibility, guardian_field};
use super::{InterviewOf, Stage};
use crate::capture::{EnrolRefused, LawProblem};
use crate::kit::Kit;

/// How consent was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentGiven {
    /// Signed, marked, or spoken.
    pub mode: ConsentMode,
    /// Role of the witness of a mark or a spoken consent.
    pub witness: Option<String>,
}

impl Kit {
    /// Saves a consent. What was said before the notice was read does not count.
    ///
    /// # Errors
    /// `law.witness_missing`; as of every change.
    pub fn give_consent(
        &mut self,
        of: InterviewOf,
        given: ConsentGiven,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_interview(of, Stage::Consent, now, rng, |interview, kit| {
            if given.mode != ConsentMode::Signature && given.witness.is_none() {
                return Err(LawProblem::WitnessMissing.into());
            }
            let pack = &kit.options.pack;
            let notice =
                interview.notice.clone().ok_or(EnrolRefused::NotYet { stage: Stage::Notice })?;
            let minor = eligibility(interview, pack, pack.today(now)) == Some(Eligibility::Minor);
            let (kind, by) = if minor {
                let relation = guardian_field(pack)
                    .and_then(|field| interview.answers.get(&field.id))
                    .and_then(|guardian| guardian.get("relationship"))
                    .and_then(Value::as_str)
                    .map(str::to_ascii_lowercase);
                (ConsentKind::Guardian, relation.unwrap_or_else(|| "guardian".to_owned()))
            } else {
                (ConsentKind::Resident, "self".to_owned())
            };
            let witness = given.witness.filter(|_| given.mode != ConsentMode::Signature);
            interview.consents = vec![Consent {
                kind,
                by,
                mode: given.mode,
                language: notice.language,
                notice_version: notice.version,
                given_at: now,
                witness,
            }];
            Ok(())
        })
    }

    /// The resident, or the guardian, says no. Everything is taken back, nothing is counted.
    ///
    /// # Errors
    /// `kit.store_…`.
    pub fn decline(&mut self, of: InterviewOf) -> Result<(), EnrolRefused> {
        Ok(self.withdraw_interview(of)?)
    }
}
