//! The notice: read whole, in a language that the hearer understands, before anything else.

use jiff::Timestamp;
use rand_core::CryptoRng;

use super::{InterviewOf, NoticeRead, Stage, notice_of};
use crate::capture::EnrolRefused;
use crate::kit::Kit;

impl Kit {
    /// Saves that the notice was read in this language. A consent to another notice falls.
    ///
    /// # Errors
    /// As of every change: `interview.not_yet`, `kit.…`.
    pub fn notice_read(
        &mut self,
        of: InterviewOf,
        language: &str,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(), EnrolRefused> {
        self.change_interview(of, Stage::Notice, now, rng, |interview, kit| {
            let pack = &kit.options.pack;
            let notice = notice_of(interview, pack, pack.today(now))
                .and_then(|id| pack.notice(id))
                .ok_or(EnrolRefused::NotYet { stage: Stage::Age })?;
            if interview.notice.as_ref().is_none_or(|read| read.id != notice.id) {
                interview.consents.clear();
            }
            interview.notice = Some(NoticeRead {
                id: notice.id.clone(),
                version: notice.version.clone(),
                language: language.to_owned(),
                read_at: now,
            });
            Ok(())
        })
    }
}
