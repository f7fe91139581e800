//! `/staff/members`: who works here, and as what.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use niims_record::staff::{Action, On};
use niims_store::officers::OfficerStatus;
use niims_web::{Page, Words};

use crate::http::Colleague;
use crate::staff::change;

#[derive(Template)]
#[template(path = "staff_list.html")]
struct List<'a> {
    page: Page<'a>,
    w: Words<'a>,
    members: Vec<Line>,
    may_change: bool,
}

struct Line {
    id: String,
    name: String,
    user_name: String,
    roles: Vec<String>,
    suspended: bool,
}

/// `GET /staff/members`.
pub(super) async fn show(colleague: Colleague) -> Response {
    let members = match change::list(colleague.accounts()).await {
        Ok(members) => members,
        Err(error) => return colleague.show_error(&error),
    };
    let w = colleague.words();
    let now = colleague.accounts().now();
    let mut lines: Vec<Line> = members
        .iter()
        .map(|member| {
            let roles = member.duties.iter().filter(|duty| duty.in_force().holds(now));
            let mut roles: Vec<String> =
                roles.map(|duty| w.t(&format!("role.{}", duty.role.name())).to_owned()).collect();
            roles.dedup();
            let identity = member.account.as_ref().map(|account| &account.identity);
            Line {
                id: member.officer.id.to_string(),
                name: identity.map_or_else(
                    || w.t("members.by_key").to_owned(),
                    |identity| identity.name.clone(),
                ),
                user_name: identity.map_or_else(String::new, |i| i.user_name.clone()),
                roles,
                suspended: member.officer.status == OfficerStatus::Suspended,
            }
        })
        .collect();
    lines.sort_by(|a, b| (a.user_name.is_empty(), &a.name).cmp(&(b.user_name.is_empty(), &b.name)));
    let page = colleague.page(w.t("members.title"));
    let may_change = colleague.may(Action::ChangeStaff, On::Nothing).is_ok();
    colleague.show(StatusCode::OK, &List { page, w, members: lines, may_change })
}
