//! Answers out of the codes of a form: taken over like typed ones, marked, and confirmed one by one
//! when all answers are read aloud.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use niims_country::{Answers, CountryPack, Requirement, Role};
use niims_packet::limits::MAX_FORMS;
use niims_prefill::{
    Content, Filled, FormNumber, Gathered, Part, PrefillProblem, admitted, may_prefill,
};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::stage::{about, age_fields, asked, found, guardian_field};
use super::{Interview, InterviewOf, Stage};
use crate::capture::EnrolRefused;
use crate::kit::{Kit, run};

/// What codes brought into an interview.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prefilling {
    /// Codes of a form whose other codes are still to be read.
    pub gathered: Gathered,
    /// Number of the paper form that the resident brought.
    pub paper_form: Option<FormNumber>,
    /// References of all forms that were read whole.
    #[serde(default)]
    pub forms: Vec<String>,
    /// Questions whose answers came from codes and that nobody has confirmed yet.
    pub open: BTreeSet<String>,
    /// What became of the form that was read last.
    pub told: Option<Taken>,
}

/// What became of the answers of a form. Ids of questions only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Taken over.
    pub taken: Vec<String>,
    /// Not accepted by the form as it is here: to be asked.
    pub faulty: Vec<String>,
    /// Answered at this desk already; the desk's answer stays.
    pub kept: Vec<String>,
    /// Told before consent, and told otherwise by the form: who is right?
    pub differ: Vec<String>,
    /// How many values were no answers to questions that this person is asked.
    pub left_out: usize,
    /// Whether the form was made for another release of the country pack.
    pub other_pack: bool,
    /// When the same form was read for somebody else on this kit.
    #[serde(default)]
    pub seen_before: Option<Timestamp>,
}

/// Questions with answers out of codes that nobody has confirmed.
pub fn unconfirmed(interview: &Interview) -> Vec<String> {
    let open = interview.prefill.open.iter();
    open.filter(|id| interview.answers.get(id).is_some()).cloned().collect()
}

impl Kit {
    /// Takes in texts of codes as they were seen. Once all codes of a form are there, its answers
    /// are taken over: each one that is valid here and that nobody typed at the desk.
    ///
    /// # Errors
    /// `prefill.…`: nothing is changed then. As of every change.
    pub fn prefill(
        &mut self,
        of: InterviewOf,
        texts: &[String],
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        let seen_before = self.note_form(of, texts, now)?;
        self.change_interview(of, Stage::Questions, now, rng, |interview, kit| {
            let pack = &kit.options.pack;
            let gathered = gather(&interview.prefill.gathered, texts)?;
            let Some(content) = gathered.content(pack)? else {
                interview.prefill.gathered = gathered;
                interview.prefill.told = None;
                return Ok(());
            };
            if content.prefill.kind != interview.form_kind {
                return Err(EnrolRefused::PrefillForm { kind: content.prefill.kind });
            }
            interview.prefill.gathered = Gathered::default();
            let reference = reference(&content.prefill.filled);
            if !interview.prefill.forms.contains(&reference) {
                // What does not fit into a packet is long known to the officer.
                interview.prefill.forms.truncate(MAX_FORMS - 1);
                interview.prefill.forms.push(reference);
            }
            take(interview, content, pack, pack.today(now));
            if let Some(told) = &mut interview.prefill.told {
                told.seen_before = seen_before;
            }
            Ok(())
        })
    }

    /// Notes the form that these codes complete, if they do and it is one of this interview's kind.
    /// When it was read on this kit for somebody else.
    fn note_form(
        &mut self,
        of: InterviewOf,
        texts: &[String],
        now: Timestamp,
    ) -> Result<Option<Timestamp>, EnrolRefused> {
        let interview = self.interview(of)?;
        let gathered = gather(&interview.prefill.gathered, texts)?;
        let content = gathered.content(&self.options.pack)?;
        let Some(content) = content.filter(|one| one.prefill.kind == interview.form_kind) else {
            return Ok(None);
        };
        let reference = reference(&content.prefill.filled);
        Ok(run!(self, store => store.note_form(&reference, of.interview, now))?)
    }

    /// Forgets codes of a form that was not read whole.
    ///
    /// # Errors
    /// As of every change.
    pub fn prefill_anew(
        &mut self,
        of: InterviewOf,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_interview(of, Stage::Questions, now, rng, |interview, _| {
            interview.prefill.gathered = Gathered::default();
            interview.prefill.told = None;
            Ok(())
        })
    }

    /// Saves that the resident confirmed these prefilled answers.
    ///
    /// # Errors
    /// As of every change.
    pub fn confirm_prefilled(
        &mut self,
        of: InterviewOf,
        questions: &[String],
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_interview(of, Stage::Check, now, rng, |interview, _| {
            interview.prefill.open.retain(|id| !questions.contains(id));
            Ok(())
        })
    }
}

