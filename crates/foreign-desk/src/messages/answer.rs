//! An answer: which candidates are the applicant, or that it failed.

use core::fmt::Write as _;
use core::str::FromStr as _;

use jiff::Timestamp;
use niims_mosip::write_time;
use niims_record::OutsideRequestId;
use niims_wire::desk::{ForeignDecision, ForeignReply, LONGEST_NOTE, OutsideAnswer};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ID, LARGEST_MESSAGE, LONGEST_REFERENCE, is_plain};

/// Most candidates that an answer may name. More than a request has, so that one too many is told
/// from a message that is no answer.
const MOST_NAMED: usize = 100;

/// Why a request was not decided, as the numbers of the platform's matcher have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureReason {
    /// The desk ended it.
    Aborted,
    /// The desk failed.
    Unexpected,
    /// It is not the form.
    Structure,
    /// A person has no id.
    NoReference,
    /// The request has no id.
    NoRequestId,
    /// A share cannot be fetched.
    FetchFailed,
    /// A person has no share.
    NoAddress,
    /// A share holds nothing to look at.
    NothingToCompare,
    /// Another version.
    Version,
    /// Another message.
    Id,
    /// No time, or not in the form.
    Time,
    /// A share is not what it should be.
    DocumentFormat,
    /// A share is closed.
    ShareExpired,
}

impl FailureReason {
    /// The number that is sent.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Aborted => 2,
            Self::Unexpected => 3,
            Self::Structure => 4,
            Self::NoReference => 5,
            Self::NoRequestId => 6,
            Self::FetchFailed => 7,
            Self::NoAddress => 8,
            Self::NothingToCompare => 11,
            Self::Version => 13,
            Self::Id => 14,
            Self::Time => 15,
            Self::DocumentFormat => 16,
            Self::ShareExpired => 17,
        }
    }
}

/// An answer that came.
#[derive(Debug)]
pub(crate) enum AnswerRead {
    /// It can be taken.
    Answer(OutsideAnswer),
    /// It names a request that is none of ours by its very form.
    Unknown,
    /// It is not the form.
    Malformed,
}

#[derive(Deserialize)]
struct Wire {
    id: Option<String>,
    #[serde(rename = "requestId")]
    request_id: Option<String>,
    #[serde(rename = "returnValue")]
    return_value: Option<Value>,
    #[serde(rename = "candidateList")]
    candidate_list: Option<List>,
}

#[derive(Deserialize)]
struct List {
    count: Option<Value>,
    candidates: Option<Vec<Candidate>>,
    analytics: Option<Value>,
}

#[derive(Deserialize)]
struct Candidate {
    #[serde(rename = "referenceId")]
    reference_id: Option<String>,
    analytics: Option<Value>,
}

/// Reads an answer to a request of ours, bounded before it is parsed.
///
/// What says "nobody matched" must say so: an answer without a list of candidates, or with a count
/// that is not the list's, is malformed and not a decision that two people differ.
pub(crate) fn read_answer(body: &[u8]) -> AnswerRead {
    if body.len() > LARGEST_MESSAGE {
        return AnswerRead::Malformed;
    }
    let Ok(wire) = serde_json::from_slice::<Wire>(body) else { return AnswerRead::Malformed };
    if wire.id.as_deref() != Some(ID) {
        return AnswerRead::Malformed;
    }
    let Some(request) = wire.request_id.as_deref() else { return AnswerRead::Malformed };
    let Ok(request) = OutsideRequestId::from_str(request) else { return AnswerRead::Unknown };
    let matched = match wire.return_value.as_ref().and_then(number) {
        Some(1) => match wire.candidate_list.as_ref().and_then(references) {
            Some(matched) => Some(matched),
            None => return AnswerRead::Malformed,
        },
        Some(2) => None,
        _ => return AnswerRead::Malformed,
    };
    let note = wire.candidate_list.as_ref().and_then(note);
    AnswerRead::Answer(OutsideAnswer { request, matched, note })
}

/// Writers differ in whether a number is one or a text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn references(list: &List) -> Option<Vec<String>> {
    let candidates = list.candidates.as_deref().unwrap_or_default();
    let stated = match &list.count {
        None | Some(Value::Null) => candidates.len() as u64,
        Some(count) => number(count)?,
    };
    if stated != candidates.len() as u64 || candidates.len() > MOST_NAMED {
        return None;
    }
    let named = candidates.iter().map(|candidate| {
        let reference = candidate.reference_id.as_deref()?;
        is_plain(reference, LONGEST_REFERENCE).then(|| reference.to_owned())
    });
    named.collect()
}

/// What the people of the other desk wrote, cut to what a note may hold.
fn note(list: &List) -> Option<String> {
    let of_candidates = list.candidates.iter().flatten().filter_map(|one| one.analytics.as_ref());
    let mut text = String::new();
    for analytics in list.analytics.iter().chain(of_candidates) {
        for name in ["primaryOperatorComments", "secondaryOperatorComments"] {
            if let Some(said) = analytics.get(name).and_then(Value::as_str) {
                let said = said.trim();
                if !said.is_empty() {
                    let _ = writeln!(text, "{said}");
                }
            }
        }
    }
    let kept: String = text
        .trim()
        .chars()
        .filter(|sign| !sign.is_control() || *sign == '\n')
        .take(LONGEST_NOTE)
        .collect();
    (!kept.is_empty()).then_some(kept)
}

