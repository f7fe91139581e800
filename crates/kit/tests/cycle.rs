//! From capture to deletion against a centre over TCP, through broken lines and false receipts.

#![allow(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

mod common;
#[path = "common/server.rs"]
mod server;

use std::path::{Path, PathBuf};
use std::time::Duration;

use common::{Capture, Centre, files_in, later, new_kit, now, open_all, options, picture, rng};
use jiff::Timestamp;
use niims_kit::{CHUNK_BYTES, DeleteReport, Kit, Link, PacketCounts, PacketState};
use server::{Fault, Server};

struct Field {
    folder: tempfile::TempDir,
    centre: Centre,
    server: Server,
    kit: Kit,
    pauses: u32,
}

impl Field {
    fn new(kit: u8) -> Self {
        let centre = Centre::new();
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(centre.log.clone());
        let kit = new_kit(&folder.path().join("kit"), kit, &centre);
        register(&server, &kit);
        server.shared.lock().unwrap().now = Some(now());
        Self { folder, centre, server, kit, pauses: 0 }
    }

    fn kit_folder(&self) -> PathBuf {
        self.folder.path().join("kit")
    }

    /// Enrols and seals residents with documents of about 600 kB: three chunks each.
    fn seal(&mut self, count: u32) {
        for n in 0..count {
            let number = format!("NUMBER-{n}-{}", self.kit.packets().unwrap().len());
            let capture = Capture::adult(self.folder.path().join(&number), &number);
            capture.put("documents/national_id_2.png", &picture(600, 700, u64::from(n)));
            capture.enrol(&mut self.kit).unwrap();
        }
        let sealed = self.kit.packets().unwrap().len() as u64;
        let report = self.kit.seal_pending(now(), &mut rng(7 + sealed)).unwrap();
        assert_eq!((report.sealed.len() as u32, report.failed.len()), (count, 0));
    }

