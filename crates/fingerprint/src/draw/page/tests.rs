//! The page of two synthetic prints, and of hostile titles.

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

use super::*;
use crate::compare::{Prepared, compare};
use crate::extract::{SingularKind, extract_traced};
use crate::finger::FingerPosition;
use crate::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};

/// What is to be seen on both prints together.
struct Marks {
    minutiae: usize,
    singular: Vec<SingularKind>,
}

fn page(titles: (&str, &str)) -> (String, Comparison, Marks) {
    let traits = PersonTraits::adult(&mut ChaCha8Rng::from_seed([3; 32]));
    let finger = MasterFinger::grow([3; 32], FingerPosition::LeftThumb, &traits);
    let print = |seed: u8| {
        let mut generator = ChaCha8Rng::from_seed([seed; 32]);
        finger.impression(&mut generator, &ImpressionConditions::good())
    };
    let pictures = [print(1), print(2)];
    let [(one, first), (two, second)] =
        pictures.each_ref().map(|picture| extract_traced(picture, 500).unwrap());
    let comparison = compare(&Prepared::new(&one.template), &Prepared::new(&two.template));
    let side = |title, index: usize, extraction, trace| PrintSide {
        title,
        picture: &pictures[index],
        extraction,
        trace,
    };
    let page =
        pair_page(&side(titles.0, 0, &one, &first), &side(titles.1, 1, &two, &second), &comparison);
    let marks = Marks {
        minutiae: one.template.minutiae().len() + two.template.minutiae().len(),
        singular: one.singular.iter().chain(&two.singular).map(|point| point.kind).collect(),
    };
    (page, comparison, marks)
}

#[test]
fn the_page_shows_every_layer_once_and_every_pair_in_both_figures() {
    let (page, comparison, marks) = page(("first", "second"));
    let pairs = comparison.paired.len();
    assert!(pairs > 5, "{pairs}");
    assert_eq!(page.matches("data:image/png").count(), 2);
    assert_eq!(page.matches("<circle").count(), marks.minutiae);
    for (kind, name) in [(SingularKind::Core, "core"), (SingularKind::Delta, "delta")] {
        let count = marks.singular.iter().filter(|found| **found == kind).count();
        assert_eq!(page.matches(&format!("<path class=\"{name}\"")).count(), count, "{name}");
        assert!(page.contains(&format!("<li class=\"{name}\">")), "{name} is explained");
    }
    assert!(!marks.singular.is_empty(), "the finger has a core");
    assert_eq!(page.matches("<text x=").count(), 4 * pairs, "two numbers in two figures");
    for (name, ..) in LAYERS {
        assert_eq!(page.matches(&format!("id=\"show-{name}\"")).count(), 1);
        assert!(STYLE.contains(&format!("#show-{name}:not(:checked)")), "{name} can be hidden");
    }
    for part in ["Extremely strong support", "lang=\"sw\"", "Laid upon each other", "of 100"] {
        assert!(page.contains(part), "{part}");
    }
    let evidence = &comparison.evidence;
    assert_eq!(evidence.score(), comparison.score, "the bars add up to the score");
    assert_eq!(page.matches("class=\"bar\"").count(), 6);
    let speaking = page.matches("<span class=\"against\"").count();
    let against = [
        evidence.surroundings,
        evidence.alignment,
        evidence.amount,
        evidence.texture,
        evidence.unpaired,
        evidence.limit,
    ];
    assert_eq!(speaking, against.iter().filter(|part| **part < 0).count());
    for id in ["a-ridges", "b-ridges", "a-direction", "b-direction"] {
        let path = page.split(&format!("id=\"{id}\" d=\"")).nth(1).unwrap();
        assert!(path.starts_with('M') && path.find('"').unwrap() > 1_000, "{id} is drawn");
    }
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
}

#[test]
fn the_page_fetches_nothing_and_runs_nothing() {
    let (page, ..) = page(("<script>alert(1)</script>", "\"><img src=x onerror=y>"));
    assert!(!page.contains("<script") && !page.contains("<img"));
    assert!(!page.contains("http://") && !page.contains("https://"));
    assert!(page.contains("&lt;script&gt;"));
}