/// What tells a form from others: the number of one on paper; of one that was filled in at home, 96
/// bits of the SHA-256 of its answers. The same page printed twice is one form.
fn reference(filled: &Filled) -> String {
    match filled {
        Filled::Paper(number) => number.shown(),
        Filled::Answers(answers) => {
            let bytes = serde_json::to_vec(answers).unwrap_or_default();
            format!("HOME-{}", hex::encode_upper(&Sha256::digest(bytes)[..12]))
        }
    }
}

/// The codes of before with those seen now. A picture may show other codes beside ours.
fn gather(before: &Gathered, texts: &[String]) -> Result<Gathered, PrefillProblem> {
    let mut gathered = before.clone();
    let mut problem = PrefillProblem::Foreign;
    let mut is_ours = false;
    for text in texts {
        match Part::read(text).and_then(|part| gathered.add(part)) {
            Ok(()) => is_ours = true,
            Err(found) if found != PrefillProblem::Foreign => problem = found,
            Err(_) => {}
        }
    }
    if is_ours { Ok(gathered) } else { Err(problem) }
}

fn take(interview: &mut Interview, content: Content, pack: &CountryPack, today: Date) {
    let told = match content.prefill.filled {
        Filled::Paper(number) => {
            interview.prefill.paper_form = Some(number);
            Taken::default()
        }
        Filled::Answers(answers) => answers_of(interview, &answers, pack, today),
    };
    interview.prefill.told = Some(Taken { other_pack: !content.same_pack, ..told });
}

fn answers_of(
    interview: &mut Interview,
    given: &Answers,
    pack: &CountryPack,
    today: Date,
) -> Taken {
    let admitted = admitted(pack, interview.form_kind, given);
    let mut told = Taken { left_out: admitted.left_out, ..Taken::default() };
    let mut waiting = admitted.answers;
    // What the law lets be told before consent stands already, and is never overwritten.
    let earlier = age_fields(pack).into_iter().chain(guardian_field(pack).map(|f| f.id.as_str()));
    for id in earlier {
        if let Some(value) = waiting.remove(id)
            && interview.answers.get(id).is_some_and(|known| *known != value)
        {
            told.differ.push(id.to_owned());
        }
    }
    // An answer may open the question of another: until nothing is moved any more.
    loop {
        let put: Vec<String> = asked(interview, pack, today)
            .into_iter()
            .map(|field| field.id.clone())
            .filter(|id| waiting.get(id).is_some())
            .collect();
        if put.is_empty() {
            break;
        }
        for id in put {
            if let Some(value) = waiting.remove(&id) {
                one(interview, &id, value, pack, today, &mut told);
            }
        }
    }
    told.left_out += waiting.len();
    pass_over(interview, &told.faulty, pack, today);
    told
}

/// Takes one answer over, if the desk has none and the pack finds no fault with it.
fn one(
    interview: &mut Interview,
    id: &str,
    value: serde_json::Value,
    pack: &CountryPack,
    today: Date,
    told: &mut Taken,
) {
    let is_typed = interview.put.contains(id) && !interview.prefill.open.contains(id);
    if is_typed && interview.answers.get(id).is_some() {
        if interview.answers.get(id) != Some(&value) {
            told.kept.push(id.to_owned());
        }
        return;
    }
    let mut answers = interview.answers.clone();
    answers.set(id, value);
    if !about(found(&answers, interview, pack, today), id).is_empty() {
        told.faulty.push(id.to_owned());
        return;
    }
    let is_documents = pack.field(id).is_some_and(|field| field.role == Some(Role::Identifiers));
    if is_documents && answers.get(id) != interview.answers.get(id) {
        interview.documents.clear();
    }
    interview.answers = answers;
    interview.put.insert(id.to_owned());
    interview.prefill.open.insert(id.to_owned());
    told.taken.push(id.to_owned());
}

/// Voluntary questions that the resident left out at home count as passed over; they stand among
/// the answers that are read aloud, and can be answered there.
fn pass_over(interview: &mut Interview, faulty: &[String], pack: &CountryPack, today: Date) {
    let kind = interview.form_kind;
    let passed: Vec<String> = asked(interview, pack, today)
        .into_iter()
        .filter(|field| field.requirement == Requirement::Optional && may_prefill(field, kind))
        .filter(|field| interview.answers.get(&field.id).is_none())
        // Somebody wrote an answer that does not hold: that is asked.
        .filter(|field| !faulty.contains(&field.id))
        .map(|field| field.id.clone())
        .collect();
    interview.put.extend(passed);
}
