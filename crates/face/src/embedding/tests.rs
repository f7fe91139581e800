//! A tiny model made here: a picture of 32 × 32 pixels, projected on 64 fixed random directions.

use proptest::prelude::*;

use super::*;
use crate::check::check;

const SIDE: usize = 32;
const LENGTH: usize = 64;

/// One field of a protobuf message: a number, or bytes with their length.
fn number(field: u8, value: u64) -> Vec<u8> {
    [vec![field << 3], varint(value)].concat()
}

fn bytes(field: u8, value: &[u8]) -> Vec<u8> {
    [vec![field << 3 | 2], varint(value.len() as u64), value.to_vec()].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 128 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// `ValueInfoProto`: name, and a tensor of floats with these dimensions.
fn value_info(name: &str, dimensions: &[u64]) -> Vec<u8> {
    let dims: Vec<u8> = dimensions.iter().flat_map(|d| bytes(1, &number(1, *d))).collect();
    let tensor = [number(1, 1), bytes(2, &dims)].concat();
    [bytes(1, name.as_bytes()), bytes(2, &bytes(1, &tensor))].concat()
}

/// `TensorProto` of floats.
fn floats(name: &str, dimensions: &[u64], values: &[f32]) -> Vec<u8> {
    let dims: Vec<u8> = dimensions.iter().flat_map(|d| number(1, *d)).collect();
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    [dims, number(2, 1), bytes(8, name.as_bytes()), bytes(9, &raw)].concat()
}

/// `NodeProto`.
fn node(operator: &str, inputs: &[&str], output: &str) -> Vec<u8> {
    let inputs: Vec<u8> = inputs.iter().flat_map(|input| bytes(1, input.as_bytes())).collect();
    [inputs, bytes(2, output.as_bytes()), bytes(4, operator.as_bytes())].concat()
}

/// `ModelProto`: flatten, then multiply by a matrix.
fn model(input: &[u64], length: usize) -> Vec<u8> {
    let pixels: u64 = input[1..].iter().product();
    let mut state = 88_172_645_463_325_252u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    let matrix: Vec<f32> = (0..pixels as usize * length).map(|_| random()).collect();
    let graph = [
        bytes(1, &node("Flatten", &["picture"], "flat")),
        bytes(1, &node("MatMul", &["flat", "directions"], "embedding")),
        bytes(2, b"tiny"),
        bytes(5, &floats("directions", &[pixels, length as u64], &matrix)),
        bytes(11, &value_info("picture", input)),
        bytes(12, &value_info("embedding", &[1, length as u64])),
    ]
    .concat();
    [number(1, 8), bytes(7, &graph), bytes(8, &number(2, 17))].concat()
}

fn tiny() -> FaceModel {
    FaceModel::load(model(&[1, 3, SIDE as u64, SIDE as u64], LENGTH)).unwrap()
}

/// A face of stripes: the same kind is the same person, the shift another photo.
fn face(kind: u32, shift: u32) -> Photo {
    Photo::from_fn(240, 320, |x, y| {
        let (dx, dy) = (x.abs_diff(120 + shift), y.abs_diff(150));
        if dx * dx * 25 + dy * dy * 16 > 25 * 16 * 196 {
            return [225, 226, 228];
        }
        let stripe = (x + kind * y / 2 - shift) / (20 + 9 * kind) % 2;
        [60 + 90 * stripe as u8, 50 + 70 * stripe as u8, 40 + 20 * kind as u8]
    })
}

#[test]
fn photos_of_one_face_are_more_alike_than_of_two() {
    let model = tiny();
    let embed = |kind, shift| {
        let photo = face(kind, shift);
        model.embed(&photo, &check(&photo).head.unwrap()).unwrap()
    };
    let of_one = similarity(&embed(1, 0), &embed(1, 3)).unwrap();
    let of_two = similarity(&embed(1, 0), &embed(4, 0)).unwrap();
    assert!(of_one > 900, "{of_one}");
    assert!(of_two < of_one - 50, "{of_two} against {of_one}");
    assert_eq!(embed(2, 0).parts.len(), LENGTH);
    assert_eq!(embed(2, 0), embed(2, 0));
}

#[test]
fn models_that_do_not_fit_are_refused() {
    for (name, file, want) in [
        ("no model", b"a model".to_vec(), "face_model.unreadable"),
        ("empty", vec![], "face_model.unreadable"),
        ("grey pictures", model(&[1, 1, 32, 32], LENGTH), "face_model.input"),
        ("no picture", model(&[1, 3072], LENGTH), "face_model.input"),
        ("tiny pictures", model(&[1, 3, 8, 8], LENGTH), "face_model.input"),
        ("three numbers", model(&[1, 3, 32, 32], 3), "face_model.output"),
    ] {
        assert_eq!(FaceModel::load(file).map_err(|e| e.code()).err(), Some(want), "{name}");
    }
}

#[test]
fn other_models_make_other_embeddings() {
    let photo = face(1, 0);
    let head = check(&photo).head.unwrap();
    let other = FaceModel::load(model(&[1, 3, 48, 48], LENGTH)).unwrap();
    let [a, b] = [tiny(), other].map(|model| model.embed(&photo, &head).unwrap());
    assert_eq!(similarity(&a, &b), None);
    assert!(!format!("{a:?}").contains(&a.parts[0].to_string()) || a.parts[0].abs() < 10);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Cut and altered files are refused or load; they do not bring the process down.
    #[test]
    fn damaged_models_do_no_harm(at in 0usize..200, to: u8, cut in 0usize..400) {
        let mut file = model(&[1, 3, 16, 16], 16);
        file[at] = to;
        let keep = file.len() - cut.min(file.len());
        file.truncate(if cut > 200 { keep } else { file.len() });
        let _ = FaceModel::load(file);
    }
}
