//! A one-time code to the telephone on record.

use jiff::{SignedDuration, Timestamp};
use niims_record::MessageId;
use niims_store::{StoreError, codes, messages};
use niims_wire::resident::ResidentHandle;
use rand_core::Rng;

use crate::steps::search_demographics::load_record;
use crate::{Register, texts};

/// How long a code can be used. Rural SMS take minutes; ten are enough for nearly all.
pub(super) const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Wrong tries that a code survives. Five tries at a million codes: one chance in
/// 200,000 for whoever guesses.
const ATTEMPTS: u32 = 5;
/// Most codes for one record in an hour: each costs an SMS and a chance to guess.
const MOST_PER_HOUR: u64 = 5;

/// Sends a code, if the handle is known, has a telephone, and did not ask too
/// often. The caller cannot tell which: the answer is always the same.
pub(super) async fn run(
    register: &Register,
    who: &ResidentHandle,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut tx = register.db.write().await?;
    let Some(application) = register.application_of(&mut tx, who).await? else { return Ok(()) };
    let Ok(record) = load_record(&mut tx, application).await else { return Ok(()) };
    let Some(to) = record.phone else { return Ok(()) };
    let hour_ago = at - SignedDuration::from_hours(1);
    if codes::count_asked_since(&mut tx, application, hour_ago).await? >= MOST_PER_HOUR {
        return Ok(());
    }
    let code = draw_code(&mut register.entropy.rng());
    codes::put(&mut tx, application, &code, at, at + CODE_LIFE, ATTEMPTS).await?;
    let message = messages::Message {
        id: MessageId::random(&mut register.entropy.rng()),
        application,
        kind: "one_time_code".into(),
        to,
        body: texts::text("message.one_time_code").replace("{code}", &code),
        created_at: at,
        sent_at: None,
    };
    messages::enqueue(&mut tx, &message).await?;
    tx.commit().await
}

/// Six digits, uniformly.
fn draw_code(rng: &mut impl Rng) -> String {
    // 2⁶⁴ is not a multiple of a million; the bias is below 10⁻¹³.
    format!("{:06}", rng.next_u64() % 1_000_000)
}
