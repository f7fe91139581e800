//! One print of a list: an image to be extracted, or a template made earlier.

use thiserror::Error;

use crate::extract::{ExtractError, extract};
use crate::image::{ImageError, ImageLimits, decode_image};
use crate::template::iso19794::{self, RecordError};
use crate::template::{Template, TemplateError};

/// Why a print was refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The picture cannot be read.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// No template came of the picture.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// A template of our own form is damaged.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A record of a standard is damaged or outside it.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A picture without a resolution.
    #[error("no resolution is stated for the image; write its dots per inch, such as 500")]
    NoResolution,
}

impl Refusal {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Image(error) => error.code(),
            Self::Extract(error) => error.code(),
            Self::Template(error) => error.code(),
            Self::Record(error) => error.code(),
            Self::NoResolution => "list.no_resolution",
        }
    }
}

/// Whether a file that begins so is a template, not an image: our own form, or a finger minutiae
/// record of ISO/IEC 19794-2 or ANSI/INCITS 378 (both begin with `FMR`).
pub fn is_template(beginning: &[u8]) -> bool {
    beginning.starts_with(b"NFT") || beginning.starts_with(b"FMR\0")
}

/// The template of an image (extracted at `dpi` dots per inch) or of a template file; of a record
/// with several prints, the first.
///
/// # Errors
/// [`Refusal`] for anything that gives no template.
pub fn read_print(bytes: &[u8], dpi: Option<u16>) -> Result<Template, Refusal> {
    if bytes.starts_with(b"NFT") {
        return Ok(Template::from_bytes(bytes)?);
    }
    if is_template(bytes) {
        return Ok(iso19794::read(bytes)?.template(0)?);
    }
    let dpi = dpi.ok_or(Refusal::NoResolution)?;
    let picture = decode_image(bytes, &ImageLimits::default())?;
    Ok(extract(&picture, dpi)?.template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finger::FingerPosition;
    use crate::image::{GrayImage, encode_png};
    use crate::template::iso19794::Record;
    use crate::template::{Minutia, MinutiaKind};

    fn template() -> Template {
        let minutia =
            |x| Minutia { x, y: 400, direction: 9, kind: MinutiaKind::Ending, quality: 70 };
        Template::new(300, 300, 60, (1..30).map(|i| minutia(i * 30)).collect()).unwrap()
    }

    #[test]
    fn templates_are_told_from_images_by_their_content() {
        let own = template();
        assert_eq!(read_print(&own.to_bytes(), None).unwrap(), own);
        let record = Record::from_templates(&[(FingerPosition::RightIndex, &own)]).unwrap();
        let read = read_print(&iso19794::write(&record).unwrap(), None).unwrap();
        assert_eq!(read.minutiae().len(), 29);
        let blank = encode_png(&GrayImage::new(200, 200, vec![255; 40_000]).unwrap());
        assert!(!is_template(&blank));
        for (bytes, dpi, code) in [
            (&blank[..], None, "list.no_resolution"),
            (&blank[..], Some(500), "extract.no_finger"),
            (&blank[..], Some(1), "extract.resolution"),
            (b"NFT", None, "template.length"),
            (b"nothing known", Some(500), "image.format"),
            (b"", Some(500), "image.format"),
        ] {
            assert_eq!(read_print(bytes, dpi).unwrap_err().code(), code);
        }
        assert!(read_print(b"FMR\0 20\0", None).is_err());
    }
}
