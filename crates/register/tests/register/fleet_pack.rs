//! A changed country pack comes to kits with their papers, whole or not at all, and is taken into
//! use between two interviews.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use niims_country::{CountryPack, FormKind};
use niims_kit::interview::InterviewOf;
use niims_kit::{Kit, KitOptions};
use niims_register::http::kit_router;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::fixture::fleet::{LEADER, contact, door, enrol, registered, served, staff};
use crate::fixture::worlds;

/// Kenya's pack with one question more.
fn one_question_more() -> CountryPack {
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../country/kenya"), folder.path());
    let add = |file: &str, text: &str| {
        let path = folder.path().join(file);
        fs::write(&path, fs::read_to_string(&path).unwrap() + text).unwrap();
    };
    add(
        "form.toml",
        "\n[[field]]\nid = \"second_email\"\nsection = \"contact\"\ntype = \"email\"\n\
         sensitivity = \"personal\"\nbasis = \"niims.enrolment\"\n",
    );
    for language in ["en", "sw"] {
        let text = "\n[field.second_email]\nlabel = \"Another one\"\nhint = \"Or none.\"\nerror = \"An address.\"\n";
        add(&format!("texts/{language}.toml"), text);
    }
    CountryPack::load(folder.path()).unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Whether the kit asks the new question.
fn asks(kit: &Kit) -> bool {
    kit.pack().field("second_email").is_some()
}

async fn opened(folder: &Path) -> Kit {
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || {
        let options = KitOptions::new(Arc::new(CountryPack::embedded().unwrap()));
        Kit::open(&folder, options).unwrap()
    })
    .await
    .unwrap()
}

/// Begins an interview with somebody; and the kit back.
async fn begun(mut kit: Kit, now: Timestamp) -> (Kit, Result<InterviewOf, String>) {
    tokio::task::spawn_blocking(move || {
        let mut rng = ChaCha20Rng::from_seed([now.as_millisecond().to_le_bytes()[0]; 32]);
        let of = kit.begin_interview(LEADER, FormKind::Adult, now, &mut rng);
        (kit, of.map_err(|error| error.code().to_owned()))
    })
    .await
    .unwrap()
}

async fn withdrawn(mut kit: Kit, of: InterviewOf) -> Kit {
    tokio::task::spawn_blocking(move || {
        kit.withdraw_interview(of).unwrap();
        kit
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_pack_comes_with_the_papers_and_waits_for_open_interviews() {
    for world in worlds().await {
        staff(&world).await;
        let (before, folder) = (door(&world).await, tempfile::tempdir().unwrap());
        let (_, code) = registered(&world, "FLEET-1").await;
        let kit = enrol(&before, folder.path(), &code, world.now(), 1).await.unwrap();
        let (kit, of) = begun(kit, world.now()).await;
        let of = of.unwrap();
        let after = served(kit_router(world.with_pack(one_question_more()))).await;
        let (kit, told) = contact(&after, kit, world.now()).await;
        assert_eq!(
            (told, asks(&kit)),
            (Ok(()), false),
            "somebody is in the middle of an interview"
        );
        // The grace runs on: whoever never ends their interviews begins no other for ever.
        world.pass(SignedDuration::from_hours(24 * 15));
        let (kit, refused) = begun(kit, world.now()).await;
        assert_eq!(refused, Err("kit.pack_not_certified".to_owned()));
        drop(kit);
        let kit = opened(folder.path()).await;
        assert!(!asks(&kit), "and a restart changes nothing under it");
        let kit = withdrawn(kit, of).await;
        let (kit, next) = begun(kit, world.now()).await;
        assert!(next.is_ok() && asks(&kit), "between two interviews");
        drop(kit);
        // Without any line, after a restart, with the interview open.
        let kit = opened(folder.path()).await;
        assert!(asks(&kit));
        // And back again, to the pack of the program, which needs no line at all.
        let kit = withdrawn(kit, next.unwrap()).await;
        let (kit, told) = contact(&before, kit, world.now()).await;
        assert_eq!((told, asks(&kit)), (Ok(()), false));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_kit_gets_the_pack_that_it_lacks_over_a_line_that_breaks() {
    for world in worlds().await {
        staff(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let (_, code) = registered(&world, "FLEET-1").await;
        // Only the first piece passes, and no more than one whenever the kit comes again.
        let (pieces, passed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counting, passing) = (Arc::clone(&pieces), Arc::clone(&passed));
        let breaks = from_fn(move |request: Request, next: Next| {
            let (counting, passing) = (Arc::clone(&counting), Arc::clone(&passing));
            async move {
                if !request.uri().path().contains("/country-pack/") {
                    return next.run(request).await;
                }
                if counting.fetch_add(1, Ordering::SeqCst) % 8 != 0 {
                    return StatusCode::BAD_GATEWAY.into_response();
                }
                passing.fetch_add(1, Ordering::SeqCst);
                next.run(request).await
            }
        });
        let centre = world.with_pack(one_question_more());
        let address = served(kit_router(centre).layer(breaks)).await;
        let mut tries = 0;
        let kit = loop {
            tries += 1;
            assert!(tries < 20, "it never came whole");
            match enrol(&address, folder.path(), &code, world.now(), tries).await {
                Ok(kit) => break kit,
                Err(error) => assert_eq!(error.code(), "link.refused"),
            }
        };
        assert!(asks(&kit) && tries > 1, "{tries} tries");
        let size = fs::read_dir(folder.path().join("packs")).unwrap().next().unwrap().unwrap();
        let size = size.metadata().unwrap().len() as usize;
        let needed = size.div_ceil(niims_wire::kit::PACK_PIECE);
        assert_eq!(passed.load(Ordering::SeqCst), needed, "no piece came twice");
        drop(kit);
        assert!(asks(&opened(folder.path()).await));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_the_certified_pack_is_not_kept() {
    for world in worlds().await {
        staff(&world).await;
        let (before, folder) = (door(&world).await, tempfile::tempdir().unwrap());
        let (_, code) = registered(&world, "FLEET-1").await;
        let kit = enrol(&before, folder.path(), &code, world.now(), 1).await.unwrap();
        let centre = world.with_pack(one_question_more());
        let turned = served(kit_router(Arc::clone(&centre)).layer(from_fn(turn_a_bit))).await;
        let (kit, told) = contact(&turned, kit, world.now()).await;
        assert_eq!((told, asks(&kit)), (Err("kit.pack_damaged".to_owned()), false));
        let left = fs::read_dir(folder.path().join("packs")).unwrap().count();
        assert_eq!(left, 0, "nothing of it is kept");
        // The old pack counts on, as long as the grace.
        let (kit, of) = begun(kit, world.now()).await;
        let kit = withdrawn(kit, of.unwrap()).await;
        let honest = served(kit_router(centre)).await;
        let (kit, told) = contact(&honest, kit, world.now()).await;
        assert_eq!((told, asks(&kit)), (Ok(()), true));
    }
}

/// A line on which one bit of each piece turns.
async fn turn_a_bit(request: Request, next: Next) -> Response {
    let is_piece = request.uri().path().contains("/country-pack/");
    let response = next.run(request).await;
    if !is_piece {
        return response;
    }
    let (head, body) = response.into_parts();
    let mut bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    Response::from_parts(head, Body::from(bytes))
}
