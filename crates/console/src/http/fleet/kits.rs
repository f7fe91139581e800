//! `/staff/fleet`: the kits, by serial number.

use axum::extract::Query;
use axum::response::Response;
use niims_record::staff::{Action, On};
use niims_wire::Problem;
use niims_wire::fleet::{KitLine, LONGEST_SERIAL};
use serde::Deserialize;

use super::{may_at, place_text};
use crate::http::Colleague;
use crate::http::desk::list::{Item, List, row, show as show_list};

/// Kits on a page, as the register gives them.
const PAGE: usize = 50;
/// How often the register is asked for one page: somebody with one small place passes 2,000
/// kits of others with each.
const MOST_LOOKS: usize = 40;

/// Where the page begins.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    after: String,
}

/// `GET /staff/fleet`.
pub(super) async fn show(colleague: Colleague, Query(asked): Query<Asked>) -> Response {
    let after: String = asked.after.chars().take(LONGEST_SERIAL).collect();
    let (kits, last) = match kits_here(&colleague, after).await {
        Ok(found) => found,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let next = last.map(|last| {
        let after = serde_urlencoded::to_string([("after", &last)]).unwrap_or_default();
        format!("/staff/fleet?{after}")
    });
    let items = kits.iter().map(|kit| item(&colleague, kit)).collect();
    let mut links = vec![("/staff/fleet/alarms".to_owned(), w.t("home.link.alarms").to_owned())];
    if colleague.may(Action::ChangeFleet, On::Nothing).is_ok() {
        links.push(("/staff/fleet/new-kit".to_owned(), w.t("home.link.new_kit").to_owned()));
    }
    let nothing = w.t("fleet.nothing").to_owned();
    let list = List { links, items, nothing, next, ..List::default() };
    show_list(&colleague, w.t("fleet.title"), "/staff/fleet", list)
}

/// The next kits in the places of duty of whoever asks, and the serial number after which
/// there may be more.
async fn kits_here(
    colleague: &Colleague,
    mut after: String,
) -> Result<(Vec<KitLine>, Option<String>), Problem> {
    let mut here = Vec::new();
    for _ in 0..MOST_LOOKS {
        let kits = colleague.desk().kits(&after, colleague.officer()).await?;
        let is_last = kits.len() < PAGE;
        for kit in kits {
            after.clone_from(&kit.serial);
            if may_at(colleague, Action::ReadFleet, kit.place.as_deref()) {
                here.push(kit);
            }
        }
        if is_last {
            return Ok((here, None));
        }
        if here.len() >= PAGE {
            break;
        }
    }
    Ok((here, Some(after)))
}

fn item(colleague: &Colleague, kit: &KitLine) -> Item {
    let w = colleague.words();
    let heard = match kit.last_heard {
        Some(at) => colleague.ago(at),
        None => w.t("fleet.never").to_owned(),
    };
    let state = w.find(&format!("kit_state.{}", kit.state.name())).unwrap_or_default();
    Item {
        heading: kit.serial.clone(),
        address: Some(format!("/staff/fleet/kits/{}", kit.kit)),
        rows: vec![
            row(w.t("fleet.state"), state),
            row(w.t("fleet.place"), place_text(colleague, kit.place.as_deref())),
            row(w.t("fleet.last_heard"), heard),
        ],
        ..Item::default()
    }
}
