//! Whether a kit was stopped is the centre's signed word: nobody on the line can stop a kit or
//! free one, neither with words of their own nor with old ones of the centre.

use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use niims_country::FormKind;
use niims_kit::Kit;
use niims_record::fleet::KitAct;
use niims_register::http::kit_router;
use niims_wire::Problem;
use niims_wire::kit::STANDING;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::fixture::fleet::{MEMBER, act, contact, enrol, registered, served, staff};
use crate::fixture::{World, worlds};

/// What stands between kit and centre, and what it has heard.
#[derive(Default)]
struct Between {
    /// What it answers in the centre's place: whether the path is that of a standing.
    says: Option<Box<dyn Fn(bool) -> Response + Send>>,
    /// Swallows the answers of the centre.
    swallows: bool,
    /// What the centre answered, the path's kind and the body.
    heard: Vec<(bool, Bytes)>,
}

async fn between(world: &World) -> (String, Arc<Mutex<Between>>) {
    let shared = Arc::new(Mutex::new(Between::default()));
    let held = Arc::clone(&shared);
    let layer = from_fn(move |request: Request, next: Next| {
        let held = Arc::clone(&held);
        async move {
            let about_standing = request.uri().path() == STANDING;
            if let Some(says) = &held.lock().unwrap().says {
                return says(about_standing);
            }
            let (head, body) = next.run(request).await.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            let mut held = held.lock().unwrap();
            if head.status.is_success() {
                held.heard.push((about_standing, body.clone()));
            }
            if held.swallows {
                return StatusCode::BAD_GATEWAY.into_response();
            }
            Response::from_parts(head, Body::from(body))
        }
    });
    (served(kit_router(Arc::clone(&world.register)).layer(layer)).await, shared)
}

fn refusal(code: &str) -> Response {
    let body = serde_json::to_vec(&Problem::new(403, code, "no")).unwrap();
    (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, Problem::MEDIA_TYPE)], body).into_response()
}

fn json(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn begins(mut kit: Kit, world: &World) -> (Kit, Result<(), String>) {
    let now = world.now();
    tokio::task::spawn_blocking(move || {
        let mut rng = ChaCha20Rng::from_seed([now.as_millisecond().to_le_bytes()[0]; 32]);
        let begun = kit.begin_interview(MEMBER, FormKind::Adult, now, &mut rng);
        (kit, begun.map(|_| ()).map_err(|refused| refused.code().to_owned()))
    })
    .await
    .unwrap()
}

/// One report over the line; what came of it, and whether the kit then begins with somebody.
async fn after(address: &str, kit: Kit, world: &World) -> (Kit, [Result<(), String>; 2]) {
    let (kit, told) = contact(address, kit, world.now()).await;
    let (kit, begun) = begins(kit, world).await;
    (kit, [told, begun])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_on_the_line_stops_or_frees_a_kit() {
    let suspended = || Err("kit.suspended".to_owned());
    for world in worlds().await {
        staff(&world).await;
        let (line, between) = between(&world).await;
        let says = |says: Option<Box<dyn Fn(bool) -> Response + Send>>| {
            between.lock().unwrap().says = says;
        };
        let heard = |about_standing: bool| {
            let held = between.lock().unwrap();
            let found = held.heard.iter().rev().find(|(kind, _)| *kind == about_standing);
            found.unwrap().1.clone()
        };
        let folder = tempfile::tempdir().unwrap();
        let (id, code) = registered(&world, "FLEET-1").await;
        let one = folder.path().join("one");
        let kit = enrol(&line, &one, &code, world.now(), 4).await.unwrap();

        // Words of somebody's own: the kit asks for the signed one, gets none, and works on.
        says(Some(Box::new(|_| refusal("kit.suspended"))));
        let (kit, seen) = after(&line, kit, &world).await;
        assert_eq!(seen, [suspended(), Ok(())]);
        says(Some(Box::new(|_| refusal("kit.revoked"))));
        let (kit, seen) = after(&line, kit, &world).await;
        assert_eq!(seen, [Err("kit.revoked".to_owned()), Ok(())]);
        says(None);

        // A certificate that the kit never got, kept for the day on which it is suspended.
        between.lock().unwrap().swallows = true;
        let (kit, seen) = after(&line, kit, &world).await;
        assert_eq!(seen, [Err("link.refused".to_owned()), Ok(())]);
        between.lock().unwrap().swallows = false;
        let papers = heard(false);
        act(&world, id, KitAct::Suspend).await.unwrap();
        let (kit, seen) = after(&line, kit, &world).await;
        assert_eq!(seen, [suspended(), suspended()]);
        let old_word = heard(true);
        says(Some(Box::new(move |_| json(papers.clone()))));
        let (kit, seen) = after(&line, kit, &world).await;
        assert_eq!(seen[1], suspended(), "papers from before do not free it");
        says(None);

        // The end of it is signed as well, and the word of before stops the kit no more.
        act(&world, id, KitAct::Resume).await.unwrap();
        let (kit, seen) = after(&line, kit, &world).await;
        assert_eq!(seen, [Ok(()), Ok(())]);
        let replay = |word: Bytes| {
            says(Some(Box::new(move |about_standing| {
                if about_standing { json(word.clone()) } else { refusal("kit.suspended") }
            })));
        };
        replay(old_word);
        let (kit, seen) = after(&line, kit, &world).await;
        assert_eq!(seen, [suspended(), Ok(())]);
        says(None);

        // Nor does the word about another kit, however new it is.
        let (other_id, code) = registered(&world, "FLEET-2").await;
        let two = folder.path().join("two");
        let mut other = enrol(&line, &two, &code, world.now(), 5).await.unwrap();
        act(&world, other_id, KitAct::Suspend).await.unwrap();
        for _ in 0..12 {
            (other, _) = after(&line, other, &world).await;
        }
        replay(heard(true));
        let (_, seen) = after(&line, kit, &world).await;
        assert_eq!(seen, [suspended(), Ok(())]);
    }
}
