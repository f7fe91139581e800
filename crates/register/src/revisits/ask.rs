//! A request is made: in the transaction in which the application begins to wait for it.

use jiff::Timestamp;
use niims_country::{Answers, Role};
use niims_record::RevisitId;
use niims_record::date::DateOfBirth;
use niims_record::revisit::{AnswerFault, MOST_FAULTS, RevisitAsk};
use niims_store::applications::StoredApplication;
use niims_store::revisits::{self, NewRevisit};
use niims_store::{StoreError, Tx};
use niims_wire::revisit::LONGEST_TOLD;
use serde::{Deserialize, Serialize};

use crate::Register;

/// Who is to be met, as it is kept sealed: what an officer needs to find the person, and what the
/// centre needs to see that it was the same.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Met {
    /// Name as it is called out.
    pub name: String,
    /// Village or estate, as told.
    pub village: Option<String>,
    /// Codes of the areas of residence, the narrowest first.
    pub home: Vec<String>,
    /// Date of birth, where one was told that can be one.
    pub born: Option<DateOfBirth>,
}

impl Met {
    /// Reads it out of answers, whatever is wrong with others among them.
    pub fn of(register: &Register, answers: &Answers) -> Self {
        let view = register.pack.view(answers);
        let names = [Role::GivenNames, Role::OtherNames, Role::Surname];
        let name = names.into_iter().filter_map(|role| view.text(role)).collect::<Vec<_>>();
        let place = view.address(Role::CurrentResidence);
        let areas = place.area.map(|area| register.pack.geography().path(&area));
        let home = areas.unwrap_or_default().into_iter().map(|area| area.code.clone()).collect();
        Self {
            name: cut(&name.join(" ")),
            village: place.village.map(|village| cut(&village)).filter(|v| !v.is_empty()),
            home,
            born: view.date_of_birth().ok(),
        }
    }
}

impl Register {
    fn is_county(&self, code: &str) -> bool {
        self.pack.geography().county(code).is_some()
    }
}

/// A packet may hold longer texts where its form is wrong.
fn cut(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(LONGEST_TOLD).collect()
}

/// Asks that the person behind an application is met again.
pub(crate) async fn ask(
    register: &Register,
    tx: &mut Tx,
    application: &StoredApplication,
    what: &RevisitAsk,
    met: &Met,
    at: Timestamp,
) -> Result<(), StoreError> {
    let person = serde_json::to_vec(met).map_err(|_| StoreError::OutOfRange)?;
    // Counties are too few to be indexed blindly.
    let narrow: Vec<String> =
        met.home.iter().filter(|area| !register.is_county(area)).cloned().collect();
    let new = NewRevisit {
        id: RevisitId::random(&mut register.entropy.rng()),
        application: application.id,
        ask: what,
        kit: application.kit,
        person: &person,
        areas: &narrow,
        asked_at: at,
    };
    revisits::insert(tx, &new).await
}

/// Asks for answers that hold; `problems` as validation found them.
pub(crate) async fn ask_correction(
    register: &Register,
    tx: &mut Tx,
    application: &StoredApplication,
    problems: &[String],
    met: &Met,
    at: Timestamp,
) -> Result<(), StoreError> {
    let before = revisits::answered_by(tx, application.id).await?;
    let round = before.map_or(0, |before| before.ask.round()).saturating_add(1);
    let faults = problems.iter().filter_map(|text| AnswerFault::read(text));
    let what = RevisitAsk::Correction { round, faults: faults.take(MOST_FAULTS).collect() };
    ask(register, tx, application, &what, met, at).await
}
