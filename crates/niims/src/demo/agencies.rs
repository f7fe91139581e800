//! Agencies ask over HTTP, as they would: a token, a question, a freeze, a lift.

use anyhow::{Context, Result, anyhow, bail};
use jiff::Timestamp;
use niims_exchange::NewClient;
use niims_record::freeze::Power;
use niims_wire::freeze::{FreezeControl, FreezeOrder};
use serde_json::{Value, json};

use super::world::World;

/// A question about somebody whose record is known to the demonstration.
#[derive(Clone)]
pub struct Known {
    /// The number on the slip.
    pub application_number: String,
    /// The number.
    pub number: String,
    /// The full name.
    pub name: String,
    /// The date of birth, where the day is known.
    pub day: Option<String>,
}

/// What came back.
#[derive(Debug, Default)]
pub struct AgencyReport {
    /// Questions answered.
    pub answered: usize,
    /// Of them, with every attribute agreeing as it should.
    pub agreed: usize,
    /// A wrong name got no.
    pub wrong_name_refused: bool,
    /// Another agency asks under its own purpose.
    pub other_agency: u16,
    /// A foreign purpose got 403.
    pub foreign_purpose: u16,
    /// Under the freeze.
    pub frozen: u16,
    /// After the lift.
    pub lifted: u16,
}

/// Asks about everybody, then shows what a purpose and a freeze stop.
pub async fn ask_all(world: &World, base: &str, known: &[Known]) -> Result<AgencyReport> {
    let mut report = AgencyReport::default();
    let token = token(base, &world.nhif).await?;
    let purpose = "nhif.member_verification";
    for person in known {
        let (status, answer) =
            ask(base, &token, purpose, person, &person.name, person.day.as_deref()).await?;
        if status != 200 {
            bail!("an honest question got {status}");
        }
        report.answered += 1;
        let agreed = ["number", "name", "date_of_birth"]
            .iter()
            .all(|attribute| answer.get(attribute).is_none_or(|value| value == &json!(true)));
        report.agreed += usize::from(agreed);
    }
    let first = known.first().ok_or_else(|| anyhow!("nobody has a number"))?;
    let (_, answer) = ask(base, &token, purpose, first, "Somebody Else", None).await?;
    report.wrong_name_refused = answer.get("name") == Some(&json!(false));
    report.foreign_purpose =
        ask(base, &token, "kra.pin_verification", first, &first.name, None).await?.0;
    let other = self::token(base, &world.kra).await?;
    report.other_agency =
        ask(base, &other, "kra.pin_verification", first, &first.name, None).await?.0;
    let order = FreezeOrder {
        power: Power::Share,
        agency: None,
        county: None,
        order: "Demonstration order 1".into(),
    };
    let register = &world.centre.register;
    let freeze = register.freeze(order, Timestamp::now()).await?;
    report.frozen = ask(base, &token, purpose, first, &first.name, None).await?.0;
    register.lift(freeze, "Demonstration order 2", Timestamp::now()).await?;
    report.lifted = ask(base, &token, purpose, first, &first.name, None).await?.0;
    Ok(report)
}

async fn token(base: &str, client: &NewClient) -> Result<String> {
    let url = format!("{base}/exchange/v1/token");
    let (id, secret) = (client.client_id.to_string(), client.secret.clone());
    let answer: Value = tokio::task::spawn_blocking(move || -> Result<Value> {
        let form =
            [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", &secret)];
        let mut answer = ureq::post(&url).send_form(form)?;
        Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
    })
    .await??;
    let token = answer["access_token"].as_str().context("the exchange gave no token")?;
    Ok(token.to_owned())
}

async fn ask(
    base: &str,
    token: &str,
    purpose: &str,
    person: &Known,
    name: &str,
    day: Option<&str>,
) -> Result<(u16, Value)> {
    let question = json!({
        "huduma_namba": person.number,
        "purpose": purpose,
        "officer": "demo-officer-1",
        "name": name,
        "date_of_birth": day,
    });
    let (url, bearer) = (format!("{base}/exchange/v1/match"), format!("Bearer {token}"));
    tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent
            .post(&url)
            .header("authorization", bearer)
            .header("content-type", "application/json")
            .send(question.to_string())?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_string()?;
        Ok((status, serde_json::from_str(&body).unwrap_or(Value::Null)))
    })
    .await?
}