/// Writes what our reviewers decided. Who they are is nobody else's business; why stands in codes.
pub(crate) fn write_reply(reply: &ForeignReply, at: Timestamp) -> String {
    let why = reply.reasons.join(" ");
    let mut message = begin(&reply.request, at);
    match &reply.decision {
        ForeignDecision::Matched(reference) => {
            let analytics = json!({ "primaryOperatorComments": why });
            message["returnValue"] = "1".into();
            message["candidateList"] = json!({
                "count": "1",
                "candidates": [{ "referenceId": reference, "analytics": analytics }],
            });
        }
        ForeignDecision::NoMatch => {
            message["returnValue"] = "1".into();
            message["candidateList"] = json!({
                "count": "0",
                "candidates": [],
                "analytics": { "primaryOperatorComments": why },
            });
        }
        ForeignDecision::Undecided(verdict) => {
            message["returnValue"] = "2".into();
            message["failureReason"] = FailureReason::Aborted.number().to_string().into();
            message["candidateList"] = json!({
                "count": "0",
                "candidates": [],
                "analytics": { "decision": verdict, "primaryOperatorComments": why },
            });
        }
    }
    message.to_string()
}

/// Writes that a request was not decided.
pub(crate) fn write_failure(request: &str, reason: FailureReason, at: Timestamp) -> String {
    let mut message = begin(request, at);
    message["returnValue"] = "2".into();
    message["failureReason"] = reason.number().to_string().into();
    message["candidateList"] = json!({ "count": "0", "candidates": [] });
    message.to_string()
}

fn begin(request: &str, at: Timestamp) -> Value {
    json!({ "id": ID, "requestId": request, "responsetime": write_time(at) })
}

#[cfg(test)]
mod tests {
    use niims_record::CaseId;

    use super::*;

    const REQUEST: &str = "10101010-1010-1010-1010-101010101010";

    fn read(text: &str) -> Option<(Option<Vec<String>>, Option<String>)> {
        match read_answer(text.as_bytes()) {
            AnswerRead::Answer(answer) => Some((answer.matched, answer.note)),
            AnswerRead::Unknown | AnswerRead::Malformed => None,
        }
    }

    fn reply(decision: ForeignDecision) -> String {
        let case = CaseId::from_bytes([1; 16]);
        let reasons = vec!["adjudication.prints_agree".to_owned()];
        let reply = ForeignReply { case, request: REQUEST.into(), decision, reasons };
        write_reply(&reply, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn what_one_desk_writes_another_reads() {
        let note = || Some("adjudication.prints_agree".to_owned());
        let check = |decision, matched: Option<&[&str]>| {
            let want = matched.map(|found| found.iter().map(|&one| one.to_owned()).collect());
            assert_eq!(read(&reply(decision)), Some((want, note())));
        };
        check(ForeignDecision::Matched("p-2".into()), Some(&["p-2"]));
        check(ForeignDecision::NoMatch, Some(&[]));
        check(ForeignDecision::Undecided("ask_recapture"), None);
        let failure = write_failure(REQUEST, FailureReason::FetchFailed, Timestamp::UNIX_EPOCH);
        assert_eq!(read(&failure), Some((None, None)));
    }

    #[test]
    fn an_answer_that_is_none_decides_nothing() {
        let with = |rest: &str| format!(r#"{{"id":"{ID}","requestId":"{REQUEST}",{rest}}}"#);
        assert!(read(&with(r#""returnValue":"1","candidateList":{}"#)).is_some());
        assert!(read(&with(r#""returnValue":1,"candidateList":{"count":0}"#)).is_some());
        for rest in [
            r#""returnValue":"1""#,
            r#""returnValue":"1","candidateList":null"#,
            r#""returnValue":"3","candidateList":{}"#,
            r#""candidateList":{}"#,
            r#""returnValue":"1","candidateList":{"count":"1"}"#,
            r#""returnValue":"1","candidateList":{"count":"0","candidates":[{"referenceId":"a"}]}"#,
            r#""returnValue":"1","candidateList":{"candidates":[{"referenceId":"a b"}]}"#,
            r#""returnValue":"1","candidateList":{"candidates":[{}]}"#,
        ] {
            assert!(matches!(read_answer(with(rest).as_bytes()), AnswerRead::Malformed), "{rest}");
        }
        let other = with(r#""returnValue":"2""#).replace(REQUEST, "not of ours");
        assert!(matches!(read_answer(other.as_bytes()), AnswerRead::Unknown));
        let other = with(r#""returnValue":"2""#).replace("manual", "manuel");
        assert!(matches!(read_answer(other.as_bytes()), AnswerRead::Malformed));
    }

    #[test]
    fn words_are_cut_and_cleaned() {
        let long = "x".repeat(LONGEST_NOTE * 2);
        let text = format!(
            r#"{{"id":"{ID}","requestId":"{REQUEST}","returnValue":1,"candidateList":{{"count":1,
               "candidates":[{{"referenceId":"a","analytics":{{"primaryOperatorComments":"\u0007same",
               "secondaryOperatorComments":"{long}"}}}}]}}}}"#
        );
        let (_, note) = read(&text).unwrap();
        let note = note.unwrap();
        assert!(note.starts_with("same\nxxx"));
        assert_eq!(note.chars().count(), LONGEST_NOTE);
    }
}
