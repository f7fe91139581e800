//! A tiny model made here, a picture of 32 × 32 pixels projected on 64 fixed random directions, and
//! drawn faces for it. It tells drawings apart, and says nothing about people.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "for tests, which stop where anything is off"
)]

use std::io::Cursor;

use crate::embedding::FaceModel;
use crate::photo::Photo;

const SIDE: usize = 32;
/// Length of the tiny model's vector.
pub const LENGTH: usize = 64;

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

/// `ModelProto`: flatten a picture of these dimensions, then multiply by a matrix of fixed random numbers.
pub fn model(input: &[u64], length: usize) -> Vec<u8> {
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

/// The bytes of the tiny model.
pub fn tiny_bytes() -> Vec<u8> {
    model(&[1, 3, SIDE as u64, SIDE as u64], LENGTH)
}

/// The tiny model, loaded.
pub fn tiny() -> FaceModel {
    FaceModel::load(tiny_bytes()).unwrap()
}

/// A face of stripes: the same kind is the same person, the shift another photo.
pub fn face(kind: u32, shift: u32) -> Photo {
    Photo::from_fn(240, 320, |x, y| {
        let (dx, dy) = (x.abs_diff(120 + shift), y.abs_diff(150));
        if dx * dx * 25 + dy * dy * 16 > 25 * 16 * 196 {
            return [225, 226, 228];
        }
        let stripe = (x + kind * y / 2 - shift) / (20 + 9 * kind) % 2;
        [60 + 90 * stripe as u8, 50 + 70 * stripe as u8, 40 + 20 * kind as u8]
    })
}

/// A photo as a PNG file.
pub fn png(photo: &Photo) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(photo.width(), photo.height(), |x, y| {
        image::Rgb(photo.pixel(x, y))
    });
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A record of ISO/IEC 19794-5 of this edition, 2005 or 2011, around picture files.
pub fn record(pictures: &[&[u8]], edition: u16) -> Vec<u8> {
    let (version, head) = if edition == 2005 { (b"010\0", 14) } else { (b"030\0", 17) };
    let blocks: Vec<u8> = pictures
        .iter()
        .flat_map(|picture| {
            let (before, after) = if edition == 2005 {
                (vec![0; 16], vec![0; 12])
            } else {
                // Nine of time, five of device, no quality blocks, 17 of the face, 11 of the picture.
                let length = (picture.len() as u32).to_be_bytes();
                (vec![0; 14 + 1 + 17], [vec![0; 11], length.to_vec()].concat())
            };
            let length = 4 + before.len() + after.len() + picture.len();
            [(length as u32).to_be_bytes().to_vec(), before, after, picture.to_vec()].concat()
        })
        .collect();
    let count = (pictures.len() as u16).to_be_bytes().to_vec();
    let length = ((head + blocks.len()) as u32).to_be_bytes().to_vec();
    let flags = if edition == 2005 { Vec::new() } else { vec![0; 3] };
    [b"FAC\0".to_vec(), version.to_vec(), length, count, flags, blocks].concat()
}
