//! Exchanging a one-time code for a session.

use jiff::{SignedDuration, Timestamp};
use niims_store::codes::{self, CodeOutcome};
use niims_store::{StoreError, sessions};
use niims_wire::Problem;
use niims_wire::resident::{ResidentHandle, SessionToken};
use rand_core::Rng;

use crate::Register;

/// How long a session lasts. People read their record in minutes, often on a
/// borrowed telephone.
const SESSION_LIFE: SignedDuration = SignedDuration::from_mins(20);

/// Signs in, or says why not, in words that fit an unknown handle as well.
pub(super) async fn run(
    register: &Register,
    who: &ResidentHandle,
    code: &str,
    at: Timestamp,
) -> Result<Result<SessionToken, Problem>, StoreError> {
    let mut tx = register.db.write().await?;
    let Some(application) = register.application_of(&mut tx, who).await? else {
        return Ok(Err(wrong()));
    };
    let outcome = codes::try_code(&mut tx, application, code.trim(), at).await?;
    let signed_in = match outcome {
        CodeOutcome::Accepted => {
            let mut bytes = [0; 32];
            register.entropy.rng().fill_bytes(&mut bytes);
            let token = hex::encode(bytes);
            sessions::open(&mut tx, &token, application, at + SESSION_LIFE).await?;
            Ok(SessionToken(token))
        }
        CodeOutcome::Expired => Err(expired()),
        CodeOutcome::Wrong { .. } | CodeOutcome::None => Err(wrong()),
    };
    // A wrong try must count even though nobody is signed in.
    tx.commit().await?;
    Ok(signed_in)
}

fn wrong() -> Problem {
    Problem::new(403, "portal.code_wrong", "This code is not right")
        .detail("Read the code in the newest message again, or ask for a new one.")
}

fn expired() -> Problem {
    Problem::new(403, "portal.code_expired", "This code is too old or was tried too often")
        .detail("Ask for a new code.")
}
