//! Officers of a kit set their first PINs by the words of the centre, each their own.

use std::path::Path;
use std::sync::Arc;

use niims_country::CountryPack;
use niims_kit::{Kit, KitOptions};
use niims_record::OfficerId;
use niims_wire::fleet::Fleet;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::fixture::fleet::{LEADER, MANAGER, MEMBER, door, enrol, made, staff};
use crate::fixture::worlds;

const PIN: &str = "482913";

/// Does something with a kit that is closed, on a thread of its own.
async fn at<T: Send + 'static>(
    folder: &Path,
    work: impl FnOnce(&mut Kit, &mut ChaCha20Rng) -> T + Send + 'static,
) -> T {
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || {
        let options = KitOptions::new(Arc::new(CountryPack::embedded().unwrap()));
        let mut kit = Kit::open(&folder, options).unwrap();
        work(&mut kit, &mut ChaCha20Rng::from_seed([9; 32]))
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_opens_the_seat_of_its_officer_once() {
    for world in worlds().await {
        staff(&world).await;
        let address = door(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let first = made(&world, "FLEET-1").await;
        let second = world.register.renew_code(first.kit, MANAGER, world.now()).await.unwrap();
        let names: Vec<_> = second.words.iter().map(|one| one.user_name.as_str()).collect();
        assert_eq!(names, ["desk.lead", "desk.two"]);
        let kit = enrol(&address, folder.path(), &second.code, world.now(), 2).await.unwrap();
        drop(kit);

        let old = first.words[0].word.text();
        let [lead, two] = [0, 1].map(|n: usize| second.words[n].word.text());
        let (now, others) = (world.now(), two.clone());
        at(folder.path(), move |kit, rng| {
            let new: Vec<_> = kit.newcomers().unwrap();
            let new: Vec<_> = new.iter().map(|one| (one.officer, one.badge.as_str())).collect();
            assert_eq!(new, [(LEADER, "desk.lead"), (MEMBER, "desk.two")]);
            let mut set = |kit: &mut Kit, who: OfficerId, word: &str, pin: &str| {
                kit.set_first_pin(who, word, pin, rng).map_err(|error| error.code().to_owned())
            };
            let wrong = Err("kit.first_word_wrong".to_owned());
            for word in ["", "0000-0000-0000", &old, &others] {
                assert_eq!(set(kit, LEADER, word, PIN), wrong, "{word}");
            }
            assert_eq!(set(kit, LEADER, &lead, "111111"), Err("kit.pin_rule".to_owned()));
            assert_eq!(set(kit, LEADER, &lead.to_lowercase(), PIN), Ok(()));
            assert_eq!(set(kit, LEADER, &lead, "730164"), Err("kit.first_pin_set".to_owned()));
            let stranger = OfficerId::from_bytes([99; 16]);
            assert_eq!(set(kit, stranger, &lead, PIN), Err("kit.officer_unknown".to_owned()));
        })
        .await;
        // From then on the key opens by the PIN alone, and the other seat is still free.
        at(folder.path(), move |kit, rng| {
            let new: Vec<_> = kit.newcomers().unwrap().iter().map(|one| one.officer).collect();
            assert_eq!(new, [MEMBER]);
            assert_eq!(kit.sign_in(LEADER, "730164", now).unwrap_err().code(), "kit.pin_wrong");
            kit.sign_in(LEADER, PIN, now).unwrap();
            kit.set_first_pin(MEMBER, &two, "295038", rng).unwrap();
            assert_eq!(kit.newcomers().unwrap(), []);
        })
        .await;
    }
}
