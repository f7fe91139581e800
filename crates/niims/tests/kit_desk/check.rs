//! Holds a kit's folder to what its pages said.

use std::collections::BTreeSet;

use niims_kit::interview::{FingerNote, InterviewOf};
use niims_kit::{Kit, PacketState};

use super::officer::{Day, Promised};
use super::world::World;

/// Opens the kit's folder as it lies there and holds it to what the pages said.
pub fn check_kit(world: &World, day: &Day) {
    let mut kit = world.open_kit();
    assert!(kit.recovered().missing.is_empty() && kit.recovered().set_aside == 0);
    let there: BTreeSet<_> = kit.interviews().unwrap().iter().map(|row| row.interview).collect();
    if let Some(promised) = &day.current {
        if there.contains(&promised.application) {
            check_interview(&mut kit, world, promised);
        } else {
            assert_eq!(promised.in_flight.as_deref(), Some("check"), "an interview was lost");
        }
    }
    // Whoever holds a slip is sealed, once.
    let packets = kit.packets().unwrap();
    let sealed: Vec<_> = packets.iter().map(|row| row.sealed.application).collect();
    let once: BTreeSet<_> = sealed.iter().collect();
    assert_eq!(once.len(), sealed.len(), "a packet was doubled");
    let waiting = kit.draft_counts().unwrap().complete as usize;
    let lost = day.finished.iter().filter(|one| !once.contains(&one.application)).count();
    assert!(lost <= waiting, "{lost} finished, but {waiting} wait to be sealed");
    for row in packets.iter().filter(|row| row.state == PacketState::Sealed) {
        let file = world.on_disk("kit/outbox").join(format!("{}.packet", row.sealed.packet));
        assert_eq!(niims_packet::packet_hash(&std::fs::read(file).unwrap()), row.sealed.hash);
    }
}

fn check_interview(kit: &mut Kit, world: &World, promised: &Promised) {
    let of = InterviewOf { interview: promised.application, officer: world.officer };
    let interview = kit.interview(of).unwrap();
    let resident = &promised.resident;
    for saved in &promised.saved {
        match saved.as_str() {
            "age" => assert_eq!(interview.answers.text("date_of_birth"), Some("1987-04-23")),
            "notice" => assert_eq!(interview.notice.as_ref().unwrap().language, "sw"),
            "consent" => assert_eq!(interview.consents.len(), 1),
            "documents" => {
                let kept = kit.interview_part(of, "document.0").unwrap();
                assert_eq!(*kept, resident.photograph, "a photograph changed");
            }
            "body/open" => assert!(interview.body_opened_at.is_some()),
            "body" => {
                let body = interview.body.as_ref().unwrap();
                let captured = |finger: &&FingerNote| matches!(finger, FingerNote::Captured { .. });
                assert_eq!(body.fingers.iter().filter(captured).count(), 1);
                assert_eq!(*kit.interview_part(of, "portrait").unwrap(), resident.portrait);
            }
            question => {
                let question = question.strip_prefix("questions/").unwrap();
                let answer = interview.answers.get(question);
                let text = answer.map(ToString::to_string).unwrap_or_default();
                for word in resident.kept(question) {
                    assert!(text.contains(word), "an answer to {question} was lost");
                }
            }
        }
    }
}
