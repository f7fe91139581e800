//! What a model gives, and which models are refused.

use proptest::prelude::*;

use super::*;
use crate::check::check;
use crate::testing::{LENGTH, face, model, tiny};

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
