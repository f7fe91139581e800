//! The kits' door: what is taken, how an upload goes on, and who is turned away.

use std::path::Path;

use jiff::SignedDuration;
use niims_audit::Receipt;
use niims_packet::limits::MAX_PACKET_BYTES;
use niims_register::http::kit_router;
use niims_store::{applications, kits, packets};
use tokio::io::AsyncWriteExt;

use crate::fixture::kit::{Answer, creation, send_raw, upload_path};
use crate::fixture::{Kit, Person, Sealed, World, encounter, worlds};

fn sealed(world: &World, n: u8) -> Sealed {
    world.kits[0].seal(world, encounter(&Person::adult(n)))
}

async fn stored(world: &World, sealed: &Sealed) -> bool {
    let mut tx = world.read().await;
    packets::get(&mut tx, sealed.packet).await.unwrap().is_some()
        && applications::get(&mut tx, sealed.application).await.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_is_taken_receipted_and_taken_again_as_the_same() {
    for world in worlds().await {
        let (kit, packet) = (&world.kits[0], sealed(&world, 0));
        let created = kit.create(&world, &packet).await;
        assert_eq!(created.status, 201);
        assert_eq!(created.headers["location"], upload_path(&packet));
        assert_eq!(created.headers["tus-resumable"], "1.0.0");
        assert_eq!(kit.standing(&world, &packet).await.code(), (404, "packet.unknown"));
        let whole = kit.patch(&world, &packet, 0, &packet.bytes).await;
        assert_eq!((whole.status.as_u16(), whole.offset()), (204, packet.bytes.len() as u64));
        assert!(stored(&world, &packet).await);
        assert_eq!(kit.standing(&world, &packet).await.body["standing"], "stored");
        assert_eq!(kit.receipt(&world, &packet).await.status, 202);
        world.register.publish_log().await.unwrap();
        let receipt = kit.receipt(&world, &packet).await;
        assert_eq!(receipt.status, 200);

        let replayed = kit.create(&world, &packet).await;
        assert_eq!((replayed.status.as_u16(), &replayed.body["standing"]), (200, &"stored".into()));
        assert_eq!(kit.receipt(&world, &packet).await.body, receipt.body);
        let receipt = Receipt::parse(receipt.body["receipt"].as_str().unwrap()).unwrap();
        receipt.verify(&world.register.log_public_key()).unwrap();
        // Nothing of another kit is shown.
        let other = &world.kits[1];
        assert_eq!(other.receipt(&world, &packet).await.code(), (404, "packet.unknown"));
        assert_eq!(packets::count(&mut world.read().await).await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_goes_on_where_the_line_broke() {
    for world in worlds().await {
        let (kit, packet) = (&world.kits[0], sealed(&world, 0));
        let third = packet.bytes.len() / 3;
        assert_eq!(kit.create(&world, &packet).await.status, 201);
        let first = kit.patch(&world, &packet, 0, &packet.bytes[..third]).await;
        assert_eq!(first.offset(), third as u64);
        break_off(&world, kit, &packet, third).await;
        // Begun again by a kit that lost the answer: the same upload.
        assert_eq!(kit.create(&world, &packet).await.status, 201);
        let at = kit.head(&world, &packet).await;
        // What came before the line broke is not sent again.
        let come = third + (packet.bytes.len() - third) / 2;
        assert_eq!((at.status.as_u16(), at.offset()), (200, come as u64));
        assert_eq!(at.headers["upload-length"], packet.bytes.len().to_string());
        let behind = kit.patch(&world, &packet, third as u64, &packet.bytes[third..]).await;
        assert_eq!(behind.code(), (409, "upload.offset"));
        let rest = kit.patch(&world, &packet, at.offset(), &packet.bytes[come..]).await;
        assert_eq!(rest.status, 204);
        assert!(stored(&world, &packet).await);
        assert_eq!(kit.head(&world, &packet).await.status, 404);
    }
}

/// Sends half of what a request announces over a real connection, and hangs up.
async fn break_off(world: &World, kit: &Kit, packet: &Sealed, from: usize) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = kit_router(world.register.clone());
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let path = upload_path(packet);
    let rest = &packet.bytes[from..];
    let signature: String = kit
        .signature("PATCH", &path, world.now())
        .map(|(name, value)| [name, ": ", &value, "\r\n"].concat())
        .concat();
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nhost: localhost\r\n{signature}upload-offset: {from}\r\n\
         content-length: {}\r\n\r\n",
        rest.len()
    );
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&rest[..rest.len() / 2]).await.unwrap();
    connection.shutdown().await.unwrap();
    let mut answer = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut connection, &mut answer).await.unwrap();
    server.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_offset_length_or_hash_is_told_and_the_upload_can_be_made_good() {
    for world in worlds().await {
        let (kit, packet) = (&world.kits[0], sealed(&world, 0));
        kit.create(&world, &packet).await;
        let early = kit.patch(&world, &packet, 5, &packet.bytes[5..]).await;
        assert_eq!(early.code(), (409, "upload.offset"));
        let long = [&packet.bytes[..], b"more"].concat();
        let long = kit.patch(&world, &packet, 0, &long).await;
        assert_eq!(long.code(), (413, "upload.too_long"));
        assert_eq!(kit.head(&world, &packet).await.offset(), 0);

        let mut changed = packet.bytes.clone();
        changed[100] ^= 1;
        let mismatch = kit.patch(&world, &packet, 0, &changed).await;
        assert_eq!(mismatch.code(), (460, "upload.hash_mismatch"));
        assert_eq!(kit.head(&world, &packet).await.status, 404);
        assert!(!stored(&world, &packet).await);
        assert_eq!(packets::count(&mut world.read().await).await.unwrap(), 0);
        assert_eq!(kit.upload(&world, &packet).await.status, 204);
        assert!(stored(&world, &packet).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_an_enrolled_kit_with_a_right_clock_is_heard() {
    for world in worlds().await {
        let (kit, packet) = (&world.kits[0], sealed(&world, 0));
        let path = "/kit/v1/uploads";
        let announced = creation(&packet, packet.bytes.len());
        let post = async |signature: Vec<(&str, String)>| -> Answer {
            let headers = [signature, announced.clone()].concat();
            send_raw(&world, "POST", path, &headers, Vec::new()).await
        };
        let unsigned = (401, "kit.not_signed_in");
        assert_eq!(post(vec![]).await.code(), unsigned);
        let now = world.now();
        let for_another_path = kit.signature("POST", "/kit/v1/packets", now).to_vec();
        assert_eq!(post(for_another_path).await.code(), unsigned);
        let mut of_another_kit = world.kits[1].signature("POST", path, now).to_vec();
        of_another_kit[0].1 = kit.id.to_string();
        assert_eq!(post(of_another_kit).await.code(), unsigned);
        let mut garbled = kit.signature("POST", path, now).to_vec();
        garbled[2].1 = "no signature".into();
        assert_eq!(post(garbled).await.code(), unsigned);

        let ten_years = SignedDuration::from_hours(24 * 3_653);
        for wrong in [now + ten_years, now - ten_years] {
            let off = post(kit.signature("POST", path, wrong).to_vec()).await;
            assert_eq!(off.code(), (401, "kit.clock_off"));
            assert_eq!(off.headers["content-type"], "application/problem+json");
            assert!(off.body["detail"].as_str().unwrap().contains("2026-11-22T08:00:"));
        }
        let mut tx = world.write().await;
        assert!(kits::revoke(&mut tx, kit.id).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(kit.create(&world, &packet).await.code(), (403, "kit.revoked"));
        assert!(!stored(&world, &packet).await);
    }
}

/// A kit that is revoked between two chunks sends no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revocation_works_in_the_middle_of_an_upload() {
    for world in worlds().await {
        let (kit, packet) = (&world.kits[0], sealed(&world, 0));
        kit.create(&world, &packet).await;
        kit.patch(&world, &packet, 0, &packet.bytes[..1000]).await;
        let mut tx = world.write().await;
        kits::revoke(&mut tx, kit.id).await.unwrap();
        tx.commit().await.unwrap();
        let rest = kit.patch(&world, &packet, 1000, &packet.bytes[1000..]).await;
        assert_eq!(rest.code(), (403, "kit.revoked"));
        assert!(!stored(&world, &packet).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_large_or_malformed_is_refused_before_it_is_read() {
    for world in worlds().await {
        let (kit, packet) = (&world.kits[0], sealed(&world, 0));
        let post = async |headers: &[(&str, String)]| {
            kit.send(&world, "POST", "/kit/v1/uploads", headers, Vec::new()).await
        };
        for length in [0, MAX_PACKET_BYTES + 1] {
            let answer = post(&creation(&packet, length)).await;
            assert_eq!(answer.code(), (413, "packet.oversized"), "{length}");
        }
        let [length, metadata] = &creation(&packet, 9 << 20)[..] else { panic!("two headers") };
        let long = ("upload-metadata", metadata.1.repeat(9));
        let words = ("upload-metadata", "packet ?,sha256 ?".to_owned());
        let cases = [vec![length.clone()], vec![metadata.clone()], vec![length.clone(), long]];
        for headers in cases.into_iter().chain([vec![length.clone(), words]]) {
            assert_eq!(post(&headers).await.code(), (400, "upload.malformed"));
        }
        assert_eq!(post(&[length.clone(), metadata.clone()]).await.status, 201);
        let answer = kit.patch(&world, &packet, 0, &vec![0; (8 << 20) + 1]).await;
        assert_eq!(answer.code(), (413, "upload.chunk_too_large"));
        assert_eq!(kit.head(&world, &packet).await.offset(), 0);
        let path = upload_path(&packet);
        let without_offset = kit.send(&world, "PATCH", &path, &[], vec![1]).await;
        assert_eq!(without_offset.code(), (400, "upload.malformed"));
        // Somebody else's upload looks like none.
        assert_eq!(world.kits[1].head(&world, &packet).await.status, 404);
        let theirs = world.kits[1].create(&world, &packet).await;
        assert_eq!(theirs.code(), (409, "upload.not_yours"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_bytes_under_a_known_id_are_a_tamper_case() {
    for world in worlds().await {
        let (kit, packet) = (&world.kits[0], sealed(&world, 0));
        assert_eq!(kit.upload(&world, &packet).await.status, 204);
        let other = packet.altered(|bytes| bytes[50] ^= 1);
        for _ in 0..2 {
            assert_eq!(kit.upload(&world, &other).await.code(), (409, "packet.id_reused"));
        }
        let cases = packets::list_tamper_cases(&mut world.read().await, 9).await.unwrap();
        assert_eq!(cases.len(), 1);
        assert_eq!((cases[0].kept_hash, cases[0].other_hash), (packet.hash, other.hash));
        let kept = packets::get(&mut world.read().await, packet.packet).await.unwrap().unwrap();
        assert_eq!((kept.hash, kept.quarantine), (packet.hash, None));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_the_kit_did_not_sign_are_refused_and_the_genuine_ones_taken() {
    for world in worlds().await {
        let (kit, packet) = (&world.kits[0], sealed(&world, 0));
        let middle = packet.bytes.len() / 2;
        let flipped = packet.altered(|bytes| bytes[middle] ^= 1);
        for _ in 0..2 {
            let answer = kit.upload(&world, &flipped).await;
            assert_eq!(answer.code(), (422, "packet.kit_signature"));
            assert_eq!(kit.receipt(&world, &flipped).await.status, 404);
        }
        assert_eq!(packets::count(&mut world.read().await).await.unwrap(), 1);
        assert_eq!(kit.upload(&world, &packet).await.status, 204);
        assert!(stored(&world, &packet).await);
    }
}

/// A folder that is a file refuses every write, as a full disk does, also to root.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_answers_507_and_nothing_is_half_done() {
    for world in worlds().await {
        let (kit, packet) = (&world.kits[0], sealed(&world, 0));
        let full = (507, "receive.disk_full");
        let (uploads, packets_folder) =
            (world.folder.path().join("uploads"), world.folder.path().join("packets"));

        block(&uploads);
        assert_eq!(kit.create(&world, &packet).await.code(), full);
        assert_eq!(kit.head(&world, &packet).await.status, 404);
        unblock(&uploads);

        assert_eq!(kit.create(&world, &packet).await.status, 201);
        block(&uploads);
        assert_eq!(kit.patch(&world, &packet, 0, &packet.bytes).await.code(), full);
        assert_eq!(kit.head(&world, &packet).await.offset(), 0);
        unblock(&uploads);

        block(&packets_folder);
        assert_eq!(kit.patch(&world, &packet, 0, &packet.bytes).await.code(), full);
        assert!(!stored(&world, &packet).await);
        assert_eq!(kit.head(&world, &packet).await.status, 507);
        unblock(&packets_folder);
        // Every byte is there: asking is enough.
        let head = kit.head(&world, &packet).await;
        assert_eq!((head.status.as_u16(), head.offset()), (200, packet.bytes.len() as u64));
        assert!(stored(&world, &packet).await);
        assert_eq!(std::fs::read_dir(&uploads).unwrap().count(), 0);
        world.drain().await;
        assert_eq!(world.state(packet.application).await.name(), "numbered");
    }
}

/// A part that a crash took from the disk is sent again, not refused for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_whose_bytes_a_crash_took_begins_again() {
    for world in worlds().await {
        let (kit, packet) = (&world.kits[0], sealed(&world, 0));
        kit.create(&world, &packet).await;
        kit.patch(&world, &packet, 0, &packet.bytes[..1000]).await;
        let part = world.folder.path().join("uploads").join(format!("{}.part", packet.packet));
        std::fs::remove_file(part).unwrap();
        let rest = kit.patch(&world, &packet, 1000, &packet.bytes[1000..]).await;
        assert_eq!(rest.code(), (409, "upload.offset"));
        assert_eq!(kit.head(&world, &packet).await.offset(), 0);
        // Zeros in their place, as some file systems leave after a power cut, are noticed.
        let part = world.folder.path().join("uploads").join(format!("{}.part", packet.packet));
        std::fs::write(&part, vec![0; 1000]).unwrap();
        let rest = kit.patch(&world, &packet, 1000, &packet.bytes[1000..]).await;
        assert_eq!(rest.code(), (460, "upload.hash_mismatch"));
        assert_eq!(kit.upload(&world, &packet).await.status, 204);
        assert!(stored(&world, &packet).await);
    }
}

fn block(folder: &Path) {
    std::fs::rename(folder, folder.with_extension("aside")).unwrap();
    std::fs::write(folder, b"").unwrap();
}

fn unblock(folder: &Path) {
    std::fs::remove_file(folder).unwrap();
    std::fs::rename(folder.with_extension("aside"), folder).unwrap();
}
