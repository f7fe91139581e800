//! Intake: is this packet what its kit and officer say, and can it be believed?

mod capture;

mod exceptions;

mod second;

mod statements;

use jiff::{SignedDuration, Timestamp};
use niims_packet::{Approval, Encounter, OfficerVerifyingKey};
use niims_record::application::Application;
use niims_record::{ApplicationId, KitId};
use niims_store::Tx;
use niims_store::applications::{self, Description};
use niims_store::fleet::officers as roster;
use niims_store::seen_once::Once;
use niims_store::{officers, seen_once};

use super::{Outcome, Run, StepError};
use crate::Register;
use crate::evidence::{OpenError, is_supervisor, may_vouch};

/// How far ahead of the centre's clock a capture may claim to be. A day covers a
/// wrong time zone and drift; more means a kit whose clock cannot be believed.
pub const MOST_AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// How old a capture may be when it arrives. A kit works offline for weeks; 400
/// days leaves room for a kit found in a store after a whole campaign.
pub const MOST_BEHIND: SignedDuration = SignedDuration::from_hours(400 * 24);

/// What intake needs to know.
pub struct Facts {
    /// Whether the packet opened: the moment of capture it claims, or the gate it failed.
    pub opening: Result<Timestamp, &'static str>,
    /// When the centre received it.
    pub received_at: Timestamp,
    /// The gate of the desk that the capture cannot have passed.
    pub capture: Result<(), &'static str>,
    /// Whether another application bears the number on the slip already.
    pub number_taken: bool,
}

/// Decides whether the packet is taken in or kept aside as evidence.
pub fn decide(facts: &Facts) -> Application {
    let quarantined = |code: &str| Application::Quarantined { code: code.to_owned() };
    match facts.opening {
        Err(code) => quarantined(code),
        Ok(captured_at) => {
            let ahead = captured_at.duration_since(facts.received_at);
            if ahead > MOST_AHEAD {
                quarantined("intake.clock_ahead")
            } else if ahead < -MOST_BEHIND {
                quarantined("intake.clock_behind")
            } else if let Err(code) = facts.capture {
                quarantined(code)
            } else if facts.number_taken {
                quarantined("intake.application_number_taken")
            } else {
                Application::Opened
            }
        }
    }
}

/// Walks the packet through its gates and records the outcome.
pub async fn run(register: &Register, run: &Run) -> Result<Outcome, StepError> {
    let received_at = run.packet.received_at;
    let opened = register.open_packet(&run.packet).await;
    let opening = match &opened {
        Ok((encounter, _)) => Ok(encounter.captured_at),
        Err(OpenError::Gate(code)) => Err(*code),
        Err(OpenError::Step(_)) => Err("intake.centre"),
    };
    if let Err(OpenError::Step(error)) = opened {
        return Err(error);
    }
    let second = match &opened {
        Ok((encounter, _)) => {
            let signed = statements::judge(register, encounter).await?;
            signed.and(second::judge(encounter).await?)
        }
        Err(_) => Ok(()),
    };
    let mut tx = register.db.write().await?;
    let capture = match &opened {
        Ok((encounter, sealed_at)) => {
            let id = run.application.id;
            judged(register, &mut tx, id, encounter, *sealed_at).await?.and(second)
        }
        Err(_) => Ok(()),
    };
    let number_taken = match &opened {
        Ok((encounter, _)) => bears_another(&mut tx, run.application.id, encounter).await?,
        Err(_) => false,
    };
    let next = decide(&Facts { opening, received_at, capture, number_taken });
    if let Ok((encounter, _)) = &opened
        && !number_taken
    {
        let description = describe(register, encounter);
        applications::describe(&mut tx, run.application.id, &description).await?;
    }
    if let (Application::Opened, Ok((encounter, _))) = (&next, &opened) {
        note_once(&mut tx, run.application.id, encounter).await?;
    }
    if let Application::Quarantined { code } = &next {
        niims_store::packets::quarantine(&mut tx, run.packet.id, code).await?;
    }
    register.move_on(tx, run, next).await
}

