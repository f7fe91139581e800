//! `/staff/fleet`: the kits, by serial number.

use axum::extract::Query;
use axum::response::Response;
use niims_record::staff::{Action, On};
use niims_wire::fleet::{KitLine, LONGEST_SERIAL};
use serde::Deserialize;

use super::{may_at, place_text};
use crate::http::Colleague;
use crate::http::desk::list::{Item, List, row, show as show_list};

/// Kits on a page, as the register gives them.
const PAGE: usize = 50;

/// Where the page begins.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    after: String,
}

/// `GET /staff/fleet`.
pub(super) async fn show(colleague: Colleague, Query(asked): Query<Asked>) -> Response {
    let after: String = asked.after.chars().take(LONGEST_SERIAL).collect();
    let kits = match colleague.desk().kits(&after, colleague.officer()).await {
        Ok(kits) => kits,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let next = kits.last().filter(|_| kits.len() == PAGE).map(|kit| {
        let after = serde_urlencoded::to_string([("after", &kit.serial)]).unwrap_or_default();
        format!("/staff/fleet?{after}")
    });
    let here = |kit: &KitLine| may_at(&colleague, Action::ReadFleet, kit.place.as_deref());
    let items = kits.iter().filter(|kit| here(kit)).map(|kit| item(&colleague, kit)).collect();
    let mut links = vec![("/staff/fleet/alarms".to_owned(), w.t("home.link.alarms").to_owned())];
    if colleague.may(Action::ChangeFleet, On::Nothing).is_ok() {
        links.push(("/staff/fleet/new-kit".to_owned(), w.t("home.link.new_kit").to_owned()));
    }
    let nothing = w.t("fleet.nothing").to_owned();
    let list = List { links, items, next, nothing, ..List::default() };
    show_list(&colleague, w.t("fleet.title"), "/staff/fleet", list)
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
