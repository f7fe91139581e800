//! `POST /exchange/v1/match`: do number, name and date of birth agree?

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::civil::Date;
use niims_record::number::HudumaNamba;
use niims_wire::Problem;
use niims_wire::agency::MatchQuestion;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::refusal::{Body, ProblemBody, Refusal};
use crate::state::ExchangeState;
use crate::token;

/// Longest name and officer text, in characters.
const LONGEST_NAME: usize = 400;
const LONGEST_OFFICER: usize = 64;

/// A question about one person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Question)]
pub struct QuestionBody {
    /// The Huduma Namba, twelve digits; spaces do not count.
    #[schema(min_length = 12, max_length = 40)]
    huduma_namba: String,
    /// The purpose, a code of the purpose register.
    #[schema(example = "nhif.member_verification", max_length = 80)]
    purpose: String,
    /// The officer who asks, as a pseudonym that the agency can resolve.
    #[schema(min_length = 1, max_length = 64)]
    officer: String,
    /// The full name as the agency has it, in any order.
    #[schema(max_length = 400)]
    name: Option<String>,
    /// The date of birth as the agency has it.
    #[schema(value_type = Option<String>, format = Date, example = "1990-04-17")]
    date_of_birth: Option<String>,
}

/// Yes or no per attribute asked.
#[derive(Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct AnswerBody {
    /// The number is that of a living person.
    number: bool,
    /// The name agrees; absent when not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    name: Option<bool>,
    /// The date of birth agrees; absent when not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    date_of_birth: Option<bool>,
    /// What this answer does not prove (requirements R012, R013).
    assurance: &'static str,
}

/// Asks whether attributes agree with the record behind a number.
#[utoipa::path(
    post,
    path = "/exchange/v1/match",
    tag = "questions",
    security(("agency" = ["match"])),
    request_body = QuestionBody,
    responses(
        (status = 200, description = "Yes or no per attribute", body = AnswerBody),
        (status = 400, description = "Not well-formed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not this purpose, or not this agency's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A member is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 423, description = "Sharing is frozen by an order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "The centre failed; nothing was disclosed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn ask(
    State(state): State<ExchangeState>,
    headers: HeaderMap,
    body: Result<Body<QuestionBody>, Refusal>,
) -> Result<Json<AnswerBody>, Refusal> {
    let agency = token::agency_of(&state, &headers).await?;
    let question = read_question(body?.0, agency, &state)?;
    let answer = state.questions.ask(question).await?;
    Ok(Json(AnswerBody {
        number: answer.number,
        name: answer.name,
        date_of_birth: answer.date_of_birth,
        assurance: "Agreement of data is not proof of identity: whoever shows a number may not \
                    be its holder. See the card, or compare a fingerprint.",
    }))
}

fn read_question(
    body: QuestionBody,
    agency: String,
    state: &ExchangeState,
) -> Result<MatchQuestion, Refusal> {
    let number: HudumaNamba =
        body.huduma_namba.parse().map_err(|error: niims_record::number::NumberError| {
            wrong(error.code(), &error.to_string(), "huduma_namba")
        })?;
    let officer = body.officer.trim();
    if officer.is_empty() || officer.chars().count() > LONGEST_OFFICER {
        let detail = "Name the officer who asks by a pseudonym of 1 to 64 characters.";
        return Err(wrong("exchange.officer_missing", detail, "officer"));
    }
    if body.name.as_deref().is_some_and(|name| name.chars().count() > LONGEST_NAME) {
        let detail = "A name has at most 400 characters.";
        return Err(wrong("exchange.name_too_long", detail, "name"));
    }
    let date_of_birth = body.date_of_birth.as_deref().map(read_date).transpose()?;
    Ok(MatchQuestion {
        agency,
        officer: officer.to_owned(),
        purpose: body.purpose,
        number,
        name: body.name,
        date_of_birth,
        at: state.clock.now(),
    })
}

fn read_date(text: &str) -> Result<Date, Refusal> {
    let shape = text.len() == 10 && text.is_ascii();
    text.parse().ok().filter(|_| shape).ok_or_else(|| {
        let detail = "Send the date as YYYY-MM-DD.";
        wrong("exchange.date_malformed", detail, "date_of_birth")
    })
}

fn wrong(code: &str, detail: &str, member: &str) -> Refusal {
    Refusal(Problem::new(422, code, "A member of the question is wrong").detail(detail).at(member))
}
