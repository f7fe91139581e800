//! Answers to the questions of the form, one at a time or a section at once.

use jiff::Timestamp;
use niims_country::{Answers, FieldProblem, Role};
use rand_core::CryptoRng;

use super::stage::{about, asked, found, may_pass, without_required};
use super::{InterviewOf, Stage};
use crate::capture::EnrolRefused;
use crate::kit::Kit;

impl Kit {
    /// Saves the answers to these questions; one that is not among `given` is passed over or
    /// taken back. All are on disk when this returns, or none.
    ///
    /// # Errors
    /// `form.…` with every fault of these questions; as of every change. A question that is
    /// not put to this person is `form.unknown_field`'s affair and is left out.
    pub fn answer(
        &mut self,
        of: InterviewOf,
        questions: &[&str],
        given: &Answers,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_interview(of, Stage::Questions, now, rng, |interview, kit| {
            let pack = &kit.options.pack;
            let today = pack.today(now);
            let mut next = interview.clone();
            for id in questions {
                next.answers.remove(id);
                // Whoever saves the question has asked it.
                next.prefill.open.remove(*id);
                if let Some(value) = given.get(id) {
                    next.answers.set(*id, value.clone());
                }
            }
            // Asked for with the new answers: one of them may have opened another question.
            let put: Vec<_> = asked(&next, pack, today)
                .into_iter()
                .filter(|field| questions.contains(&field.id.as_str()))
                .collect();
            let all = found(&next.answers, &next, pack, today);
            let mut faults: Vec<FieldProblem> = Vec::new();
            for field in &put {
                let mut own = about(all.clone(), &field.id);
                if next.answers.get(&field.id).is_none() && may_pass(interview, field) {
                    own = without_required(own, &field.id);
                }
                faults.extend(own);
            }
            if !faults.is_empty() {
                return Err(EnrolRefused::Form { problems: faults });
            }
            next.put.extend(questions.iter().map(|id| (*id).to_owned()));
            let documents = pack.fields().iter().find(|f| f.role == Some(Role::Identifiers));
            if let Some(list) = documents
                && next.answers.get(&list.id) != interview.answers.get(&list.id)
            {
                next.documents.clear();
            }
            *interview = next;
            Ok(())
        })
    }
}
