//! Officers come to an enrolled kit and leave it, by the fleet's page and the kit's next report.

use std::path::Path;
use std::sync::Arc;

use niims_country::{CountryPack, FormKind};
use niims_kit::{Kit, KitOptions};
use niims_record::OfficerId;
use niims_record::staff::{Role, UserName};
use niims_store::fleet::officers as roster;
use niims_store::officers::{self, Officer, OfficerStatus};
use niims_store::staff::accounts;
use niims_wire::fleet::{Fleet, OfficerWord};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::fixture::fleet::{LEADER, MANAGER, MEMBER, contact, door, enrol, made, staff};
use crate::fixture::{World, worlds};

const PIN: &str = "482913";

fn newcomer(n: u8) -> (OfficerId, String) {
    (OfficerId::from_bytes([100 + n; 16]), format!("desk.new{n}"))
}

/// Officers who have no kit yet.
async fn reserves(world: &World, count: u8) {
    let mut tx = world.write().await;
    for (id, name) in (0..count).map(newcomer) {
        let roles = vec![Role::RegistrationOfficer.name().to_owned()];
        let officer = Officer { id, signing_key: [9; 32], roles, status: OfficerStatus::Active };
        officers::insert(&mut tx, &officer).await.unwrap();
        let name = UserName::read(&name).unwrap();
        accounts::insert(&mut tx, id, &name, "Synthetic Colleague", world.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Opens the kit, lets it report, and does something with it.
async fn at<T: Send + 'static>(
    (address, folder): (&str, &Path),
    world: &World,
    work: impl FnOnce(&mut Kit, &mut ChaCha20Rng) -> T + Send + 'static,
) -> T {
    let folder = folder.to_owned();
    let kit = tokio::task::spawn_blocking(move || {
        let options = KitOptions::new(Arc::new(CountryPack::embedded().unwrap()));
        Kit::open(&folder, options).unwrap()
    });
    let (mut kit, told) = contact(address, kit.await.unwrap(), world.now()).await;
    assert_eq!(told, Ok(()));
    let seed = [world.now().as_millisecond().to_le_bytes()[0]; 32];
    let done = move || work(&mut kit, &mut ChaCha20Rng::from_seed(seed));
    tokio::task::spawn_blocking(done).await.unwrap()
}

fn code<T>(outcome: Result<T, niims_wire::Problem>) -> Result<T, String> {
    outcome.map_err(|problem| problem.code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_gets_a_seat_and_whoever_goes_loses_it() {
    for world in worlds().await {
        staff(&world).await;
        reserves(&world, 1).await;
        let folder = tempfile::tempdir().unwrap();
        let address = door(&world).await;
        let place = (address.as_str(), folder.path());
        let first = made(&world, "FLEET-1").await;
        drop(enrol(&address, folder.path(), &first.code, world.now(), 2).await.unwrap());
        let (who, name) = newcomer(0);
        let add =
            async || code(world.register.add_officer(first.kit, &name, MANAGER, world.now()).await);
        let word = add().await.unwrap().word.text();
        assert_eq!(add().await.unwrap_err(), "fleet.officers", "nobody comes twice");
        let now = world.now();
        let (key, of) = at(place, &world, move |kit, rng| {
            kit.set_first_pin(who, &word, PIN, rng).unwrap();
            let of = kit.begin_interview(who, FormKind::Adult, now, rng).unwrap();
            let key = kit.officers().find(|(id, ..)| *id == who).unwrap().1.to_bytes();
            (key, of)
        })
        .await;
        let kept = roster::key(&mut world.read().await, first.kit, who).await.unwrap();
        assert_eq!(kept, Some(key), "the centre checks the signatures by the kit's own key");

        world.register.remove_officer(first.kit, who, MANAGER, world.now()).await.unwrap();
        let now = world.now();
        at(place, &world, move |kit, _| {
            assert_eq!(kit.sign_in(who, PIN, now).unwrap_err().code(), "kit.officer_unknown");
            assert_eq!(kit.left_interviews().unwrap().len(), 1);
            assert_eq!(kit.close_left_interviews(MEMBER).unwrap_err().code(), "kit.not_supervisor");
        })
        .await;
        // Whoever comes back finds everything as it was, under the PIN of before.
        add().await.unwrap();
        at(place, &world, move |kit, _| {
            kit.sign_in(who, PIN, now).unwrap();
            kit.interview(of).unwrap();
            assert_eq!(kit.left_interviews().unwrap(), []);
        })
        .await;
        world.register.remove_officer(first.kit, who, MANAGER, world.now()).await.unwrap();
        at(place, &world, move |kit, _| {
            assert_eq!(kit.close_left_interviews(LEADER).unwrap(), 1);
            assert_eq!(kit.interviews().unwrap(), []);
        })
        .await;
        let remove = async |who| {
            code(world.register.remove_officer(first.kit, who, MANAGER, world.now()).await)
        };
        assert_eq!(remove(LEADER).await.unwrap_err(), "fleet.officers", "somebody closes the day");
        assert_eq!(remove(who).await.unwrap_err(), "fleet.officers", "gone already");
        assert_eq!(remove(MEMBER).await, Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kit_whose_keys_are_all_given_makes_others() {
    for world in worlds().await {
        staff(&world).await;
        reserves(&world, 11).await;
        let folder = tempfile::tempdir().unwrap();
        let address = door(&world).await;
        let place = (address.as_str(), folder.path());
        let first = made(&world, "FLEET-1").await;
        drop(enrol(&address, folder.path(), &first.code, world.now(), 2).await.unwrap());
        let add = async |n| -> Result<OfficerWord, String> {
            let name = newcomer(n).1;
            code(world.register.add_officer(first.kit, &name, MANAGER, world.now()).await)
        };
        let mut words = Vec::new();
        for n in 0..10 {
            words.push(add(n).await.unwrap().word.text());
        }
        assert_eq!(add(10).await.unwrap_err(), "fleet.officers", "twelve are the most");
        let count = at(place, &world, |kit, _| kit.newcomers().unwrap().len()).await;
        assert_eq!(count, 12);
        world.register.remove_officer(first.kit, MEMBER, MANAGER, world.now()).await.unwrap();
        add(10).await.unwrap();
        let known = async || {
            let shown = world.register.kit(first.kit, MANAGER).await.unwrap();
            shown.team.iter().filter(|member| member.has_key).count()
        };
        at(place, &world, |_, _| ()).await;
        assert_eq!(known().await, 11, "no key is left, and none is given twice");
        let (who, word) = (newcomer(0).0, words[0].clone());
        at(place, &world, move |kit, rng| kit.set_first_pin(who, &word, PIN, rng).unwrap()).await;
        at(place, &world, |_, _| ()).await;
        assert_eq!(known().await, 12);
        let last = newcomer(10).0;
        let is_new = at(place, &world, move |kit, _| {
            kit.newcomers().unwrap().iter().any(|one| one.officer == last)
        });
        assert!(is_new.await);
    }
}
