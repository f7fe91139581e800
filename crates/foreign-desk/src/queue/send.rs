//! Another desk serves us: requests go, answers come.

use core::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use niims_record::OfficerId;
use niims_wire::Clock;
use niims_wire::desk::{AnswerStanding, OutsideAsked, OutsideDesks, OutsideTerms};

use super::channel::{Arrived, Channel};
use super::{Broken, Broker, LOOK_MS, keep, until_done};
use crate::messages::{AnswerRead, PersonNamed, read_answer, write_request};
use crate::shares::share_path;

/// How cases are sent to another desk.
#[derive(Clone)]
pub struct Sends {
    pub(crate) broker: Broker,
    /// The desk's name.
    pub(crate) desk: String,
    /// Where it reaches our shares, without a path.
    pub(crate) origin: String,
    pub(crate) most_waiting: usize,
    pub(crate) lasts: SignedDuration,
    pub(crate) children: bool,
}

/// Sends cases and takes answers until `stop` is ready.
pub async fn send(
    sends: Sends,
    desks: Arc<dyn OutsideDesks>,
    clock: Clock,
    stop: impl Future<Output = ()>,
) {
    keep(|| session(&sends, &*desks, &clock), stop).await;
}

async fn session(sends: &Sends, desks: &dyn OutsideDesks, clock: &Clock) -> Result<(), Broken> {
    let desk = desks.join(&sends.desk, clock.now()).await?;
    let terms = OutsideTerms {
        desk,
        most_waiting: sends.most_waiting,
        lasts: sends.lasts,
        children: sends.children,
    };
    let mut channel = Channel::open(&sends.broker).await?;
    let mut look = tokio::time::interval(Duration::from_millis(LOOK_MS));
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            arrived = channel.next() => take(&mut channel, arrived?, desks, desk, clock).await?,
            _ = look.tick() => ask(&mut channel, sends, desks, terms, clock).await?,
        }
    }
}

/// Settles what can be, and publishes what is to be asked.
async fn ask(
    channel: &mut Channel,
    sends: &Sends,
    desks: &dyn OutsideDesks,
    terms: OutsideTerms,
    clock: &Clock,
) -> Result<(), Broken> {
    let now = clock.now();
    channel.during(desks.settle(terms.desk, now)).await??;
    channel.during(desks.offer(terms, now)).await??;
    let asked = channel.during(desks.unpublished(terms.desk)).await??;
    for asked in asked {
        channel.publish(&message(sends, &asked)).await?;
        channel.during(desks.published(asked.request, clock.now())).await??;
    }
    Ok(())
}

fn message(sends: &Sends, asked: &OutsideAsked) -> String {
    let people: Vec<PersonNamed> = asked
        .people
        .iter()
        .map(|person| PersonNamed {
            reference: person.reference.clone(),
            address: format!(
                "{}{}",
                sends.origin,
                share_path(asked.request, person.place, &person.secret)
            ),
        })
        .collect();
    write_request(&asked.request.to_string(), &people, asked.asked_at)
}

async fn take(
    channel: &mut Channel,
    arrived: Arrived,
    desks: &dyn OutsideDesks,
    desk: OfficerId,
    clock: &Clock,
) -> Result<(), Broken> {
    let read = arrived.body.as_deref().map_or(AnswerRead::Malformed, read_answer);
    match read {
        AnswerRead::Answer(answer) => {
            let request = answer.request;
            let work = until_done(|| desks.answer(desk, answer.clone(), clock.now()));
            let standing = channel.during(work).await??;
            let code = standing.code();
            match standing {
                AnswerStanding::Unknown | AnswerStanding::Contradicted => {
                    tracing::warn!(code, %request, "an answer was not taken");
                }
                _ => tracing::info!(code, %request, "an answer came"),
            }
        }
        AnswerRead::Unknown => {
            tracing::warn!(code = AnswerStanding::Unknown.code(), "an answer was not taken");
        }
        AnswerRead::Malformed => {
            tracing::warn!(code = "outside.malformed", "an answer was not taken");
        }
    }
    channel.acknowledge(&arrived).await?;
    Ok(())
}
