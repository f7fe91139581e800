//! TEMPORARY
use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::*;
use niims_fingerprint::draw::{PrintSide, pair_page};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
fn main() {
    let mut g = ChaCha8Rng::from_seed([3; 32]);
    let traits = PersonTraits::adult(&mut g);
    let f = MasterFinger::grow([5; 32], FingerPosition::LeftThumb, &traits);
    let p: Vec<GrayImage> = (0..2).map(|_| f.impression(&mut g, &ImpressionConditions::typical())).collect();
    let e: Vec<_> = p.iter().map(|p| extract_traced(p, 500).unwrap()).collect();
    let c = compare(&Prepared::new(&e[0].0.template), &Prepared::new(&e[1].0.template));
    let s = |i: usize| PrintSide { title: "synthetic print", picture: &p[i], extraction: &e[i].0, trace: &e[i].1 };
    std::fs::write("/tmp/page.html", pair_page(&s(0), &s(1), &c)).unwrap();
    for (i, e) in e.iter().enumerate() { println!("{i} {:?}", e.0.singular); }
}
