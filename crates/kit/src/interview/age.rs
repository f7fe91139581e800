//! The age, which decides whether somebody can be enrolled today and who consents.

use jiff::Timestamp;
use niims_country::{Answers, CountryPack, Eligibility, FormKind};
use rand_core::CryptoRng;

use super::stage::{about, age_fields, found};
use super::{Interview, InterviewOf, Stage};
use crate::capture::{EnrolRefused, LawProblem};
use crate::kit::Kit;

impl Kit {
    /// Saves when the person was born.
    ///
    /// # Errors
    /// `law.under_six`, with the first day on which the child is welcome: the interview is
    /// taken back and the refusal counted. `form.…` for what cannot be a date; another form
    /// than the one that fits the age is `form.not_of_full_age` or `form.not_a_minor`.
    pub fn answer_age(
        &mut self,
        of: InterviewOf,
        given: &Answers,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        let today = self.options.pack.today(now);
        let judged = self.change_interview(of, Stage::Age, now, rng, |interview, kit| {
            judge(interview, given, &kit.options.pack, today)
        });
        match judged {
            Err(refused @ EnrolRefused::Law(LawProblem::UnderSix { .. })) => {
                self.withdraw_interview(of)?;
                Err(self.counted(refused, now))
            }
            other => other,
        }
    }

    /// Goes on with another form, as the age asks for it. What only the old form asks is
    /// taken out.
    ///
    /// # Errors
    /// As of every change: `kit.…`.
    pub fn change_form(
        &mut self,
        of: InterviewOf,
        form_kind: FormKind,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_interview(of, Stage::Age, now, rng, |interview, kit| {
            interview.form_kind = form_kind;
            let pack = &kit.options.pack;
            let strange: Vec<String> = interview
                .answers
                .iter()
                .map(|(id, _)| id.to_owned())
                .filter(|id| pack.field(id).is_none_or(|field| !field.forms.contains(&form_kind)))
                .collect();
            for id in strange {
                interview.answers.remove(&id);
            }
            Ok(())
        })
    }
}

fn judge(
    interview: &mut Interview,
    given: &Answers,
    pack: &CountryPack,
    today: jiff::civil::Date,
) -> Result<(), EnrolRefused> {
    let ids = age_fields(pack);
    let mut answers = interview.answers.clone();
    for id in &ids {
        answers.remove(id);
        if let Some(value) = given.get(id) {
            answers.set(*id, value.clone());
        }
    }
    if let Ok(born) = pack.view(&answers).date_of_birth()
        && let Eligibility::TooYoung { from } = pack.eligibility(&born, today)
    {
        return Err(LawProblem::UnderSix { from }.into());
    }
    let all = found(&answers, interview, pack, today);
    let problems: Vec<_> = ids.iter().flat_map(|id| about(all.clone(), id)).collect();
    if !problems.is_empty() {
        return Err(EnrolRefused::Form { problems });
    }
    interview.answers = answers;
    Ok(())
}
