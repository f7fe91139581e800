//! Every way in which a packet can be good or bad.

mod desk;

use niims_record::ids::{ApplicationId, KitId, PacketId};
use proptest::prelude::*;

use crate::limits::{MAX_ANSWERS, MAX_IMAGE_BYTES, MAX_PACKET_BYTES};
use crate::seal::Body;
use crate::*;
use desk::{body_of, desk, encounter, image, sign_again, signed};

#[test]
fn round_trip() {
    let mut desk = desk();
    let packet = desk.seal().unwrap();
    assert_eq!(packet.hash, packet_hash(&packet.bytes));
    let envelope = Envelope::read(&packet.bytes).unwrap();
    assert_eq!(envelope.claimed_header(), &desk.header);
    assert_eq!(envelope.claimed_kit_key(), desk.kit.id());
    assert_eq!(envelope.hash(), packet.hash);
    let verified = envelope.verify_kit(&desk.kit.verifying_key()).unwrap();
    let opened = verified.open(&desk.centre).unwrap();
    assert_eq!(opened.claimed_officer(), desk.encounter.officer);
    assert_eq!(opened.claimed_officer_key(), desk.officer.id());
    let encounter = opened.verify_officer(&desk.officer.verifying_key()).unwrap();
    assert_eq!(encounter, desk.encounter);
}

#[test]
fn truncated_at_every_97th_byte() {
    let mut desk = desk();
    let packet = desk.seal().unwrap().bytes;
    for end in (0..packet.len()).step_by(97).chain([1, 2, packet.len() - 1]) {
        assert_eq!(desk.code(&packet[..end]), "packet.truncated", "at {end}");
    }
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    let mut desk = desk();
    let packet = desk.seal().unwrap().bytes;
    let ends = (0..200).chain(packet.len() - 200..packet.len());
    for at in ends.chain((0..packet.len()).step_by(101)) {
        let mut bad = packet.clone();
        bad[at] ^= 1 << (at % 8);
        assert_ne!(desk.code(&bad), "opened", "byte {at}");
    }
    // In the middle lies the ciphertext; the kit's signature covers it.
    let mut bad = packet.clone();
    bad[packet.len() / 2] ^= 1;
    assert_eq!(desk.code(&bad), "packet.kit_signature");
}

#[test]
fn a_kit_that_alters_what_it_sealed_is_found() {
    let mut desk = desk();
    let packet = desk.seal().unwrap().bytes;
    let change: [fn(&mut Body); 4] = [
        |body| body.ciphertext[100] ^= 1,
        |body| body.enc[5] ^= 1,
        |body| body.enc.truncate(31),
        |body| body.ciphertext.truncate(10),
    ];
    for (at, change) in change.iter().enumerate() {
        let mut body = body_of(&packet);
        change(&mut body);
        let bad = sign_again(&body, &desk.kit);
        assert_eq!(desk.code(&bad), "packet.sealed_content_altered", "change {at}");
    }
}

#[test]
fn a_swapped_header_is_found() {
    let mut desk = desk();
    let first = desk.seal().unwrap();
    desk.header.sequence = 2;
    desk.header.previous_hash = first.hash;
    desk.header.packet_id = PacketId::from_bytes([9; 16]);
    let second = desk.seal().unwrap();
    let mut body = body_of(&first.bytes);
    body.header = body_of(&second.bytes).header;
    assert_eq!(desk.code(&sign_again(&body, &desk.kit)), "packet.sealed_content_altered");
    // The same officer-signed encounter under another header, encrypted anew.
    let mut other = desk.header.clone();
    other.packet_id = PacketId::from_bytes([8; 16]);
    let inner = signed(&desk.encounter, &other, &desk.officer);
    let bytes = desk.wrap(&inner);
    assert_eq!(desk.code(&bytes), "packet.officer_signature");
}

#[test]
fn signatures_of_others_are_refused() {
    let mut desk = desk();
    let packet = desk.seal().unwrap().bytes;
    let stranger = KitSigningKey::generate(&mut desk.rng);
    let forged = sign_again(&body_of(&packet), &stranger);
    assert_eq!(desk.code(&forged), "packet.kit_signature");
    let officer = OfficerSigningKey::generate(&mut desk.rng);
    let inner = signed(&desk.encounter, &desk.header, &officer);
    let bytes = desk.wrap(&inner);
    assert_eq!(desk.code(&bytes), "packet.officer_signature");
}

