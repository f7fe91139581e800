//! One print of a list: an image to be extracted, or a template made earlier.

use thiserror::Error;

use crate::extract::{ExtractError, extract};
use crate::image::{ImageError, ImageLimits, decode_image};
use crate::template::{RecordError, Template, TemplateFormat, read_any};

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
    /// A template file is damaged or outside its standard.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A template file without a finger.
    #[error("the template file holds no finger")]
    NoFinger,
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
            Self::Record(error) => error.code(),
            Self::NoFinger => "list.no_finger",
            Self::NoResolution => "list.no_resolution",
        }
    }
}

/// Whether a file that begins with these bytes (32 suffice) is a template, not an image.
pub fn is_template(beginning: &[u8]) -> bool {
    TemplateFormat::recognise(beginning).is_some()
}

/// The template of an image (extracted at `dpi` dots per inch) or of a template file; of a record
/// with several prints, the first.
///
/// # Errors
/// [`Refusal`] for anything that gives no template.
pub fn read_print(bytes: &[u8], dpi: Option<u16>) -> Result<Template, Refusal> {
    if is_template(bytes) {
        let finger = read_any(bytes)?.fingers.into_iter().next();
        return finger.map(|(_, template)| template).ok_or(Refusal::NoFinger);
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
    use crate::template::{Minutia, MinutiaKind};

    fn template() -> Template {
        let minutia =
            |x| Minutia { x, y: 400, direction: 9, kind: MinutiaKind::Ending, quality: 70 };
        Template::new(300, 300, 60, (1..30).map(|i| minutia(i * 30)).collect()).unwrap()
    }

    #[test]
    fn templates_are_told_from_images_by_their_content() {
        let own = template();
        for format in TemplateFormat::ALL {
            let bytes = format.write(&[(FingerPosition::RightIndex, &own)]).unwrap();
            assert!(is_template(&bytes[..32]), "{}", format.name());
            assert_eq!(read_print(&bytes, None).unwrap().minutiae().len(), 29);
        }
        let two = [(FingerPosition::RightIndex, &own), (FingerPosition::LeftIndex, &own)];
        let bytes = TemplateFormat::Iso2005.write(&two).unwrap();
        assert_eq!(read_print(&bytes, None).unwrap().minutiae().len(), 29);
        let blank = encode_png(&GrayImage::new(200, 200, vec![255; 40_000]).unwrap());
        assert!(!is_template(&blank));
        for (bytes, dpi, code) in [
            (&blank[..], None, "list.no_resolution"),
            (&blank[..], Some(500), "extract.no_finger"),
            (&blank[..], Some(1), "extract.resolution"),
            (b"NFT", None, "record.template"),
            (b"nothing known", Some(500), "image.format"),
            (b"", Some(500), "image.format"),
        ] {
            assert_eq!(read_print(bytes, dpi).unwrap_err().code(), code);
        }
        assert!(read_print(b"FMR\0 20\0", None).is_err());
    }
}
