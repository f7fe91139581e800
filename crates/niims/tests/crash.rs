//! `kill -9` of the server and of the kit at random moments: nothing that was
//! reported saved is lost, nothing is doubled. Twelve rounds with the other tests;
//! `make soak` runs two hundred.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test stops where anything is off")]

mod crash {
    pub mod count;
    pub mod world;
}

use std::time::Duration;

use crash::count;
use crash::world::{KITS, Process, World};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Rounds unless `NIIMS_CRASH_ROUNDS` says otherwise.
const ROUNDS: usize = 12;
/// Longest life of a process before it is killed, in milliseconds: a whole round
/// of a kit takes about this long, so kills fall on every part of it.
const LONGEST_LIFE: u64 = 2_500;

#[test]
fn kills_at_random_moments_lose_nothing_and_double_nothing() {
    let rounds = std::env::var("NIIMS_CRASH_ROUNDS").map_or(ROUNDS, |n| n.parse().unwrap());
    let mut world = World::make(rounds);
    let mut rng = ChaCha8Rng::from_seed([41; 32]);
    let mut kills = 0;
    let mut server = world.serve();
    for round in 0..rounds {
        let mut kit = world.kit_work(round);
        std::thread::sleep(Duration::from_millis(rng.next_u64() % LONGEST_LIFE));
        // Round by round the server, the kit, or both at once.
        if round % 3 != 1 {
            server.kill();
            kills += 1;
        }
        if round % 3 != 0 {
            kills += usize::from(kit.kill());
        }
        if round % 3 != 1 {
            server = world.serve();
        }
        world.note_saved(&kit.wait_for_output());
    }
    finish(&mut world);
    world.drain();
    Process::kill(&mut server);
    let counted = count::count(&world);
    println!("{kills} kills in {rounds} rounds: {counted:?}");
    assert!(counted.saved > 0, "the kits saved nobody: the test shows nothing");
    assert_eq!(counted.lost, 0, "reported saved, but not at the centre");
    assert_eq!(counted.numbers, counted.people, "a person without number, or with two");
    assert_eq!(counted.doubled_numbers, 0, "one resident holds two numbers");
    assert_eq!(counted.unreceipted, 0, "a packet that left its kit without a receipt");
    assert_eq!(counted.parked, 0, "a step that failed for good");
    assert!(world.log_holds(), "the transparency log does not verify");
}

/// Lets every kit finish undisturbed: enrol who is left, seal, upload, delete.
fn finish(world: &mut World) {
    for round in 0..KITS {
        for _ in 0..4 {
            let mut kit = world.kit_work_to_the_end(round);
            let output = kit.wait_for_output();
            world.note_saved(&output);
        }
    }
}
