//! What is stated of reviewers: their training, and tokens of those whom they must not decide on.

use jiff::Timestamp;
use niims_record::desk::Skill;
use niims_record::{ApplicationId, OfficerId};
use sqlx::query;

use crate::row::json;
use crate::{BlindToken, Keyring, StoreError, Tx};

/// Something that keeps a reviewer from a case, before it is made a token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Tie {
    /// The officer took part: captured, decided, or saw it in another round.
    Officer(OfficerId),
    /// An application in the case, which may be the reviewer's own.
    Application(ApplicationId),
    /// A family name, folded.
    Family(String),
    /// A place: code of the area and name of the village, folded.
    Place(String, String),
}

impl Tie {
    /// Its token. Tokens of different kinds never meet.
    pub fn token(&self, keyring: &Keyring) -> BlindToken {
        let (kind, value) = match self {
            Self::Officer(id) => ("officer", id.as_bytes().to_vec()),
            Self::Application(id) => ("application", id.as_bytes().to_vec()),
            Self::Family(name) => ("family", name.clone().into_bytes()),
            Self::Place(area, village) => ("place", format!("{area}\n{village}").into_bytes()),
        };
        keyring.blind(&format!("desk.tie.{kind}"), &value)
    }
}

/// Replaces what is stated of a reviewer. The reviewer's own token counts without being stated.
pub async fn state(
    tx: &mut Tx,
    officer: OfficerId,
    skills: &[Skill],
    ties: &[Tie],
    by: OfficerId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO reviewer_profile (officer, skills, stated_by, stated_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (officer) DO UPDATE SET \
             skills = excluded.skills, stated_by = excluded.stated_by, \
             stated_at = excluded.stated_at",
        )
        .bind(officer.as_bytes().to_vec())
        .bind(json(&skills)?)
        .bind(by.as_bytes().to_vec())
        .bind(at.as_millisecond()),
    )
    .await?;
    tx.execute(
        query("DELETE FROM reviewer_term WHERE officer = $1").bind(officer.as_bytes().to_vec()),
    )
    .await?;
    for tie in ties {
        add(tx, officer, tie).await?;
    }
    Ok(())
}

async fn add(tx: &mut Tx, officer: OfficerId, tie: &Tie) -> Result<(), StoreError> {
    let token = tie.token(tx.keyring());
    tx.execute(
        query("INSERT INTO reviewer_term (officer, token) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(officer.as_bytes().to_vec())
            .bind(token.to_vec()),
    )
    .await?;
    Ok(())
}

/// What a reviewer is trained for: everything where nothing is stated.
pub async fn skills(tx: &mut Tx, officer: OfficerId) -> Result<Vec<Skill>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT skills FROM reviewer_profile WHERE officer = $1")
                .bind(officer.as_bytes().to_vec()),
        )
        .await?;
    let stated: Vec<Skill> = row.map(|row| row.json("skills")).transpose()?.unwrap_or_default();
    Ok(if stated.is_empty() { Skill::ALL.to_vec() } else { stated })
}
