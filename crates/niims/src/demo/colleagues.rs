//! Staff of the demonstration, who can sign in at once: nobody of them exists.

use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use niims_console::{NewAccount, add_account, code_at, set_up_known};
use niims_portal::demo_pages::{DemoEntry, DemoSection};
use niims_record::OfficerId;
use niims_record::staff::Role;
use serde_json::{Value, json};

use crate::ambient;
use crate::centre::Centre;
use crate::commands::staff;

/// Role, user name and name of each. Two administrators, for nobody gives a role alone.
const WHO: [(Role, &str, &str); 11] = [
    (Role::Administrator, "demo.administrator.1", "Synthetic Administrator One"),
    (Role::Administrator, "demo.administrator.2", "Synthetic Administrator Two"),
    (Role::Adjudicator, "demo.adjudicator.1", "Synthetic Adjudicator One"),
    (Role::Adjudicator, "demo.adjudicator.2", "Synthetic Adjudicator Two"),
    (Role::SeniorAdjudicator, "demo.senior", "Synthetic Senior Adjudicator"),
    (Role::Auditor, "demo.auditor", "Synthetic Auditor"),
    (Role::Supervisor, "demo.supervisor", "Synthetic Supervisor"),
    // Relief: nobody decides more cases in an hour than eyes bear.
    (Role::Adjudicator, "demo.adjudicator.3", "Synthetic Adjudicator Three"),
    (Role::Adjudicator, "demo.adjudicator.4", "Synthetic Adjudicator Four"),
    (Role::FleetManager, "demo.fleet", "Synthetic Fleet Manager"),
    (Role::RegistrationOfficer, "demo.officer", "Synthetic Registration Officer"),
];

/// One log-in.
#[derive(Clone)]
struct Login {
    officer: OfficerId,
    user_name: &'static str,
    secret: [u8; 20],
}

/// Everybody, under one password that this run drew.
#[derive(Clone)]
pub struct Colleagues {
    password: String,
    logins: Arc<Vec<Login>>,
}

/// Makes their accounts.
pub async fn make(centre: &Centre) -> Result<Colleagues> {
    let drawn = (ambient::page_entropy())();
    let password = format!("demo {} {}", hex::encode(&drawn[..4]), hex::encode(&drawn[4..8]));
    let mut logins = Vec::with_capacity(WHO.len());
    for (role, user_name, name) in WHO {
        let officer = staff::add_usual(centre, &[role]).await?;
        let (now, entropy) = (Timestamp::now(), ambient::entropy());
        add_account(&centre.db, &entropy, NewAccount { officer, user_name, name }, now).await?;
        let known = (officer, password.as_str());
        let secret = set_up_known(&centre.db, &entropy, known, now).await?;
        logins.push(Login { officer, user_name, secret });
    }
    Ok(Colleagues { password, logins: Arc::new(logins) })
}

impl Colleagues {
    /// Two adjudicators and a senior one, who decide the cases of the demonstration.
    pub fn deciders(&self) -> [OfficerId; 3] {
        [2, 3, 4].map(|place| self.logins[place].officer)
    }

    /// The part of the index page, with the codes of this moment.
    pub fn section(&self, now: Timestamp) -> DemoSection {
        let entry = |name: &str, address: Option<&str>, details: Vec<String>| DemoEntry {
            name: name.to_owned(),
            address: address.map(str::to_owned),
            details,
        };
        let mut entries = vec![entry(
            "Pages of staff",
            Some("/staff"),
            vec![
                format!("Password of all: {}", self.password),
                "A code works once and for half a minute: load this page again for the next."
                    .into(),
                "Passkeys need the host name localhost instead of 127.0.0.1.".into(),
            ],
        )];
        entries.extend(self.logins.iter().map(|login| {
            let (code, letters) = code_at(&login.secret, now);
            let lines = vec![format!("Code now: {code}"), format!("Letters for an app: {letters}")];
            entry(login.user_name, None, lines)
        }));
        DemoSection { title: "Staff".to_owned(), entries }
    }

    /// Prints the log-ins.
    pub fn print(&self, base: &str) {
        println!("Staff at {base}/staff, all with the password: {}", self.password);
        for login in self.logins.iter() {
            let (code, letters) = code_at(&login.secret, Timestamp::now());
            println!("  {:<22} code now {code}   app {letters}", login.user_name);
        }
        println!("Codes change every half minute; {base}/demo shows those of the moment.");
    }

    /// The log-ins as JSON, for the browser tests.
    pub fn json(&self) -> Value {
        let all = self.logins.iter().map(|login| {
            json!({
                "user_name": login.user_name,
                "password": self.password,
                "secret": code_at(&login.secret, Timestamp::UNIX_EPOCH).1,
            })
        });
        Value::Array(all.collect())
    }
}
