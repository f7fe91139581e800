//! A kit whose program was changed so that it skips a gate, one gate after the other. The packet
//! is signed by a real kit and a real officer; only what the gate would have refused is wrong.

pub mod changes;

use changes::{
    born, by_devices, commented_finger, finger, finger_of_a_telephone, grey, in_full, missing,
    other_prints, photo_of_a_telephone, png, scan, scan_of_a_telephone, second, sound, tag_finger,
    vouch,
};
use jiff::SignedDuration;
use niims_packet::{
    Approval, CaptureException, CaptureOutcome, CaptureStatement, CapturedPart, Consent,
    ConsentKind, ConsentMode, Encounter, ExceptionOf, GuardianKnownBy, SignedCapture,
};
use niims_record::application::{Application, CaseReason};
use niims_record::staff::{Period, Role};
use niims_record::{ApplicationId, DutyId, OfficerId};
use niims_store::officers::{self, OfficerStatus};
use niims_store::staff::duties::{self, StoredDuty};
use niims_store::{kits, packets};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::fixture::devices::{self, Scanner};
use crate::fixture::people::{encounter, print};
use crate::fixture::{
    ADJUDICATORS, CAPTURER, Kit, Person, SENIOR, SUPERVISOR, World, officer_key, worlds,
};

/// A gate of the desk, the code under which the centre finds it skipped, and how the packet looks
/// then.
type Skipped = (&'static str, fn(&mut Encounter));

const GATES: &[Skipped] = &[
    // The resident confirms, and times follow each other.
    ("capture.not_confirmed", |e| e.confirmed_at = None),
    ("capture.time_order", |e| e.confirmed_at = Some(e.captured_at + SignedDuration::from_secs(1))),
    ("capture.time_order", |e| e.capture_opened_at = e.captured_at + SignedDuration::from_secs(1)),
    // The portrait.
    ("capture.portrait_missing", |e| e.portrait = None),
    ("capture.portrait_not_live", |e| e.portrait_taken_live = false),
    ("image.metadata", |e| photo_of_a_telephone(e.portrait.as_mut().unwrap())),
    ("image.too_few_pixels", |e| e.portrait.as_mut().unwrap().bytes = grey(239, 400)),
    ("image.too_many_pixels", |e| e.portrait.as_mut().unwrap().bytes = grey(6_001, 300)),
    ("image.format", |e| e.portrait.as_mut().unwrap().bytes = b"BM no bitmap".to_vec()),
    ("image.format", |e| e.portrait.as_mut().unwrap().media_type = "image/jpeg".into()),
    ("image.damaged", |e| e.portrait.as_mut().unwrap().bytes.truncate(20)),
    // Ten fingers.
    ("capture.finger_unaccounted", |e| e.fingers.retain(|finger| finger.position != 10)),
    ("capture.finger_unaccounted", |e| e.fingers.clear()),
    ("capture.finger_reason_unknown", |e| missing(e, 10, "BORED")),
    ("capture.exception_needed", |e| (1..=10).for_each(|at| missing(e, at, "WORN"))),
    ("image.metadata", |e| tag_finger(e)),
    ("image.metadata", |e| commented_finger(e)),
    ("image.format", |e| finger_of_a_telephone(e)),
    // The second officer.
    ("capture.exception_reason_unknown", |e| vouch(e, SUPERVISOR, "BORED")),
    ("capture.officer_unknown", |e| vouch(e, STRANGER, "WORN")),
    ("capture.officer_unknown", |e| vouch(e, ADJUDICATORS[0], "WORN")),
    // A duty that begins only after the capture.
    ("capture.officer_unknown", |e| vouch(e, LATER, "WORN")),
    ("capture.time_order", |e| {
        vouch(e, SUPERVISOR, "WORN");
        e.exceptions[0].approved_at = e.captured_at + SignedDuration::from_secs(1);
    }),
    // The second of two exceptions is judged like the first.
    ("capture.officer_unknown", |e| {
        vouch(e, SUPERVISOR, "WORN");
        let of = ExceptionOf::Finger(10);
        e.exceptions.push(CaptureException {
            of,
            approved_by: STRANGER,
            ..e.exceptions[0].clone()
        });
    }),
    // Vouched for fingers, not for the portrait; and the other way round.
    ("capture.portrait_missing", |e| {
        vouch(e, SUPERVISOR, "WORN");
        e.portrait = None;
    }),
    ("capture.exception_needed", |e| {
        vouch(e, SUPERVISOR, "WORN");
        e.exceptions[0].of = ExceptionOf::Portrait;
        (1..=10).for_each(|at| missing(e, at, "WORN"));
    }),
    // Fingers that devices could not take: who looked, for how long, and the photo.
    ("exception.second_missing", |e| by_devices(e, |e| e.exceptions.truncate(1))),
    ("exception.second_missing", |e| by_devices(e, |e| e.exceptions[0].reason = "WORN".into())),
    ("exception.photo_missing", |e| by_devices(e, |e| e.exception_photo = None)),
    ("exception.not_permanent", |e| {
        by_devices(e, |e| {
            let outcome = &mut finger(e, 1).outcome;
            let CaptureOutcome::Missing { permanent, .. } = outcome else { return };
            *permanent = true;
        });
    }),
    ("image.metadata", |e| {
        by_devices(e, |e| photo_of_a_telephone(e.exception_photo.as_mut().unwrap()));
    }),
    ("image.too_few_pixels", |e| {
        by_devices(e, |e| e.exception_photo.as_mut().unwrap().bytes = grey(100, 300));
    }),
    // What devices signed.
    ("capture.statement_missing", |e| {
        by_devices(e, |e| drop(e.statements.pop()));
    }),
    ("capture.statement_missing", |e| by_devices(e, |e| e.statements.clear())),
    ("capture.statement_missing", |e| by_devices(e, |e| in_full(e).in_full = None)),
    ("capture.statement_time", |e| {
        by_devices(e, |e| e.statements[0].at -= SignedDuration::from_mins(10));
    }),
    ("capture.statement_time", |e| {
        by_devices(e, |e| e.statements[0].at += SignedDuration::from_mins(30));
    }),
    ("capture.statement_differs", |e| by_devices(e, |e| in_full(e).stated_quality = 99)),
    ("capture.statement_differs", |e| by_devices(e, |e| in_full(e).serial = "OTHER".into())),
    ("capture.statement_other_picture", |e| by_devices(e, other_prints)),
    ("device.jws.signature", |e| {
        by_devices(e, |e| {
            let Some(SignedCapture::Apart { after, .. }) = &mut in_full(e).in_full else { return };
            let quality = after.windows(2).position(|two| two == b"70").unwrap();
            after[quality] = b'9';
        });
    }),
    ("device.certificate.unknown_issuer", |e| {
        by_devices(e, |e| devices::sign(e, Scanner::Foreign));
    }),
    ("device.certificate.expired", |e| {
        by_devices(e, |e| devices::sign(e, Scanner::Expired));
    }),
    ("device.certificate.revoked", |e| {
        by_devices(e, |e| devices::sign(e, Scanner::Revoked));
    }),
    // A capture of somebody whose packet came before.
    ("capture.statement_replayed", |e| {
        by_devices(e, |e| {
            let portrait = |s: &&mut CaptureStatement| s.of == [CapturedPart::Portrait];
            let statement = e.statements.iter_mut().find(portrait).unwrap();
            statement.block = Sha256::digest(devices::face("SYN-3-0")).into();
        });
    }),
    // The second print.
    ("capture.second_print_same", |e| second(e, print(0, 0, 2))),
    ("capture.second_print_unreadable", |e| second(e, b"no picture".to_vec())),
    ("capture.second_print_other_finger", |e| second(e, print(0, 0, 3))),
    ("image.metadata", |e| {
        let mut image = png(print(0, 1, 2));
        photo_of_a_telephone(&mut image);
        second(e, image.bytes);
    }),
    // Documents.
    ("capture.document_kind_unknown", |e| scan(e, |scan| scan.kind = "LIBRARY-CARD".into())),
    ("capture.document_number_differs", |e| scan(e, |scan| scan.number = Some("1".into()))),
    ("image.metadata", |e| scan(e, |scan| photo_of_a_telephone(&mut scan.image))),
    ("image.metadata", scan_of_a_telephone),
    ("image.too_few_pixels", |e| scan(e, |scan| scan.image.bytes = grey(199, 260))),
    // Consent.
    ("law.consent_missing", |e| e.consents.clear()),
    ("law.consent_missing", |e| e.consents[0].kind = ConsentKind::Guardian),
    ("law.consent_missing", |e| e.answers.get_mut("consent").unwrap()["given"] = json!(false)),
    ("law.consent_after_capture", |e| {
        e.consents[0].given_at = e.capture_opened_at + SignedDuration::from_secs(1);
    }),
    ("law.consent_after_capture", |e| {
        let given_at = e.capture_opened_at + SignedDuration::from_secs(1);
        e.consents.push(Consent { given_at, ..e.consents[0].clone() });
    }),
    ("law.witness_missing", |e| e.consents[0].mode = ConsentMode::Mark),
    ("law.witness_missing", |e| e.consents[0].mode = ConsentMode::Spoken),
    // The notice.
    ("law.notice_not_read", |e| e.consents[0].notice_version = "0".into()),
    ("law.notice_not_read", |e| e.consents[0].language = "tlh".into()),
    // What nobody may collect.
    ("law.prohibited_data", |e| drop(e.answers.insert("gps".into(), json!("-1.29 36.82")))),
    ("law.prohibited_data", |e| {
        e.answers.get_mut("current_residence").unwrap()["latitude"] = json!(-1.29);
    }),
];

const MINORS: &[Skipped] = &[
    ("law.guardian_consent_missing", |e| e.consents.clear()),
    ("law.guardian_consent_missing", |e| e.consents[0].kind = ConsentKind::Resident),
    ("law.guardian_consent_missing", |e| {
        e.answers.get_mut("guardian_consent").unwrap()["given"] = json!(false);
    }),
    ("law.consent_after_capture", |e| {
        e.consents[0].given_at = e.capture_opened_at + SignedDuration::from_secs(1);
    }),
    ("law.guardian_unidentified", |e| e.guardian = None),
    // The paper of somebody else.
    ("law.guardian_unidentified", |e| {
        let number = "00000099".to_owned();
        e.guardian.as_mut().unwrap().known = GuardianKnownBy::DocumentSeen { number };
    }),
    // Five years and 364 days.
    ("law.under_six", |e| born(e, "2020-11-23")),
    // A clock that is set ahead makes nobody older.
    ("law.under_six", |e| {
        born(e, "2020-11-23");
        let by = SignedDuration::from_hours(20);
        for time in [&mut e.captured_at, &mut e.capture_opened_at] {
            *time += by;
        }
        e.confirmed_at = Some(e.captured_at);
    }),
];

const STRANGER: OfficerId = OfficerId::from_bytes([0xEE; 16]);
/// Who came into office after the captures.
const LATER: OfficerId = OfficerId::from_bytes([0xEF; 16]);

/// Gates of the kit of which a packet can show nothing, or which its very form keeps.
const NOT_IN_A_PACKET: &[(&str, &str)] = &[
    ("law.declined", "who declines leaves no packet; consent that says no is in the table"),
    ("law.modality_off", "every modality of a packet is on in this country; see the step's tests"),
    ("capture.finger_contradicted", "a packet holds one outcome for each finger"),
    ("capture.finger_resolution", "packet.encounter_invalid"),
    ("capture.exception_same_officer", "packet.encounter_invalid"),
    ("capture.bound", "packet.encounter_invalid"),
    ("capture.too_large", "packet.oversized"),
    ("capture.approval_needed", "a test of its own, for signatures are about one application"),
    ("capture.approval_same_officer", "as capture.approval_needed"),
    ("law.guardian_number_missing", "packet.encounter_invalid"),
    ("law.guardian_introducer_missing", "packet.encounter_invalid"),
    ("capture.station_not_empty", "about the desk, not about the resident"),
    (
        "capture.document_not_evidenced",
        "the officer's signature over the tick is the word of who saw it",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kit_that_skips_a_gate_is_caught_every_time() {
    for world in worlds().await {
        world.trust_devices();
        take_office_later(&world).await;
        // Kept gates let people through: else the table would show nothing.
        let adult = sound(&Person::adult(0));
        let mut six = Person::minor(1);
        six.answer("date_of_birth", json!("2020-11-22"));
        six.answer("date_of_birth_precision", json!("DAY"));
        let mut bandaged = sound(&Person::adult(3));
        second(&mut bandaged, print(3, 1, 2));
        by_devices(&mut bandaged, |_| {});
        for kept in [adult.clone(), sound(&six), bandaged] {
            let sealed = world.kits[0].seal(&world, kept);
            world.receive(&sealed).await.unwrap();
            world.drain().await;
            assert_eq!(world.state(sealed.application).await.name(), "numbered");
        }
        let minor = sound(&Person::minor(2));
        let all =
            GATES.iter().map(|gate| (gate, &adult)).chain(MINORS.iter().map(|gate| (gate, &minor)));
        for (at, ((code, skip), sound)) in all.enumerate() {
            let mut patched = sound.clone();
            patched.application_number = format!("SYN-PATCHED-{at}");
            skip(&mut patched);
            let sealed = world.kits[1].seal(&world, patched);
            assert_eq!(world.receive(&sealed).await.unwrap().standing, "stored");
            world.drain().await;
            assert_eq!(caught(&world, sealed.application).await, *code, "gate {at}");
        }
        assert_eq!(world.numbers_given().await, 3, "nobody got a number through a skipped gate");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn officers_and_kits_that_may_not_are_caught() {
    for world in worlds().await {
        let kit = &world.kits[0];
        let right = officer_key(CAPTURER);
        let by = |officer| Encounter { officer, ..sound(&Person::adult(0)) };
        let now = by(CAPTURER).captured_at;
        let mut tx = world.write().await;
        officers::set_status(&mut tx, SENIOR, OfficerStatus::Suspended).await.unwrap();
        officers::set_roles(&mut tx, SENIOR, &["registration_officer".to_owned()]).await.unwrap();
        tx.commit().await.unwrap();
        let early = now - SignedDuration::from_secs(1);
        let cases = [
            // Not on the roster, without the role, suspended.
            ("intake.officer_unknown", by(STRANGER), officer_key(STRANGER), now),
            ("intake.officer_unknown", by(ADJUDICATORS[0]), officer_key(ADJUDICATORS[0]), now),
            ("intake.officer_unknown", by(SENIOR), officer_key(SENIOR), now),
            // One officer's name over another's signature.
            ("packet.officer_signature", by(CAPTURER), officer_key(SUPERVISOR), now),
            // Sealed before it was captured.
            ("capture.time_order", by(CAPTURER), right, early),
        ];
        for (at, (code, mut encounter, key, sealed_at)) in cases.into_iter().enumerate() {
            encounter.application_number = format!("SYN-OFFICER-{at}");
            let id = ApplicationId::from_bytes([100 + at as u8; 16]);
            let sealed = kit.seal_signed(id, &world.centre, encounter, &key, sealed_at);
            assert_eq!(world.receive(&sealed).await.unwrap().standing, "stored");
            world.drain().await;
            assert_eq!(caught(&world, id).await, code, "case {at}");
        }
        revoked_kits_are_not_heard(&world).await;
        assert_eq!(world.numbers_given().await, 0);
    }
}

/// Somebody without papers: the country wants a supervisor to have looked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_who_did_not_look_is_caught() {
    type Change = fn(&Encounter) -> Option<Approval>;
    let cases: [(&str, Change); 7] = [
        ("capture.approval_needed", |_| None),
        // A name without the signature, and signatures of those who may not.
        ("capture.approval_false", |e| signed(e, SUPERVISOR, CAPTURER)),
        ("capture.approval_false", |e| signed(e, ADJUDICATORS[0], ADJUDICATORS[0])),
        ("capture.approval_false", |e| signed(e, STRANGER, STRANGER)),
        ("capture.approval_same_officer", |e| signed(e, CAPTURER, CAPTURER)),
        // Given to other answers.
        ("capture.approval_false", |e| {
            let mut other = e.clone();
            other.answers.insert("occupation".into(), json!("Potter"));
            signed(&other, SUPERVISOR, SUPERVISOR)
        }),
        ("capture.time_order", |e| {
            let late = e.captured_at + SignedDuration::from_secs(1);
            Approval::of(e, SUPERVISOR, late, &officer_key(SUPERVISOR)).ok()
        }),
    ];
    for world in worlds().await {
        let mut person = Person::adult(3);
        person.answer("identifiers", serde_json::Value::Null);
        person.answer("no_document_reason", json!("NEVER_ISSUED"));
        let introducers = json!([{"name": "Sample Elder", "position": "ELDER"}]);
        person.answer("introducers", introducers);
        let send = async |at: u8, approve: Change| {
            let mut encounter = encounter(&person);
            encounter.application = ApplicationId::from_bytes([120 + at; 16]);
            encounter.application_number = format!("SYN-APPROVAL-{at}");
            encounter.approval = approve(&encounter);
            let key = officer_key(CAPTURER);
            let (id, now) = (encounter.application, encounter.captured_at);
            let sealed = world.kits[0].seal_signed(id, &world.centre, encounter, &key, now);
            assert_eq!(world.receive(&sealed).await.unwrap().standing, "stored");
            world.drain().await;
            id
        };
        for (at, (code, approve)) in cases.into_iter().enumerate() {
            let id = send(at as u8, approve).await;
            assert_eq!(caught(&world, id).await, code, "case {at}");
        }
        let id = send(99, |e| signed(e, SUPERVISOR, SUPERVISOR)).await;
        assert_eq!(world.state(id).await.name(), "numbered");
    }
}

fn signed(encounter: &Encounter, by: OfficerId, key: OfficerId) -> Option<Approval> {
    Approval::of(encounter, by, encounter.captured_at, &officer_key(key)).ok()
}

/// Somebody who may vouch, from a day after the captures on.
async fn take_office_later(world: &World) {
    let mut tx = world.write().await;
    let known = officers::get(&mut tx, SUPERVISOR).await.unwrap().unwrap();
    officers::insert(&mut tx, &officers::Officer { id: LATER, ..known }).await.unwrap();
    let from = sound(&Person::adult(0)).captured_at + SignedDuration::from_hours(24);
    let duty = StoredDuty {
        id: DutyId::from_bytes([0xEF; 16]),
        officer: LATER,
        role: Role::Supervisor,
        place: None,
        period: Period { from, until: from + SignedDuration::from_hours(1_000) },
        given_by: None,
        withdrawn_at: None,
    };
    duties::insert(&mut tx, &duty, from).await.unwrap();
    tx.commit().await.unwrap();
}

/// A kit that goes on capturing after it was revoked finds the door shut, and so does one that
/// nobody enrolled.
async fn revoked_kits_are_not_heard(world: &World) {
    let revoked = &world.kits[3];
    let mut tx = world.write().await;
    assert!(kits::revoke(&mut tx, revoked.id).await.unwrap());
    tx.commit().await.unwrap();
    let sealed = revoked.seal(world, sound(&Person::adult(1)));
    assert_eq!(revoked.create(world, &sealed).await.code(), (403, "kit.revoked"));
    let stranger = Kit::unknown(77);
    let sealed = stranger.seal(world, sound(&Person::adult(1)));
    assert_eq!(stranger.create(world, &sealed).await.code(), (401, "kit.not_signed_in"));
    assert!(packets::get(&mut world.read().await, sealed.packet).await.unwrap().is_none());
}

/// A form is for one person. A second packet with it gets no number before people looked at both, and
/// is not refused either: somebody may have lent a copy.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_came_before_is_looked_at() {
    for world in worlds().await {
        let mut packets = Vec::new();
        for (n, form) in [(0, "0000-0000-0001"), (1, "0000-0000-0001"), (2, "0000-0000-0002")] {
            let mut encounter = sound(&Person::adult(n));
            encounter.forms = vec![form.to_owned()];
            let sealed = world.kits[usize::from(n)].seal(&world, encounter);
            world.receive(&sealed).await.unwrap();
            world.drain().await;
            packets.push(sealed.application);
        }
        assert_eq!(world.state(packets[0]).await.name(), "numbered");
        let case = world.case_of(packets[1]).await;
        assert_eq!(case.reason, CaseReason::SameForm);
        let who: Vec<_> = case.candidates.iter().map(|one| one.application).collect();
        assert_eq!(who, [packets[0]]);
        assert_eq!(world.state(packets[2]).await.name(), "numbered");
    }
}

/// Every code with which the kit refuses a capture is a row of the table, or says why not.
#[test]
fn every_gate_of_the_kit_is_in_the_table() {
    let kit = include_str!("../../../kit/src/capture/refusal.rs");
    let rows = GATES.iter().chain(MINORS).map(|(code, _)| *code);
    let known: Vec<&str> = rows.chain(NOT_IN_A_PACKET.iter().map(|(code, _)| *code)).collect();
    let codes = kit.split('"').filter(|text| {
        let plain = |rest: &str| rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        text.strip_prefix("law.").or_else(|| text.strip_prefix("capture.")).is_some_and(plain)
    });
    let mut seen = 0;
    for code in codes {
        assert!(known.contains(&code), "the centre decides {code} anew nowhere");
        seen += 1;
    }
    assert!(seen > 20, "the kit's codes were not found");
}

async fn caught(world: &World, application: ApplicationId) -> String {
    match world.state(application).await {
        Application::Quarantined { code } | Application::Refused { code } => code,
        other => format!("not caught: {}", other.name()),
    }
}
