//! `/staff/resume`: a form that was posted after the session had ended, to be sent again.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use niims_store::staff::drafts::{self, Draft};
use niims_web::{Cookie, Page, Words};

use crate::http::Colleague;
use crate::http::guard::DRAFT;
use crate::staff::StaffError;

#[derive(Template)]
#[template(path = "staff_resume.html")]
struct Resume<'a> {
    page: Page<'a>,
    w: Words<'a>,
    draft: Draft,
}

/// `GET /staff/resume`.
pub(super) async fn show(colleague: Colleague) -> Response {
    let w = colleague.words();
    let Some(token) = token(&colleague) else { return colleague.go_to("/staff") };
    let found = async {
        let mut tx = colleague.accounts().db.read().await?;
        Ok::<_, StaffError>(drafts::find(&mut tx, &token, colleague.officer()).await?)
    };
    match found.await {
        Ok(Some(draft)) => {
            let page = colleague.page(w.t("resume.title"));
            let mut response = colleague.show(StatusCode::OK, &Resume { page, w, draft });
            colleague.console.shell.set(&mut response, &Cookie::gone(DRAFT));
            response
        }
        // Another colleague signed in at this desk; the form is not theirs to see.
        Ok(None) => colleague.go_to("/staff"),
        Err(error) => colleague.show_error(&error),
    }
}

/// `POST /staff/resume/forget`.
pub(super) async fn forget(colleague: Colleague) -> Response {
    let forget = async {
        let mut tx = colleague.accounts().db.write().await?;
        drafts::forget(&mut tx, colleague.officer()).await?;
        tx.commit().await?;
        Ok::<_, StaffError>(())
    };
    match forget.await {
        Ok(()) => {
            let mut response = colleague.go_to("/staff");
            colleague.console.shell.set(&mut response, &Cookie::gone(DRAFT));
            response
        }
        Err(error) => colleague.show_error(&error),
    }
}

fn token(colleague: &Colleague) -> Option<String> {
    let token = colleague.console.shell.cookie(&colleague.visitor, DRAFT)?;
    (1..=64).contains(&token.len()).then(|| token.to_owned())
}
