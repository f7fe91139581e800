//! A supervisor looks at the whole interview before it is saved, where the country asks for it.

use jiff::Timestamp;
use niims_country::ApprovalCause;
use niims_packet::Approval;
use niims_record::OfficerId;
use rand_core::CryptoRng;

use super::{Interview, InterviewOf, Stage, reached};
use crate::capture::{CaptureProblem, EnrolRefused, approval};
use crate::kit::Kit;

impl Kit {
    /// Why this interview needs a supervisor, and has none yet; empty where it does not.
    ///
    /// # Errors
    /// As [`Kit::finish_interview`] judges it.
    pub fn approval_needed(
        &mut self,
        of: InterviewOf,
        now: Timestamp,
    ) -> Result<Vec<ApprovalCause>, EnrolRefused> {
        let interview = self.at_its_end(of, now)?;
        if interview.approval.is_some() {
            return Ok(Vec::new());
        }
        let encounter = self.encounter(of, &interview, now)?;
        Ok(approval::causes(&encounter, &self.options.pack))
    }

    /// Saves that a supervisor looked and approves, by their own PIN and key. Whatever is
    /// changed afterwards has to be approved again.
    ///
    /// # Errors
    /// `capture.approval_same_officer`, `kit.not_supervisor`, `kit.pin_…`,
    /// `interview.not_yet`; as of every change.
    pub fn approve(
        &mut self,
        of: InterviewOf,
        supervisor: OfficerId,
        pin: &str,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        if supervisor == of.officer {
            return Err(CaptureProblem::ApprovalSameOfficer.into());
        }
        let interview = self.at_its_end(of, now)?;
        let encounter = self.encounter(of, &interview, now)?;
        self.check_supervisor(supervisor)?;
        let key = self.key_by_pin(supervisor, pin, now)?;
        let approval =
            Approval::of(&encounter, supervisor, now, &key).map_err(CaptureProblem::Bound)?;
        self.change_interview(of, Stage::Check, now, rng, |interview, _| {
            interview.approval = Some(approval);
            Ok(())
        })
    }

    fn at_its_end(&mut self, of: InterviewOf, now: Timestamp) -> Result<Interview, EnrolRefused> {
        let interview = self.interview(of)?;
        let pack = self.options.pack.clone();
        match reached(&interview, &pack, pack.today(now)) {
            Stage::Check => Ok(interview),
            stage => Err(EnrolRefused::NotYet { stage }),
        }
    }
}
