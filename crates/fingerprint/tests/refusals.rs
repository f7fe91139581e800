//! Pictures that are no print of one finger, against what is made of them: two synthetic fingers in
//! every arrangement, drawings, cloth, letters and noise.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod pictures;

use niims_fingerprint::synthetic::ImpressionConditions;
use niims_fingerprint::{GrayImage, extract};
use pictures::{blurred_noise, cat, finger, ridge_noise, text, together};

const SEVERAL: &str = "extract.several_fingers";

fn outcome(picture: &GrayImage) -> &'static str {
    extract(picture, 500).map_or_else(|error| error.code(), |_| "template")
}

/// How the second of two prints lies to the first: beside, below or between the two, with a gap in
/// pixels between what is inked, and how many of six pairs are refused at the least.
#[test]
fn two_fingers_in_one_picture_are_refused() {
    let conditions =
        ImpressionConditions { width: 400, height: 480, ..ImpressionConditions::good() };
    let prints: Vec<GrayImage> = (0..6).map(|number| finger(number, &conditions)).collect();
    for print in &prints {
        assert_eq!(outcome(&together(print, print, 0, 0)), "template", "one finger");
    }
    for (name, gap, (along_x, along_y), least) in [
        ("side by side", 30, (1.0, 0.0), 6),
        ("side by side", 0, (1.0, 0.0), 6),
        ("side by side, 1 mm of each under the other", -20, (1.0, 0.0), 5),
        ("one above the other", 30, (0.0, 1.0), 3),
        ("one above the other", 0, (0.0, 1.0), 4),
        ("obliquely", 0, (0.7, 0.7), 4),
    ] {
        let mut refused = 0;
        for (index, first) in prints.iter().enumerate() {
            let second = &prints[(index + 1) % prints.len()];
            let place = |side: u32, share: f32| {
                if share > 0.0 { (side as f32 * share) as i32 + gap } else { 15 }
            };
            let (x, y) = (place(first.width(), along_x), place(first.height(), along_y));
            refused += usize::from(outcome(&together(first, second, x, y)) == SEVERAL);
        }
        println!("{name}, gap {gap}: {refused} of 6 refused");
        assert!(refused >= least, "{name}, gap {gap}: {refused} of 6");
    }
}

#[test]
fn drawings_letters_and_noise_are_refused() {
    let mut outcomes = Vec::new();
    for number in 0..4 {
        outcomes.push((format!("cat {number}"), outcome(&cat(number))));
    }
    for height in [10.0, 15.0, 20.0, 30.0, 60.0] {
        outcomes.push((format!("letters of {height} px"), outcome(&text(0, height))));
    }
    for sigma in [1.0, 2.0, 3.0, 4.0] {
        outcomes.push((format!("noise blurred by {sigma}"), outcome(&blurred_noise(0, sigma))));
    }
    for period in [5.0, 9.0, 12.0, 16.0] {
        outcomes.push((format!("waves of {period} px"), outcome(&ridge_noise(0, period))));
    }
    let passed: Vec<_> = outcomes.iter().filter(|(_, code)| *code == "template").collect();
    for (name, code) in &outcomes {
        println!("{name}: {code}");
    }
    assert!(passed.is_empty(), "{passed:?}");
}
