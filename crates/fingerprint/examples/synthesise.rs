//! Writes synthetic fingerprints as PNG: `cargo run -p niims-fingerprint --example synthesise -- DIR COUNT`.
//!
//! For each of COUNT fingers three impressions (good, typical, poor) and, every tenth finger, an
//! unusable one. The same COUNT always writes the same pictures. Prints the time per stage.

use std::path::Path;
use std::time::{Duration, Instant};

use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, encode_png};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: synthesise DIR COUNT (1 to 65535)";
    let directory = arguments.next().ok_or(usage)?;
    let count: u16 = arguments.next().ok_or(usage)?.parse().map_err(|_| usage)?;
    std::fs::create_dir_all(&directory)?;
    let (mut growing, mut printing, mut printed) = (Duration::ZERO, Duration::ZERO, 0_u32);
    for number in 0..count {
        let position = FingerPosition::all()[usize::from(number) % 10];
        let mut person = generator(number / 10, 0);
        let traits = match number / 10 % 4 {
            2 => PersonTraits::child(&mut person),
            3 => PersonTraits::worn(&mut person),
            _ => PersonTraits::adult(&mut person),
        };
        let start = Instant::now();
        let finger = MasterFinger::grow(seed(number, 1), position, &traits);
        growing += start.elapsed();
        for (name, conditions) in conditions_for(number) {
            let start = Instant::now();
            let print = finger.impression(&mut generator(number, name.len() as u8), &conditions);
            printing += start.elapsed();
            printed += 1;
            let file = format!("{number:05}_{position}_{name}.png");
            std::fs::write(Path::new(&directory).join(file), encode_png(&print))?;
        }
    }
    println!(
        "{count} fingers, {:?} each; {printed} impressions, {:?} each",
        growing / u32::from(count.max(1)),
        printing / printed.max(1)
    );
    Ok(())
}

fn conditions_for(number: u16) -> Vec<(&'static str, ImpressionConditions)> {
    let mut all = vec![
        ("good", ImpressionConditions::good()),
        ("typical", ImpressionConditions::typical()),
        ("poor_skin", ImpressionConditions::poor()),
    ];
    if number.is_multiple_of(10) {
        all.push(("unusable", ImpressionConditions::unusable()));
    }
    all
}

fn seed(number: u16, purpose: u8) -> [u8; 32] {
    let mut seed = [purpose; 32];
    seed[..2].copy_from_slice(&number.to_le_bytes());
    seed
}

fn generator(number: u16, purpose: u8) -> ChaCha8Rng {
    ChaCha8Rng::from_seed(seed(number, purpose))
}
