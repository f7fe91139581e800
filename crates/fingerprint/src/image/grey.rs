//! Any kind of pixel to eight bits of grey.

use image::DynamicImage;

/// Luminance weights of ITU-R BT.709, ten-thousandths; the same that the image library uses.
const WEIGHTS: [u32; 3] = [2126, 7152, 722];

/// Grey value of a colour.
pub(super) fn luminance(red: u8, green: u8, blue: u8) -> u8 {
    let [r, g, b] = WEIGHTS;
    ((r * u32::from(red) + g * u32::from(green) + b * u32::from(blue)) / 10_000) as u8
}

/// Luminance in eight bits; what is transparent lies on white, the ground of a print.
pub(super) fn to_grey(picture: DynamicImage) -> Vec<u8> {
    if !picture.color().has_alpha() {
        return picture.into_luma8().into_raw();
    }
    let both = picture.into_luma_alpha8().into_raw();
    let (pairs, _) = both.as_chunks::<2>();
    pairs
        .iter()
        .map(|[grey, alpha]| {
            let (grey, alpha) = (u32::from(*grey), u32::from(*alpha));
            ((grey * alpha + 255 * (255 - alpha) + 127) / 255) as u8
        })
        .collect()
}
