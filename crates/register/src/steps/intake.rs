//! Intake: is this packet what its kit and officer say, and can it be believed?

mod capture;

use jiff::{SignedDuration, Timestamp};
use niims_packet::{Approval, Encounter, OfficerVerifyingKey};
use niims_record::application::Application;
use niims_record::{ApplicationId, KitId};
use niims_store::Tx;
use niims_store::applications::{self, Description};
use niims_store::fleet::officers as roster;
use niims_store::officers;

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
    let mut tx = register.db.write().await?;
    let capture = match &opened {
        Ok((encounter, sealed_at)) => judged(register, &mut tx, encounter, *sealed_at).await?,
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
    if let Application::Quarantined { code } = &next {
        niims_store::packets::quarantine(&mut tx, run.packet.id, code).await?;
    }
    register.move_on(tx, run, next).await
}

/// Whether the capture can be one of a kit that kept its gates.
async fn judged(
    register: &Register,
    tx: &mut Tx,
    encounter: &Encounter,
    sealed_at: Timestamp,
) -> Result<Result<(), &'static str>, StepError> {
    let voucher_may = match &encounter.exception {
        Some(exception) => {
            officers::get(tx, exception.approved_by).await?.is_some_and(|o| may_vouch(&o))
        }
        None => true,
    };
    let approver = match &encounter.approval {
        Some(approval) => Some(approver(tx, encounter.kit, approval).await?),
        None => None,
    };
    let beside = capture::Beside { sealed_at, voucher_may, approver };
    Ok(capture::judge(encounter, &beside, &register.pack))
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