    fn linked<T>(&mut self, time: Timestamp, act: impl FnOnce(&mut Kit, &mut Link<'_>) -> T) -> T {
        let clock = || time;
        let pauses = &mut self.pauses;
        let mut sleep = |_: Duration| *pauses += 1;
        let base_url = self.server.base_url.clone();
        act(&mut self.kit, &mut Link { base_url, clock: &clock, sleep: &mut sleep })
    }

    fn upload(&mut self) -> (usize, Vec<String>) {
        let report = self.linked(now(), |kit, link| kit.upload_pending(link).unwrap());
        let codes = report.failed.iter().map(|(_, error)| error.code().to_owned()).collect();
        (report.uploaded.len(), codes)
    }

    fn receipts(&mut self) -> (usize, usize, usize) {
        let report = self.linked(now(), |kit, link| kit.fetch_receipts(link).unwrap());
        assert!(report.failed.is_empty(), "{:?}", report.failed);
        (report.verified.len(), report.waiting.len(), report.false_receipts.len())
    }

    fn counts(&mut self) -> PacketCounts {
        self.kit.packet_counts().unwrap()
    }
}

fn register(server: &Server, kit: &Kit) {
    let mut shared = server.shared.lock().unwrap();
    shared.kits.insert(kit.id().to_string(), kit.public_key().to_bytes());
}

fn seconds_of_days(days: i64) -> i64 {
    days * 86_400
}

#[test]
fn the_whole_way() {
    let mut field = Field::new(1);
    field.seal(3);
    let folder = field.kit_folder();
    assert_eq!(open_all(&mut field.kit, &folder, &field.centre).len(), 3);
    assert_eq!(field.upload(), (3, vec![]));
    let lengths: u64 = field.kit.packets().unwrap().iter().map(|row| row.sealed.length).sum();
    assert_eq!(field.server.shared.lock().unwrap().bytes_taken as u64, lengths);
    assert_eq!(field.receipts(), (3, 0, 0));
    assert_eq!(field.counts(), PacketCounts { receipted: 3, ..PacketCounts::default() });

    let young = field.kit.delete_receipted(30, later(seconds_of_days(29))).unwrap();
    assert_eq!((young.deleted.len(), young.too_young), (0, 3));
    assert_eq!(files_in(&folder, "outbox"), 3);
    let ripe = field.kit.delete_receipted(30, later(seconds_of_days(30))).unwrap();
    assert_eq!(ripe.deleted.len(), 3);
    assert_eq!(files_in(&folder, "outbox"), 0);
    assert_eq!(field.counts(), PacketCounts { deleted: 3, ..PacketCounts::default() });
}

#[test]
fn a_broken_line_is_resumed_and_nothing_acknowledged_is_sent_again() {
    let mut field = Field::new(1);
    field.seal(2);
    {
        let mut shared = field.server.shared.lock().unwrap();
        shared.on_create = [Fault::Unavailable, Fault::Unavailable].into();
        shared.on_patch = [Fault::None, Fault::HalfChunk, Fault::Unavailable].into();
    }
    assert_eq!(field.upload(), (2, vec![]));
    assert!(field.pauses >= 2);
    let lengths: u64 = field.kit.packets().unwrap().iter().map(|row| row.sealed.length).sum();
    let taken = field.server.shared.lock().unwrap().bytes_taken as u64;
    assert_eq!(taken, lengths, "half a chunk that was taken counts");
}

#[test]
fn an_upload_goes_on_after_the_kit_was_opened_again() {
    let mut field = Field::new(1);
    field.seal(1);
    field.server.shared.lock().unwrap().on_patch =
        [Fault::None, Fault::Refuse(423, "freeze.enrol")].into();
    assert_eq!(field.upload(), (0, vec!["freeze.enrol".to_owned()]));
    assert_eq!(field.kit.packets().unwrap()[0].upload_offset, CHUNK_BYTES as u64);
    let folder = field.kit_folder();
    let Field { folder: held, centre, server, kit, pauses } = field;
    drop(kit);
    let kit = Kit::open(&folder, options()).unwrap();
    let mut field = Field { folder: held, centre, server, kit, pauses };
    assert_eq!(field.upload(), (1, vec![]));
    let length = field.kit.packets().unwrap()[0].sealed.length;
    assert_eq!(field.server.shared.lock().unwrap().bytes_taken as u64, length);
}

#[test]
fn a_packet_id_drawn_twice_harms_neither_packet() {
    let mut field = Field::new(1);
    field.seal(1);
    let capture = Capture::adult(field.folder.path().join("second"), "SECOND");
    capture.enrol(&mut field.kit).unwrap();
    // The same source of randomness as for the first packet.
    let refused = field.kit.seal_pending(now(), &mut rng(7)).unwrap_err();
    assert_eq!(refused.code(), "kit.file");
    let folder = field.kit_folder();
    assert_eq!(open_all(&mut field.kit, &folder, &field.centre).len(), 1);
    field.kit.seal_pending(now(), &mut rng(8)).unwrap();
    assert_eq!(open_all(&mut field.kit, &folder, &field.centre).len(), 2);
}

#[test]
fn an_upload_that_the_centre_forgot_begins_anew() {
    let mut field = Field::new(1);
    field.seal(1);
    field.server.shared.lock().unwrap().on_patch = [Fault::None, Fault::Forget].into();
    assert_eq!(field.upload(), (1, vec![]));
}

#[test]
fn a_packet_that_is_there_already_is_not_sent_twice() {
    let mut field = Field::new(1);
    field.seal(1);
    let row = field.kit.packets().unwrap().remove(0);
    let file = field.kit_folder().join(format!("outbox/{}.packet", row.sealed.packet));
    let bytes = std::fs::read(file).unwrap();
    field.server.shared.lock().unwrap().packets.insert(row.sealed.packet.to_string(), bytes);
    assert_eq!(field.upload(), (1, vec![]));
    assert_eq!(field.server.shared.lock().unwrap().bytes_taken, 0);
}

#[test]
fn a_false_receipt_changes_nothing() {
    let mut field = Field::new(1);
    field.seal(2);
    field.upload();
    field.server.shared.lock().unwrap().swap_receipts = true;
    assert_eq!(field.receipts(), (0, 0, 2));
    assert_eq!(
        field.counts(),
        PacketCounts { uploaded: 2, false_receipts: 2, ..Default::default() }
    );
    let far = later(seconds_of_days(900));
    assert_eq!(field.kit.delete_receipted(0, far).unwrap().deleted, []);
    assert_eq!(files_in(&field.kit_folder(), "outbox"), 2);
    field.server.shared.lock().unwrap().swap_receipts = false;
    assert_eq!(field.receipts(), (2, 0, 0));
}

#[test]
fn a_receipt_of_another_log_is_false() {
    let mut field = Field::new(1);
    field.seal(1);
    let other = niims_audit::LogSigningKey::generate("log.test/niims", &mut rng(99)).unwrap();
    field.server = Server::start(other);
    register(&field.server, &field.kit);
    assert_eq!(field.upload(), (1, vec![]));
    let report = field.linked(now(), |kit, link| kit.fetch_receipts(link).unwrap());
    assert_eq!(report.false_receipts[0].1.code(), "kit.receipt_false");
}

#[test]
fn nothing_is_deleted_without_a_verified_receipt() {
    let mut field = Field::new(1);
    field.seal(1);
    field.server.shared.lock().unwrap().hold_receipts = true;
    field.upload();
    assert_eq!(field.receipts(), (0, 1, 0));
    let row = field.kit.packets().unwrap().remove(0);
    assert_eq!(row.state, PacketState::Uploaded);
    assert_eq!(row.standing.as_deref(), Some("quarantined"));
    assert_eq!(row.standing_code.as_deref(), Some("packet.kit_signature"));
    field.seal(1);
    for days in [0, 1, 3_000] {
        let at = later(seconds_of_days(days));
        assert_eq!(field.kit.delete_receipted(0, at).unwrap(), DeleteReport::default());
    }
    assert_eq!(files_in(&field.kit_folder(), "outbox"), 2);
}

#[test]
fn a_centre_that_refuses_is_understood() {
    let mut field = Field::new(1);
    field.seal(2);
    field.server.shared.lock().unwrap().on_create = [Fault::Refuse(409, "packet.id_reused")].into();
    assert_eq!(field.upload(), (1, vec!["packet.id_reused".to_owned()]));
    assert_eq!(field.kit.packets().unwrap()[0].standing_code.as_deref(), Some("packet.id_reused"));
    let kits = core::mem::take(&mut field.server.shared.lock().unwrap().kits);
    assert_eq!(field.upload(), (0, vec!["kit.revoked".to_owned()]));
    field.kit.seal_pending(now(), &mut rng(1)).expect("anybody on the line can say so");
    field.server.shared.lock().unwrap().revoked = kits;
    assert_eq!(field.upload(), (0, vec!["kit.revoked".to_owned()]));
    let refused = field.kit.seal_pending(now(), &mut rng(1)).unwrap_err();
    assert_eq!(refused.code(), "kit.revoked");
}

#[test]
fn nobody_at_the_other_end_leaves_everything_in_place() {
    let mut field = Field::new(1);
    field.seal(2);
    field.server.base_url = "http://127.0.0.1:1".to_owned();
    assert_eq!(field.upload(), (0, vec!["link.unreachable".to_owned()]));
    assert_eq!(field.counts().sealed, 2);
}

#[test]
fn a_wrong_clock_is_put_right_from_the_refusal() {
    let mut field = Field::new(1);
    field.seal(1);
    let wrong = later(seconds_of_days(400));
    let report = field.linked(wrong, |kit, link| kit.upload_pending(link).unwrap());
    assert_eq!(report.uploaded.len(), 1);
    assert_eq!(field.server.shared.lock().unwrap().clock_refusals, 1);
    // The centre's word counts from now on: the right clock is accepted again.
    field.seal(1);
}

#[test]
fn a_damaged_or_missing_file_is_never_sent_and_never_forgotten() {
    let mut field = Field::new(1);
    field.seal(2);
    let rows = field.kit.packets().unwrap();
    let file = |at: usize| Path::new("outbox").join(format!("{}.packet", rows[at].sealed.packet));
    let folder = field.kit_folder();
    let mut bytes = std::fs::read(folder.join(file(0))).unwrap();
    bytes[1000] ^= 1;
    std::fs::write(folder.join(file(0)), bytes).unwrap();
    std::fs::remove_file(folder.join(file(1))).unwrap();
    let (uploaded, codes) = field.upload();
    assert_eq!(
        (uploaded, codes),
        (0, vec!["kit.packet_damaged".into(), "kit.packet_missing".into()])
    );
    assert_eq!(field.counts().faulty, 2);
    assert_eq!(field.server.shared.lock().unwrap().bytes_taken, 0);
}

#[test]
fn three_kits_work_in_parallel() {
    let centre = Centre::new();
    let server = Server::start(centre.log.clone());
    let kits: Vec<_> = (1..=3)
        .map(|n| {
            let folder = tempfile::tempdir().unwrap();
            let kit = new_kit(&folder.path().join("kit"), n, &centre);
            register(&server, &kit);
            (folder, kit, n)
        })
        .collect();
    let base_url = &server.base_url;
    std::thread::scope(|scope| {
        for (folder, mut kit, n) in kits {
            scope.spawn(move || {
                for at in 0..3 {
                    let number = format!("KIT-{n}-{at}");
                    let capture = Capture::adult(folder.path().join(&number), &number);
                    capture.enrol(&mut kit).unwrap();
                }
                kit.seal_pending(now(), &mut rng(u64::from(n))).unwrap();
                let mut sleep = std::thread::sleep;
                let mut link = Link { base_url: base_url.clone(), clock: &now, sleep: &mut sleep };
                assert_eq!(kit.upload_pending(&mut link).unwrap().uploaded.len(), 3);
                assert_eq!(kit.fetch_receipts(&mut link).unwrap().verified.len(), 3);
            });
        }
    });
    assert_eq!(server.shared.lock().unwrap().packets.len(), 9);
}
