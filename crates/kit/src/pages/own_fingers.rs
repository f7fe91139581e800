//! `/own-fingers`: an officer's own prints, so that the kit tells them when they lie on the glass
//! in the place of a resident's.

use axum::extract::Path;
use axum::response::Response;
use niims_device::capture::{CaptureAnswer, CaptureChain, Wanted};
use niims_device::vocabulary::{DeviceKind, SubDevice};
use niims_web::{Fault, SectionRows};

use super::guest::{Officer, Or, Pairs};
use super::scan::{access, not_found, station};
use super::trouble;
use super::view::{FormView, row};
use crate::capture::EnrolRefused;
use crate::devices::{DeviceStation, DeviceTrouble, own_templates};

const PARTS: [(&str, SubDevice); 3] =
    [("right", SubDevice::RightSlap), ("left", SubDevice::LeftSlap), ("thumbs", SubDevice::Thumbs)];

pub(super) async fn show(officer: Officer) -> Or<Response> {
    ask(&officer, Vec::new()).await
}

/// `POST /own-fingers/{part}`: templates alone are kept, and no picture.
pub(super) async fn capture(
    officer: Officer,
    Path(name): Path<String>,
    form: Pairs,
) -> Or<Response> {
    officer.posted(form)?;
    let station = station(&officer)?;
    let part = PARTS.into_iter().find(|(known, _)| *known == name).map(|(_, part)| part);
    let Some(part) = part else { return Err(not_found(&officer)) };
    let wanted = Wanted::part(part, &[]);
    let answer = match one_capture(&officer, &station, wanted.clone()).await? {
        Ok(answer) => answer,
        Err(trouble) => return ask(&officer, vec![trouble::fault(&officer, &trouble)]).await,
    };
    let me = officer.seat.officer;
    let saved = officer
        .kit(move |kit, _, rng| {
            let prints = own_templates(&answer, &wanted);
            let count = prints.len();
            kit.keep_officer_prints(me, &prints, rng).map(|()| count)
        })
        .await?;
    match saved {
        Ok(count) if count > 0 => Ok(officer.go_to("/own-fingers")),
        Ok(_) => {
            let text = officer.words().t("own.none").to_owned();
            ask(&officer, vec![Fault { id: "main".to_owned(), text }]).await
        }
        Err(error) => {
            let refused = EnrolRefused::from(error);
            match officer.problem(&refused) {
                Some(page) => Ok(page),
                None => ask(&officer, officer.told(&refused)).await,
            }
        }
    }
}

/// A capture in a chain of its own: it belongs to no interview.
async fn one_capture(
    officer: &Officer,
    station: &DeviceStation,
    wanted: Wanted,
) -> Or<Result<CaptureAnswer, DeviceTrouble>> {
    let access = match access(officer).await? {
        Ok(access) => access,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let device = match station.find(&access, DeviceKind::Finger).await {
        Ok(device) => device,
        Err(trouble) => return Ok(Err(trouble)),
    };
    Ok(station.capture(access, &device, wanted, &CaptureChain::new()).await)
}

async fn ask(officer: &Officer, faults: Vec<Fault>) -> Or<Response> {
    station(officer)?;
    let me = officer.seat.officer;
    let held = officer.kit(move |kit, _, _| kit.officer_prints_held(me)).await?.unwrap_or_default();
    let w = officer.words();
    let title = w.t("own.title");
    let mut view = FormView::new(officer.page(title), w, Some(title.to_owned()));
    view.faults = faults;
    view.back = Some("/home".to_owned());
    view.lead.push(w.t("own.lead").to_owned());
    let rows = PARTS
        .into_iter()
        .map(|(name, part)| {
            let there = part.fingers().iter().filter(|one| held.contains(&one.code())).count();
            let counts = [there.to_string(), part.fingers().len().to_string()];
            let blanks = [("there", counts[0].as_str()), ("all", counts[1].as_str())];
            let key = format!("scan.part_{name}");
            row(w.t(&key), w.fill("own.count", &blanks))
        })
        .collect();
    view.sections.push(SectionRows { title: w.t("own.kept").to_owned(), rows });
    for (name, _) in PARTS {
        let key = format!("scan.part_{name}");
        let words = w.fill_one("own.capture", "part", w.t(&key));
        view.other.push((format!("/own-fingers/{name}"), words));
    }
    Ok(officer.show(view))
}
