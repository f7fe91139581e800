//! Results that are sent later: to which address, and as what.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use niims_record::JobId;

use super::fault::Fault;
use super::messages::ids::TaskId;
use super::messages::limits::LONGEST_ADDRESS;
use super::refusal::Refusal;
use super::state::Context;
use super::telling::Message;
use crate::service::tasks::{Callback, CallbackForm, CallbackMessage, EndedTask};

/// The name under which tasks of this interface are kept.
pub const EDGE: &str = "osia";

/// The form in which this interface tells of tasks that ended.
pub struct OsiaCallbacks;

impl CallbackForm for OsiaCallbacks {
    fn message(&self, ended: &EndedTask) -> CallbackMessage {
        let Some(context) = context(&ended.callback) else {
            // It was written by another version; the client hears at least that it failed.
            return error(ended.callback.url.clone(), &Refusal::unreadable());
        };
        let url = address(&ended.callback.url, &context.transaction, &ended.id.to_string());
        let told = match &ended.outcome {
            Ok(answer) => context.telling.message(answer),
            Err(code) => Err(Refusal::of_task(code)),
        };
        let of = |content_type, body| CallbackMessage { url: url.clone(), content_type, body };
        match told {
            Ok(Message::Json(body)) => of("application/json", body),
            Ok(Message::Csv(body)) => of("text/csv; charset=utf-8", body.into_bytes()),
            Ok(Message::Done) => of("application/json", b"\"OK\"".to_vec()),
            Err(refusal) => error(url, &refusal),
        }
    }
}

/// What to keep of a callback.
///
/// # Errors
/// [`Fault`] for an address with a fragment, or with no room for what is added to it.
pub fn of(url: String, context: &Context) -> Result<Callback, Refusal> {
    let whole = address(&url, &context.transaction, &"0".repeat(36));
    if url.contains('#') || whole.len() > LONGEST_ADDRESS {
        let must = "an address without fragment, short enough to add both ids to its query";
        return Err(Fault::Parameter { name: "callback", must }.into());
    }
    let context = serde_json::to_vec(context).map_err(|_| Refusal::unreadable())?;
    Ok(Callback { url, edge: EDGE.to_owned(), context })
}

/// What was kept of the request behind a callback of this interface.
pub fn context(callback: &Callback) -> Option<Context> {
    if callback.edge != EDGE {
        return None;
    }
    serde_json::from_slice(&callback.context).ok()
}

/// The answer to a request that became a task.
pub fn taken(task: JobId) -> Response {
    (StatusCode::ACCEPTED, axum::Json(TaskId { task_id: task.to_string() })).into_response()
}

/// The address with both ids added to its query.
fn address(url: &str, transaction: &str, task: &str) -> String {
    let ids = [("transactionId", transaction), ("taskId", task)];
    let ids = serde_urlencoded::to_string(ids.as_slice()).unwrap_or_default();
    let sign = if url.contains('?') { '&' } else { '?' };
    format!("{url}{sign}{ids}")
}

fn error(url: String, refusal: &Refusal) -> CallbackMessage {
    let body = serde_json::to_vec(&refusal.error).unwrap_or_default();
    CallbackMessage { url, content_type: "application/error+json", body }
}

#[cfg(test)]
mod tests {
    use niims_record::ClientId;

    use super::*;
    use crate::osia::convert::candidates::Sight;
    use crate::osia::telling::Telling;
    use crate::service::Identified;
    use crate::service::tasks::Answer;

    fn kept(url: &str, telling: Telling) -> Result<Callback, Refusal> {
        let transaction = "a b&c".to_owned();
        of(url.to_owned(), &Context { client: ClientId::from_bytes([7; 16]), transaction, telling })
    }

    fn sent(
        url: &str,
        telling: Telling,
        outcome: Result<Answer, &str>,
    ) -> (String, &'static str, String) {
        let ended = EndedTask {
            id: JobId::from_bytes([1; 16]),
            kind: "any".to_owned(),
            outcome: outcome.map_err(ToOwned::to_owned),
            callback: kept(url, telling).unwrap(),
        };
        let message = OsiaCallbacks.message(&ended);
        (message.url, message.content_type, String::from_utf8(message.body).unwrap())
    }

    #[test]
    fn results_and_refusals_are_told_in_the_standards_form() {
        let nobody = Identified::Complete { candidates: vec![], seen_below: 1, findings: vec![] };
        let partly = Identified::Incomplete { candidates: vec![], covered_permille: 500 };
        let search = || Telling::Candidates(Sight::Ranks);
        for (telling, outcome, kind, body) in [
            (Telling::Done, Ok(Answer::Done), "application/json", "\"OK\""),
            (search(), Ok(Answer::Identified(nobody)), "application/json", "[]"),
            (
                search(),
                Ok(Answer::Identified(partly)),
                "application/error+json",
                "{\"code\":50005,",
            ),
            (search(), Err("abis.gallery_unknown"), "application/error+json", "{\"code\":40402,"),
            (search(), Ok(Answer::Done), "application/error+json", "{\"code\":50001,"),
        ] {
            let (url, content_type, text) = sent("http://a.example/x?y=1", telling, outcome);
            assert!(
                url.starts_with("http://a.example/x?y=1&transactionId=a+b%26c&taskId="),
                "{url}"
            );
            assert_eq!(content_type, kind);
            assert!(text.starts_with(body), "{text}");
        }
    }

    #[test]
    fn addresses_without_room_are_refused() {
        let long = format!("http://a.example/{}", "a".repeat(LONGEST_ADDRESS - 20));
        for (url, accepted) in
            [("http://a.example/x", true), ("http://a.example/x#y", false), (&long, false)]
        {
            assert_eq!(kept(url, Telling::Done).is_ok(), accepted, "{url}");
        }
    }
}
