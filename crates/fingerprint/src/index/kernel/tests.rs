//! Tests that every kernel gives the bits of the portable one.

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;
use crate::index::cylinder::LEAST_ONES;

/// Cylinders of any density, sorted as a gallery has them or not.
fn any_cylinders(most: usize) -> impl Strategy<Value = Vec<Cylinder>> {
    let cylinder = (any::<[u64; WORDS]>(), any::<[u64; WORDS]>(), any::<u8>(), 0u8..3).prop_map(
        |(a, b, direction, density)| {
            let bits: [u64; WORDS] = std::array::from_fn(|word| match density {
                0 => a[word] & b[word] & a[word].rotate_left(17) & b[word].rotate_left(29),
                1 => a[word] & b[word],
                _ => a[word] | b[word] | a[word].rotate_left(7) | b[word].rotate_left(11),
            });
            let ones = bits.iter().map(|word| word.count_ones()).sum::<u32>().min(255) as u8;
            Cylinder { bits, direction, ones }
        },
    );
    prop::collection::vec(cylinder.prop_filter("sparse", |c| c.ones >= LEAST_ONES), 0..most)
}

fn gallery(cylinders: &[Cylinder]) -> (Vec<[u64; WORDS]>, Vec<[u8; 2]>) {
    cylinders.iter().map(|c| (c.bits, [c.direction, c.ones])).unzip()
}

/// The definition, pair by pair.
fn by_definition(probe: &[Cylinder], gallery: &[Cylinder], gate: u8) -> u64 {
    let mut sum = 0;
    for g in gallery {
        let middle = (g.direction & !7) + 4;
        let best = probe
            .iter()
            .filter(|p| p.direction.wrapping_sub(middle).cast_signed().unsigned_abs() <= gate)
            .map(|p| {
                let common: u32 = (0..WORDS).map(|w| (p.bits[w] & g.bits[w]).count_ones()).sum();
                u64::from(common) * u64::from(ROOTS[usize::from(p.ones)])
            })
            .max()
            .unwrap_or(0);
        sum += weight(best, g.ones);
    }
    sum
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_kernel_computes_the_definition(
        probe in any_cylinders(70),
        other in any_cylinders(40),
        gate in prop::sample::select(vec![0u8, 8, 32, 45, 127, 128, 255]),
    ) {
        let (bits, tags) = gallery(&other);
        let gallery = GalleryPrint { bits: &bits, tags: &tags };
        let expected = by_definition(&probe, &other, gate);
        let print = ProbePrint::new(&probe, gate);
        for kernel in Kernel::available() {
            prop_assert_eq!(kernel.compare(&print, gallery), expected, "{:?}", kernel);
        }
    }
}

#[test]
fn a_print_is_most_alike_to_itself() {
    let mut bits = [0u64; WORDS];
    bits[0] = 0x00ff_00ff;
    bits[3] = 0xffff;
    let cylinder = Cylinder { bits, direction: 200, ones: 32 };
    let (bits, tags) = gallery(&[cylinder; 5]);
    let probe = ProbePrint::new(&[cylinder], 32);
    let same = Kernel::fastest().compare(&probe, GalleryPrint { bits: &bits, tags: &tags });
    let one = 1u64 << 30;
    assert!((5 * one * 98 / 100..=5 * one).contains(&same), "{same}");
}

/// Cylinders as dense as those of prints, of which a third are those of `like` with some bits lost.
fn random_print(generator: &mut ChaCha20Rng, most: u64, like: &[Cylinder]) -> Vec<Cylinder> {
    let number = generator.next_u64() % (most + 1);
    (0..number)
        .map(|_| {
            let mut sparse = || generator.next_u64() & generator.next_u64() & generator.next_u64();
            let lost: [u64; WORDS] = std::array::from_fn(|_| sparse());
            let own: [u64; WORDS] = std::array::from_fn(|_| sparse());
            let choice = generator.next_u64();
            let (base, direction) = match like {
                [_, ..] if choice.is_multiple_of(3) => {
                    let one = &like[(choice >> 8) as usize % like.len()];
                    (one.bits, one.direction)
                }
                _ => (own, (choice >> 8) as u8),
            };
            let bits: [u64; WORDS] = std::array::from_fn(|word| base[word] & !lost[word]);
            let ones = bits.iter().map(|word| word.count_ones()).sum::<u32>().min(255) as u8;
            Cylinder { bits, direction, ones }
        })
        .collect()
}

/// A million pairs, by all kernels of this processor. Seconds, hence by request; run it as
/// `cargo test --release -p niims-fingerprint a_million -- --ignored --nocapture`.
#[test]
#[ignore = "takes seconds"]
fn a_million_random_pairs_agree_in_all_kernels() {
    let mut generator = ChaCha20Rng::seed_from_u64(1);
    let probes: Vec<Vec<Cylinder>> =
        (0..1000).map(|_| random_print(&mut generator, 40, &[])).collect();
    let prints: Vec<_> =
        probes.iter().map(|like| gallery(&random_print(&mut generator, 24, like))).collect();
    let mut sums = Vec::new();
    for kernel in Kernel::available() {
        let started = std::time::Instant::now();
        let likenesses: Vec<u64> = probes
            .iter()
            .map(|cylinders| ProbePrint::new(cylinders, 32))
            .flat_map(|probe| {
                prints
                    .iter()
                    .map(|(bits, tags)| kernel.compare(&probe, GalleryPrint { bits, tags }))
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(likenesses.len(), 1_000_000);
        println!("{kernel:?}: {:.2} s", started.elapsed().as_secs_f64());
        sums.push((kernel, likenesses));
    }
    let (_, scalar) = &sums[0];
    assert!(
        scalar.iter().filter(|likeness| **likeness > 0).count() > 800_000,
        "pairs say something"
    );
    for (kernel, likenesses) in &sums[1..] {
        assert!(likenesses == scalar, "{kernel:?} differs from plain integers");
    }
}
