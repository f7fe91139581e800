//! `POST /card/finger`: with the holder's consent one finger is taken and held against the card's.
//! The print is in memory for the moment of the comparison, and nowhere else.

use axum::response::Response;
use niims_device::capture::{CaptureAnswer, CaptureChain, Wanted};
use niims_device::describe::DeviceInfo;
use niims_device::vocabulary::{DeviceKind, SubDevice};
use niims_fingerprint::FingerPosition;
use niims_web::Fault;
use niims_wire::card::ChipFinger;

use super::held::{HeldCard, MOST_TRIES};
use super::shown;
use crate::capture::EnrolRefused;
use crate::cards::LookNote;
use crate::cards::finger::compare_with_chip;
use crate::devices::{DeviceStation, DeviceTrouble, own_templates};
use crate::pages::guest::{Officer, Or, Pairs};
use crate::pages::scan::{access, station};
use crate::pages::trouble;

pub(in crate::pages) async fn compare(officer: Officer, form: Pairs) -> Or<Response> {
    let posted = officer.posted(form)?;
    let station = station(&officer)?;
    let Some(held) = officer.pages.held_card(officer.seat.officer, officer.now()) else {
        return Ok(officer.go_to("/card"));
    };
    if held.tries >= MOST_TRIES {
        return Ok(officer.go_to("/card/shown"));
    }
    let w = officer.words();
    // Consent is asked for anew at each try, before the scanner is.
    if posted.text("consent") != "yes" {
        let text = w.t("cards.no_consent").to_owned();
        let fault = Fault { id: "consent".to_owned(), text };
        return Ok(shown::render(&officer, &held, vec![fault]));
    }
    let chosen = posted.text("finger").parse::<u8>().ok();
    let finger = held.card.fingers.iter().find(|one| Some(one.position) == chosen).cloned();
    let position = chosen.and_then(FingerPosition::from_code);
    let (Some(finger), Some(position)) = (finger, position) else {
        let text = w.t("cards.choose_finger").to_owned();
        let fault = Fault { id: "finger".to_owned(), text };
        return Ok(shown::render(&officer, &held, vec![fault]));
    };
    match take(&officer, &station, position).await? {
        Ok((answer, wanted)) => judge(&officer, held, finger, answer, wanted).await,
        Err(trouble) => {
            let fault = trouble::fault(&officer, &trouble);
            Ok(shown::render(&officer, &held, vec![fault]))
        }
    }
}

async fn judge(
    officer: &Officer,
    mut held: HeldCard,
    finger: ChipFinger,
    answer: CaptureAnswer,
    wanted: Wanted,
) -> Or<Response> {
    let (me, serial) = (officer.seat.officer, held.card.serial.clone());
    let compared = officer
        .kit(move |kit, now, rng| {
            let prints = own_templates(&answer, &wanted);
            let Some(compared) = compare_with_chip(&finger, &prints) else { return Ok(None) };
            let note = LookNote { officer: me, serial, act: compared.act(), refused: None };
            kit.note_look(note, now, rng)?;
            Ok::<_, crate::KitError>(Some(compared))
        })
        .await?;
    match compared {
        Ok(Some(compared)) => {
            held.tries += 1;
            held.compared = Some(compared);
            officer.pages.hold_card(held);
            Ok(officer.go_to("/card/shown"))
        }
        Ok(None) => {
            let text = officer.words().t("cards.no_print").to_owned();
            let fault = Fault { id: "main".to_owned(), text };
            Ok(shown::render(officer, &held, vec![fault]))
        }
        Err(error) => {
            let refused = EnrolRefused::Kit(error);
            Ok(officer
                .problem(&refused)
                .unwrap_or_else(|| shown::render(officer, &held, officer.told(&refused))))
        }
    }
}

/// A capture in a chain of its own: it belongs to no interview.
async fn take(
    officer: &Officer,
    station: &DeviceStation,
    finger: FingerPosition,
) -> Or<Result<(CaptureAnswer, Wanted), DeviceTrouble>> {
    let access = match access(officer).await? {
        Ok(access) => access,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let device = match station.find(&access, DeviceKind::Finger).await {
        Ok(device) => device,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let wanted = alone(finger, &device);
    let answer = station.capture(access, &device, wanted.clone(), &CaptureChain::new()).await;
    Ok(answer.map(|answer| (answer, wanted)))
}

/// One finger alone: on the part of the scanner where it belongs, or on a scanner for one finger.
fn alone(finger: FingerPosition, device: &DeviceInfo) -> Wanted {
    let parts = [SubDevice::RightSlap, SubDevice::LeftSlap, SubDevice::Thumbs];
    let part = parts.into_iter().find(|part| part.fingers().contains(&finger));
    match part.filter(|part| device.parts.contains(part)) {
        Some(part) => Wanted::Fingers {
            part,
            present: vec![finger],
            excepted: part.fingers().iter().copied().filter(|one| *one != finger).collect(),
        },
        None => Wanted::one(finger),
    }
}
