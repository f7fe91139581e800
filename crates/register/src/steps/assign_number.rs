//! The number: drawn at random, assigned in one serialized transaction together
//! with the person, the card order and the message, so that it can be used
//! everywhere the moment it exists.

use niims_audit::LeafKind;
use niims_record::application::{Application, Step};
use niims_record::desk::CheckReason;
use niims_record::freeze::{Act, Power, stopping};
use niims_record::number::HudumaNamba;
use niims_record::{CardOrderId, MessageId, PersonId};
use niims_store::{Owner, Tx, cards, freezes, jobs, messages, numbers, people};

use super::search_demographics::load_record;
use super::{ORDER_WAIT, Outcome, Run, StepError, save_and_queue};
use crate::{Register, desk, texts, trail};

/// Draws until a free number comes. With 37 million of 90 billion taken, one draw
/// in 2,400 must be repeated; sixteen in a row means that the generator is broken.
const MOST_DRAWS: usize = 16;

/// Assigns the number, unless issuing is frozen: then the application waits as it is.
pub async fn run(register: &Register, run: &Run) -> Result<Outcome, StepError> {
    // Read in the transaction of the assignment: no number slips past an order.
    let mut tx = register.db.begin_serializable().await?;
    let freezes = freezes::all(&mut tx).await?;
    let county = run.application.county.as_deref();
    let act = Act { power: Power::Issue, agency: None, county };
    if stopping(&freezes, act, run.at).is_some() {
        return Ok(Outcome::Wait { code: "freeze.issue", again_in: ORDER_WAIT });
    }
    assign(register, run, &mut tx).await?;
    // A rival transaction ends this one in a conflict; the worker runs it again.
    tx.commit().await?;
    register.bell.notify_waiters();
    Ok(Outcome::Done)
}

async fn assign(register: &Register, run: &Run, tx: &mut Tx) -> Result<(), StepError> {
    let id = run.application.id;
    let person = PersonId::random(&mut register.entropy.rng());
    people::insert(tx, person, id, run.at).await?;
    draw(register, run, tx, person).await?;
    let order = CardOrderId::random(&mut register.entropy.rng());
    cards::order(tx, order, person, id, run.at).await?;
    save_and_queue(tx, &run.application, &Application::Numbered { person }, run.at).await?;
    jobs::enqueue(tx, Step::MakeCard.name(), *id.as_bytes(), run.at).await?;
    notify(register, run, tx).await?;
    if run.application.form_kind.as_deref() == Some("minor") {
        let why = (CheckReason::Child, false);
        desk::note_check(register, tx, id, why, run.at).await?;
    }
    // The leaf says that a number was given, and to which application, never which.
    let event = format!("niims number assigned v1\n{id}\n{}\n", run.at.as_millisecond());
    let kind = LeafKind::NumberAssigned;
    trail::commit_to(tx, kind, event.as_bytes(), Owner::Application(id), run.at).await?;
    jobs::complete(tx, run.job, &run.worker).await?;
    Ok(())
}

async fn draw(
    register: &Register,
    run: &Run,
    tx: &mut Tx,
    person: PersonId,
) -> Result<(), StepError> {
    for _ in 0..MOST_DRAWS {
        let number = HudumaNamba::draw(&mut register.entropy.rng());
        if numbers::assign_number(tx, number, person, run.at).await? {
            return Ok(());
        }
    }
    Err(StepError::Evidence("number.no_free_number"))
}

/// Tells the resident that the number is there. The number itself does not travel
/// by SMS: the resident sees it after signing in.
async fn notify(register: &Register, run: &Run, tx: &mut Tx) -> Result<(), StepError> {
    let id = run.application.id;
    let Some(to) = load_record(tx, id).await?.phone else { return Ok(()) };
    let message = messages::Message {
        id: MessageId::random(&mut register.entropy.rng()),
        application: id,
        kind: "number_assigned".into(),
        to,
        body: texts::text("message.number_assigned"),
        created_at: run.at,
        sent_at: None,
    };
    messages::enqueue(tx, &message).await?;
    Ok(())
}
