//! Pictures of fingers: what the item says about them must be what they are.

use niims_fingerprint::FingerPosition;
use niims_wire::abis::FingerTemplate;

use super::check;
use crate::intake;
use crate::osia::fault::Fault;
use crate::osia::messages::biometric::BiometricData;
use crate::osia::messages::vocabulary::Compression;

/// Largest side of a picture without compression, pixels: as for any other picture of a finger.
const LARGEST_SIDE: i64 = 4_095;

/// Resolutions that a picture of a finger can have, pixels per inch.
const RESOLUTIONS: core::ops::RangeInclusive<i64> = 250..=2_000;

/// The template of a picture of one finger.
///
/// # Errors
/// [`Fault`] for a picture that does not read, or is not what the item says.
pub fn read(
    item: &BiometricData,
    bytes: &[u8],
    finger: FingerPosition,
    at: &str,
) -> Result<FingerTemplate, Fault> {
    let resolution = resolution(item, at)?;
    let raw = match item.compression {
        Some(Compression::None) if !is_record(bytes) => Some(uncompressed(item, bytes, at)?),
        Some(stated) if !is_record(bytes) && found(bytes) != Some(stated) => {
            let must = "compressed as compression states";
            return Err(Fault::Biometrics { at: check::at(at, "image"), must });
        }
        _ => None,
    };
    let at = check::at(at, "image");
    intake::finger_image(raw.as_deref().unwrap_or(bytes), finger, resolution)
        .map_err(|why| Fault::Intake { at, why })
}

fn resolution(item: &BiometricData, at: &str) -> Result<Option<u16>, Fault> {
    let Some(stated) = item.resolution else { return Ok(None) };
    if !RESOLUTIONS.contains(&stated) {
        let must = "250 to 2000 pixels per inch";
        return Err(Fault::Member { at: check::at(at, "resolution"), must });
    }
    Ok(Some(stated as u16))
}

/// Grey values without a header, given one: a portable grey map.
fn uncompressed(item: &BiometricData, bytes: &[u8], at: &str) -> Result<Vec<u8>, Fault> {
    let side = |stated: Option<i64>, member| {
        stated.filter(|side| (1..=LARGEST_SIDE).contains(side)).ok_or_else(|| Fault::Member {
            at: check::at(at, member),
            must: "given for a picture without compression, 1 to 4095 pixels",
        })
    };
    let (width, height) = (side(item.width, "width")?, side(item.height, "height")?);
    if item.bitdepth.is_some_and(|bits| bits != 8) {
        let must = "8: a byte for each pixel";
        return Err(Fault::Member { at: check::at(at, "bitdepth"), must });
    }
    if usize::try_from(width * height) != Ok(bytes.len()) {
        let must = "as many bytes as width times height";
        return Err(Fault::Biometrics { at: check::at(at, "image"), must });
    }
    let mut map = format!("P5 {width} {height} 255\n").into_bytes();
    map.extend_from_slice(bytes);
    Ok(map)
}

/// A record of ISO/IEC 19794-4, which says by itself how its pictures are packed.
fn is_record(bytes: &[u8]) -> bool {
    bytes.starts_with(b"FIR\0")
}

fn found(bytes: &[u8]) -> Option<Compression> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    if begins(b"\xff\xa0") {
        Some(Compression::Wsq)
    } else if begins(b"\xff\xd8\xff") {
        Some(Compression::Jpeg)
    } else if begins(b"\0\0\0\x0cjP  ") || begins(b"\xff\x4f\xff\x51") {
        Some(Compression::Jpeg2000)
    } else if begins(b"\x89PNG\r\n\x1a\n") {
        Some(Compression::Png)
    } else {
        None
    }
}
