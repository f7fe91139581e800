//! Which elements matter, and where they stand.

/// An element, seen from its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Bir,
    BdbInfo,
    Format,
    FormatType,
    Type,
    Subtype,
    Quality,
    Score,
    Bdb,
    Others,
    /// A remark; whether it is the one that is read.
    Entry {
        exception: bool,
    },
    /// Anything else, and everything in it.
    Skipped,
}

impl Tag {
    /// The element of this name under this parent. `exception` is asked for remarks only.
    pub(super) fn under(parent: Option<Self>, name: &str, exception: impl Fn() -> bool) -> Self {
        match (parent, name) {
            (None | Some(Self::Bir), "BIR") => Self::Bir,
            (Some(Self::Bir), "BDBInfo") => Self::BdbInfo,
            (Some(Self::Bir), "BDB") => Self::Bdb,
            (Some(Self::Bir), "others" | "Others") => Self::Others,
            (Some(Self::BdbInfo), "Format") => Self::Format,
            (Some(Self::Format), "Type") => Self::FormatType,
            (Some(Self::BdbInfo), "Type") => Self::Type,
            (Some(Self::BdbInfo), "Subtype") => Self::Subtype,
            (Some(Self::BdbInfo), "Quality") => Self::Quality,
            (Some(Self::Quality), "Score") => Self::Score,
            (Some(Self::Others), "entry") => Self::Entry { exception: exception() },
            _ => Self::Skipped,
        }
    }

    /// Most characters of its text that are kept; more is an error, none means that it is not read.
    pub(super) fn longest_text(self) -> usize {
        match self {
            // Base64 of a 12 MiB record, with line breaks.
            Self::Bdb => 17 << 20,
            Self::FormatType
            | Self::Type
            | Self::Subtype
            | Self::Score
            | Self::Entry { exception: true } => 256,
            _ => 0,
        }
    }
}
