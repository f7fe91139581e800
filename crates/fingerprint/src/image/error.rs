//! Why a picture is refused.

use thiserror::Error;

/// Why a picture was refused. No variant holds pixels or file content.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The file is larger than the limit.
    #[error(
        "the image file has {found} bytes, more than the {limit} allowed; scan one finger at 500 dpi"
    )]
    FileTooLarge {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Not one of the accepted formats.
    #[error(
        "the image is not PNG, TIFF, BMP, PGM, JPEG, JPEG 2000, WSQ or a record of ISO/IEC 19794-4; convert it without loss to one of these"
    )]
    Format,
    /// An accepted format, used in a way that is not read.
    #[error("{0} are not read; convert the image to eight bits of grey")]
    Unsupported(&'static str),
    /// The header states more pixels than allowed; nothing was decoded.
    #[error(
        "the image header states {width} × {height} pixels, more than {max_width} × {max_height}; crop it to the finger"
    )]
    TooManyPixels {
        /// Stated width.
        width: u32,
        /// Stated height.
        height: u32,
        /// Allowed width.
        max_width: u32,
        /// Allowed height.
        max_height: u32,
    },
    /// The header states pixels of more bytes than allowed; nothing was decoded.
    #[error(
        "the image would take {found} bytes of memory, more than the {limit} allowed; convert it to eight bits of grey"
    )]
    TooManyBytes {
        /// Bytes that the header implies.
        found: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Too small to hold a finger.
    #[error(
        "the image has {width} × {height} pixels; at least {min_side} a side are needed for a finger"
    )]
    TooFewPixels {
        /// Width found.
        width: u32,
        /// Height found.
        height: u32,
        /// Smallest side allowed.
        min_side: u32,
    },
    /// The file is cut short or damaged.
    #[error("the image file is damaged or cut short; transfer or scan it again")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A record holds several pictures where one is asked for.
    #[error("the record holds {0} pictures; extract the one that is meant")]
    SeveralPictures(usize),
    /// A buffer does not match its stated size.
    #[error("{found} grey values were given for {width} × {height} pixels")]
    PixelCount {
        /// Stated width.
        width: u32,
        /// Stated height.
        height: u32,
        /// Values given.
        found: usize,
    },
}

impl ImageError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FileTooLarge { .. } => "image.file_too_large",
            Self::Format => "image.format",
            Self::Unsupported(_) => "image.unsupported",
            Self::TooManyPixels { .. } => "image.too_many_pixels",
            Self::TooManyBytes { .. } => "image.too_many_bytes",
            Self::TooFewPixels { .. } => "image.too_few_pixels",
            Self::Damaged(_) => "image.damaged",
            Self::SeveralPictures(_) => "image.several_pictures",
            Self::PixelCount { .. } => "image.pixel_count",
        }
    }

    /// The file breaks its format in the way that `cause` says.
    pub(super) fn damaged(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Damaged(cause.into())
    }
}
