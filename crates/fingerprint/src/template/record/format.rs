//! Which form a template file has, told from its first bytes.

use super::{Record, RecordError, ansi378, iso2005, iso2011};
use crate::finger::FingerPosition;
use crate::template::Template;

/// The forms in which templates are read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TemplateFormat {
    /// This crate's own: one finger, sub-pixel places, checksum.
    Native,
    /// ISO/IEC 19794-2:2005.
    Iso2005,
    /// ISO/IEC 19794-2:2011.
    Iso2011,
    /// ANSI/INCITS 378-2004.
    Ansi378,
}

/// What a template file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// The form it was read from.
    pub format: TemplateFormat,
    /// Fingers in the order of the file; a native file does not state which finger it is.
    pub fingers: Vec<(FingerPosition, Template)>,
}

impl TemplateFormat {
    /// All forms.
    pub const ALL: [Self; 4] = [Self::Native, Self::Iso2005, Self::Iso2011, Self::Ansi378];

    /// The name on a command line: `native`, `iso2005`, `iso2011` or `ansi378`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Iso2005 => "iso2005",
            Self::Iso2011 => "iso2011",
            Self::Ansi378 => "ansi378",
        }
    }

    /// The form with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The form whose header the bytes begin with.
    pub fn recognise(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"NFT") {
            Some(Self::Native)
        } else if bytes.starts_with(&iso2011::MAGIC) {
            Some(Self::Iso2011)
        } else if !bytes.starts_with(&iso2005::MAGIC) {
            None
        } else if ansi378::states_own_length(bytes) {
            Some(Self::Ansi378)
        } else {
            Some(Self::Iso2005)
        }
    }

    /// The fingers in this form.
    ///
    /// # Errors
    /// [`RecordError::OneFinger`] for a native file of any other number of fingers,
    /// [`RecordError::Views`] for more than a record holds.
    pub fn write(self, fingers: &[(FingerPosition, &Template)]) -> Result<Vec<u8>, RecordError> {
        let record = || Record::from_templates(fingers);
        match (self, fingers) {
            (Self::Native, [(_, template)]) => Ok(template.to_bytes()),
            (Self::Native, _) => Err(RecordError::OneFinger(fingers.len())),
            (Self::Iso2005, _) => iso2005::write(&record()?),
            (Self::Iso2011, _) => iso2011::write(&record()?),
            (Self::Ansi378, _) => ansi378::write(&record()?),
        }
    }
}

/// Reads a template file of any form.
///
/// # Errors
/// [`RecordError::Header`] when the bytes begin like none of them, otherwise what the reader of
/// that form refuses.
pub fn read_any(bytes: &[u8]) -> Result<TemplateFile, RecordError> {
    let format = TemplateFormat::recognise(bytes).ok_or(RecordError::Header)?;
    let record = match format {
        TemplateFormat::Native => {
            let template = Template::from_bytes(bytes).map_err(RecordError::Template)?;
            return Ok(TemplateFile { format, fingers: vec![(FingerPosition::Unknown, template)] });
        }
        TemplateFormat::Iso2005 => iso2005::read(bytes)?,
        TemplateFormat::Iso2011 => iso2011::read(bytes)?,
        TemplateFormat::Ansi378 => ansi378::read(bytes)?,
    };
    let fingers = record
        .views
        .iter()
        .map(|view| Ok((view.position, view.template()?)))
        .collect::<Result<_, RecordError>>()?;
    Ok(TemplateFile { format, fingers })
}