#[test]
fn unsigned() {
    use coset::TaggedCborSerializable;
    let mut desk = desk();
    let packet = desk.seal().unwrap().bytes;
    let mut signed = coset::CoseSign1::from_tagged_slice(&packet).unwrap();
    assert_eq!(desk.code(signed.payload.as_ref().unwrap()), "packet.unsigned");
    signed.signature = Vec::new();
    assert_eq!(desk.code(&signed.to_tagged_vec().unwrap()), "packet.unsigned");
    let bare = desk.encounter.encode().unwrap();
    let bytes = desk.wrap(&bare);
    assert_eq!(desk.code(&bytes), "packet.unsigned");
}

#[test]
fn wrongly_addressed() {
    let mut desk = desk();
    let packet = desk.seal().unwrap().bytes;
    let ours = std::mem::replace(&mut desk.centre, CentreSecretKey::from_bytes(&[6; 32]).unwrap());
    assert_eq!(desk.code(&packet), "packet.wrong_recipient");
    // A header that names us over a ciphertext for another.
    desk.header.recipient = ours.id();
    let bytes = desk.seal_unchecked();
    desk.centre = ours;
    assert_eq!(desk.code(&bytes), "packet.sealed_content_altered");
}

#[test]
fn the_kit_cannot_open_what_it_sealed() {
    let mut desk = desk();
    let packet = desk.seal().unwrap().bytes;
    // Everything that a kit holds: its own seed, the officer's, the centre's public key.
    let held =
        [*desk.kit.to_bytes(), *desk.officer.to_bytes(), desk.centre.public_key().to_bytes()];
    for bytes in held {
        let envelope = Envelope::read(&packet).unwrap();
        let verified = envelope.verify_kit(&desk.kit.verifying_key()).unwrap();
        let refused = verified.open(&CentreSecretKey::from_bytes(&bytes).unwrap());
        assert_eq!(refused.err().map(|e| e.code()), Some("packet.wrong_recipient"));
    }
    // No answer and no image stands in the packet in clear text.
    for clear in [b"Kipande".as_slice(), b"amputated", &image(500).bytes[..64]] {
        assert!(!packet.windows(clear.len()).any(|window| window == clear));
    }
}

#[test]
fn oversized() {
    let mut desk = desk();
    assert_eq!(desk.code(&vec![0; MAX_PACKET_BYTES + 1]), "packet.oversized");
    let mut scan = desk.encounter.documents[0].clone();
    scan.image.bytes = vec![7; MAX_IMAGE_BYTES];
    desk.encounter.documents = vec![scan; 8];
    assert_eq!(desk.seal().unwrap_err().code(), "seal.oversized");
}

#[test]
fn other_versions_and_layouts() {
    let mut desk = desk();
    desk.header.version = 2;
    assert_eq!(desk.seal().unwrap_err().code(), "seal.header_mismatch");
    let bytes = desk.seal_unchecked();
    assert_eq!(desk.code(&bytes), "packet.version_unknown");
    desk.header.version = PACKET_VERSION;
    desk.header.sequence = 0;
    let bytes = desk.seal_unchecked();
    assert_eq!(desk.code(&bytes), "packet.malformed");
    for bytes in [&[0x00][..], &[0xf6], b"\xd2\x80", b"\xd2\x84\x40\xa0\x40\x40", b"\x41a"] {
        assert_ne!(desk.code(bytes), "opened", "{bytes:02x?}");
    }
}

#[test]
fn one_packet_has_one_form() {
    use coset::TaggedCborSerializable;
    let mut desk = desk();
    let packet = desk.seal().unwrap().bytes;
    let mut signed = coset::CoseSign1::from_tagged_slice(&packet).unwrap();
    signed.unprotected.key_id = vec![1];
    assert_eq!(desk.code(&signed.to_tagged_vec().unwrap()), "packet.malformed");
    // The signature's length written in two bytes more than it needs.
    let at = packet.len() - 66;
    assert_eq!(packet[at..at + 2], [0x58, 64]);
    let longer = [&packet[..at], &[0x59, 0, 64], &packet[at + 2..]].concat();
    assert_eq!(desk.code(&longer), "packet.malformed");
    let trailing = [&packet[..], &[0]].concat();
    assert_eq!(desk.code(&trailing), "packet.malformed");
}

