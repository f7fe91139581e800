//! One narrow question of an agency: yes or no per attribute. The line commits
//! before the answer leaves; under a freeze nothing leaves.

use async_trait::async_trait;
use jiff::civil::Date;
use niims_country::Purpose;
use niims_linkage::{NameKnowledge, names_agree};
use niims_record::ApplicationId;
use niims_record::date::DateOfBirth;
use niims_record::freeze::{Act, Power, stopping};
use niims_record::name::PersonName;
use niims_record::person::{PersonDetails, PersonStatus};
use niims_store::{StoreError, Tx, applications, freezes, numbers, people};
use niims_wire::Problem;
use niims_wire::agency::{AgencyQuestions, MatchAnswer, MatchQuestion};

use crate::Register;
use crate::disclose::{self, Look};

#[async_trait]
impl AgencyQuestions for Register {
    async fn ask(&self, question: MatchQuestion) -> Result<MatchAnswer, Problem> {
        match self.answer(&question).await {
            Ok(result) => result,
            Err(error) => {
                tracing::error!(code = error.code(), "a question could not be answered");
                let problem = Problem::new(503, "centre.unavailable", "The centre cannot answer");
                Err(problem.detail("Nothing was disclosed. Try again in a minute."))
            }
        }
    }
}

/// The person behind a number, as far as a question needs them.
struct Found {
    founding: ApplicationId,
    living: bool,
    county: Option<String>,
    details: PersonDetails,
}

impl Register {
    /// Answers or refuses; either way with a line, in one transaction.
    async fn answer(
        &self,
        question: &MatchQuestion,
    ) -> Result<Result<MatchAnswer, Problem>, StoreError> {
        let mut tx = self.db.write().await?;
        let found = self.find(&mut tx, question).await?;
        let attributes = attributes_of(question);
        let freezes = freezes::all(&mut tx).await?;
        let county = found.as_ref().and_then(|f| f.county.as_deref());
        let act = Act { power: Power::Share, agency: Some(&question.agency), county };
        let refused = if stopping(&freezes, act, question.at).is_some() {
            Some(frozen())
        } else {
            self.refuse_purpose(question, &attributes)
        };
        let look = Look {
            application: found.as_ref().map(|f| f.founding),
            asker: &question.agency,
            officer: &question.officer,
            purpose: &self.recorded_purpose(question),
            attributes: &attributes,
            denied: refused.as_ref().map(|problem| problem.code.as_str()),
            at: question.at,
        };
        disclose::line(&mut tx, &look).await?;
        tx.commit().await?;
        Ok(match refused {
            Some(problem) => Err(problem),
            None => Ok(compare(found.as_ref(), question, &self.names)),
        })
    }

    async fn find(
        &self,
        tx: &mut Tx,
        question: &MatchQuestion,
    ) -> Result<Option<Found>, StoreError> {
        let Some(person) = numbers::person_by_number(tx, question.number).await? else {
            return Ok(None);
        };
        let Some(person) = people::get(tx, person).await? else { return Ok(None) };
        let answers = self.answers(tx, person.founding).await?;
        let details = self
            .pack
            .view(&answers)
            .person()
            .map_err(|_| StoreError::MalformedRow { column: "answer.sealed" })?;
        let county = applications::get(tx, person.founding).await?.and_then(|a| a.county);
        Ok(Some(Found {
            founding: person.founding,
            living: person.status == PersonStatus::Living,
            county,
            details,
        }))
    }

    fn refuse_purpose(&self, question: &MatchQuestion, attributes: &[&str]) -> Option<Problem> {
        let day = self.pack.today(question.at);
        let Some(purpose) = self.pack.purpose(&question.purpose) else {
            let problem = Problem::new(403, "exchange.purpose_unknown", "No such purpose");
            return Some(problem.detail("See /exchange/v1/purposes.").at("purpose"));
        };
        if purpose.agency != question.agency || !purpose.in_force(day) {
            let title = "This purpose is not open to this agency";
            let problem = Problem::new(403, "exchange.purpose_not_yours", title);
            return Some(problem.detail("See /exchange/v1/purposes.").at("purpose"));
        }
        let outside = attributes.iter().find(|a| !allows(purpose, a))?;
        let title = "The purpose does not cover this attribute";
        let problem = Problem::new(403, "exchange.attribute_not_covered", title);
        Some(problem.detail("Ask only for what the purpose lists.").at(*outside))
    }

    /// The purpose as recorded: what was sent, when it is a known code; otherwise
    /// a fixed word, so that a line cannot be made to carry text.
    fn recorded_purpose(&self, question: &MatchQuestion) -> String {
        self.pack.purpose(&question.purpose).map_or("unknown", |purpose| &purpose.code).to_owned()
    }
}

fn allows(purpose: &Purpose, attribute: &str) -> bool {
    purpose.attributes.iter().any(|allowed| allowed == attribute)
}

fn attributes_of(question: &MatchQuestion) -> Vec<&'static str> {
    let mut attributes = vec!["number"];
    if question.name.is_some() {
        attributes.push("name");
    }
    if question.date_of_birth.is_some() {
        attributes.push("date_of_birth");
    }
    attributes
}

/// Compares; nobody's attributes agree with anything.
fn compare(found: Option<&Found>, question: &MatchQuestion, names: &NameKnowledge) -> MatchAnswer {
    let living = found.filter(|found| found.living);
    MatchAnswer {
        number: living.is_some(),
        name: question.name.as_deref().map(|asked| {
            living.is_some_and(|found| name_agrees(&found.details.name, asked, names))
        }),
        date_of_birth: question.date_of_birth.map(|asked| {
            living.is_some_and(|found| date_agrees(found.details.date_of_birth, asked))
        }),
    }
}

fn name_agrees(name: &PersonName, asked: &str, names: &NameKnowledge) -> bool {
    PersonName::from_line(asked).is_ok_and(|asked| names_agree(name, &asked, names))
}

/// A day agrees with a date of birth that it lies within, if the date is a day, a
/// month or a year. An estimated or unknown date agrees with nothing.
fn date_agrees(born: DateOfBirth, asked: Date) -> bool {
    match born {
        DateOfBirth::Estimated { .. } | DateOfBirth::Unknown => false,
        DateOfBirth::ConventionalFirstOfJanuary { year } => {
            asked.year() == year && asked.month() == 1 && asked.day() == 1
        }
        _ => born.range().is_some_and(|(first, last)| first <= asked && asked <= last),
    }
}

fn frozen() -> Problem {
    Problem::new(423, "freeze.share", "Sharing is frozen by an order")
        .detail("No answer is given until the order is lifted. Offer the person another way.")
}
