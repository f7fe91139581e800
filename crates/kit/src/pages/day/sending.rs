//! How the sending in the background goes.

use niims_store::kit::{PacketRow, PacketState};
use niims_web::{SectionRows, date_time};

use crate::pages::guest::Officer;
use crate::pages::sender::Sending;
use crate::pages::view::row;

/// Bytes that the centre lacks, and how many of their packets it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progress {
    sent: u64,
    all: u64,
}

impl Progress {
    pub fn of(packets: &[PacketRow]) -> Self {
        let sealed = packets.iter().filter(|row| row.state == PacketState::Sealed);
        sealed.fold(Self { sent: 0, all: 0 }, |so_far, row| Self {
            sent: so_far.sent + row.upload_offset.min(row.sealed.length),
            all: so_far.all + row.sealed.length,
        })
    }
}

/// `None` on a kit that sends by its button alone.
pub(super) fn section(officer: &Officer, progress: Progress) -> Option<SectionRows> {
    let sending = officer.pages.sender.as_ref()?.state();
    let w = officer.words();
    let words = match sending {
        Sending::Idle => w.t("sending.idle").to_owned(),
        Sending::UnderWay => w.t("sending.under_way").to_owned(),
        Sending::Portal => w.t("sending.portal").to_owned(),
        Sending::Stopped { code } => w.fill_one("sending.stopped", "code", &code),
        Sending::Waits { code, again_at } => {
            let offset = officer.pack.settings().utc_offset;
            let at = date_time(officer.shell_words(), again_at, offset);
            w.fill("sending.waits", &[("code", &code), ("at", &at)])
        }
    };
    let mut rows = vec![row(w.t("sending.state"), words)];
    if progress.all > 0 {
        let kilobytes = |bytes: u64| bytes.div_ceil(1000).to_string();
        let (sent, all) = (kilobytes(progress.sent), kilobytes(progress.all));
        let words = w.fill("sending.kilobytes", &[("sent", &sent), ("all", &all)]);
        rows.push(row(w.t("sending.progress"), words));
    }
    Some(SectionRows { title: w.t("sending.title").to_owned(), rows })
}