/// Whether the capture can be one of a kit that kept its gates.
async fn judged(
    register: &Register,
    tx: &mut Tx,
    application: ApplicationId,
    encounter: &Encounter,
    sealed_at: Timestamp,
) -> Result<Result<(), &'static str>, StepError> {
    let mut vouchers = Vec::with_capacity(encounter.exceptions.len());
    for exception in &encounter.exceptions {
        // A duty that ended before, or began after, is none.
        let second = officers::acting(tx, exception.approved_by, exception.approved_at).await?;
        vouchers.push(second.is_some_and(|officer| may_vouch(&officer)));
    }
    let approver = match &encounter.approval {
        Some(approval) => Some(approver(tx, encounter.kit, approval).await?),
        None => None,
    };
    let beside = capture::Beside { sealed_at, vouchers, approver };
    let judged = capture::judge(encounter, &beside, &register.pack);
    Ok(match judged {
        Ok(()) if came_before(tx, application, encounter).await? => {
            Err("capture.statement_replayed")
        }
        judged => judged,
    })
}

/// Whether a capture of a device came before, in a packet of another application.
async fn came_before(
    tx: &mut Tx,
    application: ApplicationId,
    encounter: &Encounter,
) -> Result<bool, StepError> {
    for statement in &encounter.statements {
        let first = seen_once::by(tx, Once::Capture, &statement.block).await?;
        if first.is_some_and(|first| first != application) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Notes the captures and the forms of a packet that is believed. A form that came before
/// refuses nobody: people look at both applications when everything else was searched.
async fn note_once(
    tx: &mut Tx,
    application: ApplicationId,
    encounter: &Encounter,
) -> Result<(), StepError> {
    for statement in &encounter.statements {
        seen_once::note(tx, Once::Capture, &statement.block, application).await?;
    }
    for form in &encounter.forms {
        let first = seen_once::note(tx, Once::Form, form.as_bytes(), application).await?;
        if first != application {
            seen_once::note_form_again(tx, application, first).await?;
        }
    }
    Ok(())
}

/// Who approved, as they stood at that moment.
async fn approver(
    tx: &mut Tx,
    kit: KitId,
    approval: &Approval,
) -> Result<capture::Approver, StepError> {
    let acting = officers::acting(tx, approval.by, approval.at).await?;
    let may = acting.as_ref().is_some_and(is_supervisor);
    let of_kit = roster::key(tx, kit, approval.by).await?;
    let key = of_kit.or_else(|| acting.map(|officer| officer.signing_key));
    let key = key.and_then(|key| OfficerVerifyingKey::from_bytes(&key).ok());
    Ok(capture::Approver { may, key })
}

/// Whether the number on the slip is that of another application: the resident
/// was captured twice on one slip.
async fn bears_another(
    tx: &mut Tx,
    application: ApplicationId,
    encounter: &Encounter,
) -> Result<bool, StepError> {
    let known = applications::by_application_number(tx, &encounter.application_number).await?;
    Ok(known.is_some_and(|known| known != application))
}

fn describe(register: &Register, encounter: &Encounter) -> Description {
    Description {
        application_number: encounter.application_number.clone(),
        officer: encounter.officer,
        form_kind: encounter.form_kind.clone(),
        county: register.county_of(&encounter.sublocation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_and_clocks() {
        let received_at = Timestamp::from_second(1_700_000_000).unwrap();
        let check = |opening, want: Application| {
            assert_eq!(
                decide(&Facts { opening, received_at, capture: Ok(()), number_taken: false }),
                want
            );
        };
        let quarantined = |code: &str| Application::Quarantined { code: code.into() };
        let ten_years = SignedDuration::from_hours(87_660);
        check(Ok(received_at), Application::Opened);
        check(Ok(received_at - SignedDuration::from_hours(24 * 30)), Application::Opened);
        check(Ok(received_at + ten_years), quarantined("intake.clock_ahead"));
        check(Ok(received_at - ten_years), quarantined("intake.clock_behind"));
        check(Err("packet.officer_signature"), quarantined("packet.officer_signature"));
        let sound =
            Facts { opening: Ok(received_at), received_at, capture: Ok(()), number_taken: false };
        let skipped = Facts { capture: Err("capture.portrait_missing"), ..sound };
        assert_eq!(decide(&skipped), quarantined("capture.portrait_missing"));
        let taken = Facts { capture: Ok(()), number_taken: true, ..skipped };
        assert_eq!(decide(&taken), quarantined("intake.application_number_taken"));
    }
}
