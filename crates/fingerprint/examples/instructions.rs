//! Compares random prints on every set of instructions that the processor has, and says whether all
//! agree, bit for bit, and how fast each is: `instructions [PAIRS [SEED]]`, a million pairs by default.
//!
//! Prints are random minutiae, 3 to 63 of them; half of the pairs are two impressions of one finger.

use std::error::Error;
use std::time::{Duration, Instant};

use niims_fingerprint::compare::{Instructions, compare_with};
use niims_fingerprint::{Minutia, MinutiaKind, Prepared, Template};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Fingers, of two impressions each.
const FINGERS: usize = 2_000;
/// Sides of the prints in quarter pixels.
const SIDES: (u16, u16) = (1_400, 1_800);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let pairs: u64 = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut prints = Vec::with_capacity(2 * FINGERS);
    for _ in 0..FINGERS {
        let finger = finger(&mut rng);
        for _ in 0..2 {
            prints.push(Prepared::new(&impression(&finger, &mut rng)?));
        }
    }
    let mut timed: Vec<(Instructions, Duration)> =
        Instructions::all().into_iter().map(|each| (each, Duration::ZERO)).collect();
    let (mut different, mut alike) = (0u64, 0u64);
    for pair in 0..pairs {
        let first = below(&mut rng, prints.len());
        let second = if pair % 2 == 0 { first ^ 1 } else { below(&mut rng, prints.len()) };
        let mut expected = None;
        for (instructions, time) in &mut timed {
            let start = Instant::now();
            let comparison = compare_with(&prints[first], &prints[second], *instructions);
            *time += start.elapsed();
            alike += u64::from(expected.is_none() && comparison.score > 0);
            different +=
                u64::from(*expected.get_or_insert_with(|| comparison.clone()) != comparison);
        }
    }
    println!("{pairs} pairs, {alike} of them alike: {different} results differ");
    for (instructions, time) in timed {
        println!("{instructions:?}: {:.0} comparisons a second", pairs as f64 / time.as_secs_f64());
    }
    if different > 0 { Err("the instructions do not agree".into()) } else { Ok(()) }
}

fn below(rng: &mut ChaCha8Rng, end: usize) -> usize {
    rng.next_u32() as usize % end
}

fn finger(rng: &mut ChaCha8Rng) -> Vec<Minutia> {
    let count = 3 + below(rng, 61);
    (0..count)
        .map(|_| Minutia {
            x: below(rng, usize::from(SIDES.0)) as u16,
            y: below(rng, usize::from(SIDES.1)) as u16,
            direction: rng.next_u32() as u8,
            kind: if below(rng, 2) == 0 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation },
            quality: below(rng, 101) as u8,
        })
        .collect()
}

/// Moved, each minutia jittered by a few pixels, a seventh lost.
fn impression(finger: &[Minutia], rng: &mut ChaCha8Rng) -> Result<Template, Box<dyn Error>> {
    let (dx, dy) = (below(rng, 201) as i32 - 100, below(rng, 201) as i32 - 100);
    let mut minutiae = Vec::new();
    for minutia in finger {
        let x = i32::from(minutia.x) + dx + below(rng, 25) as i32 - 12;
        let y = i32::from(minutia.y) + dy + below(rng, 25) as i32 - 12;
        let direction = minutia.direction.wrapping_add(below(rng, 13) as u8).wrapping_sub(6);
        let inside = (0..i32::from(SIDES.0)).contains(&x) && (0..i32::from(SIDES.1)).contains(&y);
        if inside && below(rng, 7) > 0 {
            minutiae.push(Minutia { x: x as u16, y: y as u16, direction, ..*minutia });
        }
    }
    Ok(Template::new(SIDES.0 / 4, SIDES.1 / 4, 60, minutiae)?)
}
