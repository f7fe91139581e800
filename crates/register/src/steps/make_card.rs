//! The card: laid out and signed by the press, kept sealed under the person's key.

use jiff::civil::Date;
use niims_country::Answers;
use niims_packet::Encounter;
use niims_record::application::Application;
use niims_record::date::DateOfBirth;
use niims_record::freeze::{Act, Power, stopping};
use niims_record::number::HudumaNamba;
use niims_record::person::ResidenceClass;
use niims_store::cards::{self, CardArtefact, CardOrder, CardState};
use niims_store::{freezes, jobs, numbers};
use niims_wire::card::CardRequest;

use super::{ORDER_WAIT, Outcome, Run, StepError};
use crate::evidence::OpenError;
use crate::{Register, trail};

/// Makes the card of a numbered application.
pub async fn run(register: &Register, run: &Run) -> Result<Outcome, StepError> {
    let (order, number, frozen) = load(register, run).await?;
    let (Some(order), Some(number)) = (order, number) else {
        return Err(StepError::Evidence("card.order_missing"));
    };
    if frozen {
        return Ok(Outcome::Wait { code: "freeze.issue", again_in: ORDER_WAIT });
    }
    if order.state != CardState::Ordered {
        return register.nothing_to_do(run).await;
    }
    let encounter = match register.reopen_packet(&run.packet).await {
        Ok(encounter) => encounter,
        Err(OpenError::Step(error)) => return Err(error),
        Err(OpenError::Gate(code)) => return Err(StepError::Evidence(code)),
    };
    let request = request(register, run, &order, number, encounter)?;
    let made = register.press.make(request).await?;
    let artefact = CardArtefact { pdf: made.pdf, credential: made.credential };
    let mut tx = register.db.write().await?;
    cards::save_made(&mut tx, order.id, &artefact, run.at).await?;
    let subject = order.id.to_string();
    trail::event(&mut tx, "card", "card.made", &subject, serde_json::json!({}), run.at).await?;
    jobs::complete(&mut tx, run.job, &run.worker).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

async fn load(
    register: &Register,
    run: &Run,
) -> Result<(Option<CardOrder>, Option<HudumaNamba>, bool), StepError> {
    let Application::Numbered { person } = run.application.state else {
        return Err(StepError::Overtaken);
    };
    let mut tx = register.db.read().await?;
    let order = cards::by_application(&mut tx, run.application.id).await?;
    let number = numbers::number_of(&mut tx, person).await?;
    let freezes = freezes::all(&mut tx).await?;
    let county = run.application.county.as_deref();
    let act = Act { power: Power::Issue, agency: None, county };
    Ok((order, number, stopping(&freezes, act, run.at).is_some()))
}

fn request(
    register: &Register,
    run: &Run,
    order: &CardOrder,
    number: HudumaNamba,
    encounter: Encounter,
) -> Result<CardRequest, StepError> {
    let mut answers = Answers::new();
    for (field, value) in encounter.answers {
        answers.set(field, value);
    }
    let view = register.pack.view(&answers);
    let wrong = |_| StepError::Evidence("card.details");
    let person = view.person().map_err(wrong)?;
    Ok(CardRequest {
        order: order.id,
        number,
        name: person.name.full(),
        sex: person.sex,
        date_of_birth: (person.date_of_birth.written(), known_day(person.date_of_birth)),
        residence_class: class_name(&person.residence_class).to_owned(),
        portrait: encounter.portrait.map(|portrait| portrait.bytes),
        issued_on: register.pack.today(run.at),
    })
}

const fn known_day(born: DateOfBirth) -> Option<Date> {
    match born {
        DateOfBirth::Day { date } => Some(date),
        _ => None,
    }
}

/// The stable name of a residence class.
pub(crate) const fn class_name(class: &ResidenceClass) -> &'static str {
    match class {
        ResidenceClass::Citizen => "citizen",
        ResidenceClass::DualCitizen { .. } => "dual_citizen",
        ResidenceClass::ForeignResident { .. } => "foreign_resident",
        ResidenceClass::Refugee { .. } => "refugee",
        ResidenceClass::AsylumSeeker { .. } => "asylum_seeker",
        ResidenceClass::Stateless => "stateless",
        ResidenceClass::Undetermined => "undetermined",
    }
}
