//! Pictures of fingers: what the item says about them must be what they are.

use niims_fingerprint::FingerPosition;
use niims_fingerprint::extract::DPI_RANGE;
use niims_wire::abis::FingerTemplate;

use super::check;
use crate::intake;
use crate::osia::fault::Fault;
use crate::osia::messages::biometric::BiometricData;
use crate::osia::messages::vocabulary::Compression;

/// Largest side of a picture without compression, pixels: as for any other picture of a finger.
const LARGEST_SIDE: i64 = 4_095;

/// Resolution of a picture where neither it nor the item says one, pixels per inch: that of nearly
/// all sensors for fingers.
const USUAL_RESOLUTION: i64 = 500;

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
    let dpi = resolution(item, at)?;
    let image = check::at(at, "image");
    let read = match item.compression {
        Some(Compression::None) if !is_record(bytes) => {
            let (width, height) = sides(item, bytes, at)?;
            intake::finger_pixels(bytes, width, height, finger, dpi)
        }
        Some(stated) if !is_record(bytes) && found(bytes) != Some(stated) => {
            let must = "compressed as compression states";
            return Err(Fault::Biometrics { at: image, must });
        }
        _ => intake::finger_image(bytes, finger, dpi),
    };
    read.map_err(|why| Fault::intake(image, &why))
}

fn resolution(item: &BiometricData, at: &str) -> Result<u16, Fault> {
    let stated = item.resolution.unwrap_or(USUAL_RESOLUTION);
    u16::try_from(stated).ok().filter(|dpi| DPI_RANGE.contains(dpi)).ok_or_else(|| Fault::Member {
        at: check::at(at, "resolution"),
        must: "250 to 1000 pixels per inch",
    })
}

/// Width and height of grey values without a header, one byte each.
fn sides(item: &BiometricData, bytes: &[u8], at: &str) -> Result<(u32, u32), Fault> {
    let side = |stated: Option<i64>, member| {
        let side = stated.filter(|side| (1..=LARGEST_SIDE).contains(side));
        side.and_then(|side| u32::try_from(side).ok()).ok_or_else(|| Fault::Member {
            at: check::at(at, member),
            must: "given for a picture without compression, 1 to 4095 pixels",
        })
    };
    let (width, height) = (side(item.width, "width")?, side(item.height, "height")?);
    if item.bitdepth.is_some_and(|bits| bits != 8) {
        let must = "8: a byte for each pixel";
        return Err(Fault::Member { at: check::at(at, "bitdepth"), must });
    }
    if u64::from(width) * u64::from(height) != bytes.len() as u64 {
        let must = "as many bytes as width times height";
        return Err(Fault::Biometrics { at: check::at(at, "image"), must });
    }
    Ok((width, height))
}

/// A record of ISO/IEC 19794-4, which says by itself how its pictures are packed.
fn is_record(bytes: &[u8]) -> bool {
    bytes.starts_with(b"FIR\0")
}

/// Whether a picture is compressed as its item states; true where it states nothing, and for records of
/// ISO/IEC 19794-5, which say by themselves how their pictures are packed.
pub fn is_as_stated(item: &BiometricData, bytes: &[u8]) -> bool {
    item.compression
        .is_none_or(|stated| bytes.starts_with(b"FAC\0") || found(bytes) == Some(stated))
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