#[test]
fn header_and_encounter_must_agree() {
    let change: [fn(&mut Header); 2] = [
        |header| header.kit = KitId::from_bytes([9; 16]),
        |header| header.application = ApplicationId::from_bytes([9; 16]),
    ];
    for change in change {
        let mut desk = desk();
        change(&mut desk.header);
        assert_eq!(desk.seal().unwrap_err().code(), "seal.header_mismatch");
        let bytes = desk.seal_unchecked();
        assert_eq!(desk.code(&bytes), "packet.header_mismatch");
    }
    let mut desk = desk();
    desk.header.sequence = 2;
    assert_eq!(desk.seal().unwrap_err().code(), "seal.sequence");
}

#[test]
fn bounds_of_an_encounter() {
    let change: [fn(&mut Encounter); 15] = [
        |e| e.form_kind.clear(),
        |e| e.sublocation = "x".repeat(257),
        |e| {
            let many = (0..=MAX_ANSWERS).map(|at| (format!("code{at}"), serde_json::json!(1)));
            e.answers = many.collect();
        },
        |e| {
            let long = serde_json::json!("x".repeat(300 * 1024));
            e.answers.insert("long".to_owned(), long);
        },
        |e| {
            let deep = (0..40).fold(serde_json::json!(1), |inside, _| serde_json::json!([inside]));
            e.answers.insert("deep".to_owned(), deep);
        },
        |e| {
            // Deep enough only together with what lies around it.
            let deep = (0..15).fold(serde_json::json!(1), |inside, _| serde_json::json!([inside]));
            e.answers.insert("deep".to_owned(), deep);
        },
        |e| e.consents = vec![e.consents[0].clone(); 9],
        |e| e.fingers.push(e.fingers[0].clone()),
        |e| e.fingers[1].position = 1,
        |e| e.fingers[1].position = 11,
        |e| e.fingers[1].position = 0,
        |e| e.portrait = Some(image(0)),
        |e| e.portrait = Some(image(MAX_IMAGE_BYTES + 1)),
        |e| e.documents[0].image.media_type = "image/svg+xml".to_owned(),
        |e| {
            let officer = e.officer;
            e.exceptions[0].approved_by = officer;
        },
    ];
    for (at, change) in change.iter().enumerate() {
        let mut desk = desk();
        change(&mut desk.encounter);
        assert_eq!(desk.seal().unwrap_err().code(), "seal.encounter_invalid", "change {at}");
        let bytes = desk.seal_unchecked();
        assert_eq!(desk.code(&bytes), "packet.encounter_invalid", "change {at}");
    }
}

#[test]
fn nothing_personal_is_printed() {
    let shown = format!("{:?}", encounter());
    for secret in ["Kipande", "SYNTHETIC", "amputated", "village_elder", "SYN-0001"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn answers_return_as_they_were() {
    let encounter = encounter();
    let read = Encounter::decode(&encounter.encode().unwrap()).unwrap();
    assert_eq!(read, encounter);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(Envelope::read(&bytes).is_err());
        prop_assert!(Encounter::decode(&bytes).is_err());
        let tagged = [&[0xd2, 0x84], &bytes[..]].concat();
        prop_assert!(Envelope::read(&tagged).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn no_mutation_opens(at in 0_usize..9000, byte in any::<u8>(), cut in any::<bool>()) {
        let mut desk = desk();
        let good = desk.seal().unwrap().bytes;
        let at = at % good.len();
        let mut bad = good.clone();
        if cut {
            bad.remove(at);
        } else {
            bad[at] = byte;
        }
        if bad != good {
            prop_assert_ne!(desk.code(&bad), "opened");
        }
    }

    #[test]
    fn no_sealed_rubbish_panics(inner in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut desk = desk();
        let bytes = desk.wrap(&inner);
        prop_assert_ne!(desk.code(&bytes), "opened");
    }
}
