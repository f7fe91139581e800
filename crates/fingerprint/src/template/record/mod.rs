//! Minutiae records that other systems read and write: ISO/IEC 19794-2 and ANSI/INCITS 378.
//!
//! The editions differ in their headers and in the unit of angles; what they say is one
//! [`Record`].

pub mod ansi378;
pub mod card;
mod error;
mod format;
pub mod iso2005;
pub mod iso2011;
mod minutiae;
mod view;

pub use error::RecordError;
pub use format::{TemplateFile, TemplateFormat, read_any};
pub use view::{RecordMinutia, View};

use super::Template;
use crate::finger::FingerPosition;

/// Most views of one record: sixteen of each of ten fingers and of an unknown one, which is all
/// that the fields for finger and view can tell apart.
pub const MAX_VIEWS: usize = 176;

/// A whole record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// CBEFF product identifier, owner and type: ANSI/INCITS 378 only; 0 when not stated.
    pub product: u32,
    /// Four bits of capture-equipment certifications and twelve of device type: ISO/IEC
    /// 19794-2:2005 and ANSI/INCITS 378 only; 0 when not stated.
    pub equipment: u16,
    /// The views in the order of the record.
    pub views: Vec<View>,
}

impl Record {
    /// The templates of one person at 197 pixels per centimetre, one view each; views of one
    /// finger are numbered in their order.
    ///
    /// # Errors
    /// [`RecordError::Views`] for more than [`MAX_VIEWS`].
    pub fn from_templates(templates: &[(FingerPosition, &Template)]) -> Result<Self, RecordError> {
        if templates.len() > MAX_VIEWS {
            return Err(RecordError::Views(templates.len()));
        }
        let mut views: Vec<View> = Vec::with_capacity(templates.len());
        for (position, template) in templates {
            let number = views.iter().filter(|view| view.position == *position).count();
            views.push(View::of_template(*position, number as u8, template));
        }
        Ok(Self { product: 0, equipment: 0, views })
    }

    /// The template of one view, at 500 dpi.
    ///
    /// # Errors
    /// [`RecordError::Field`] when the record has no such view, [`RecordError::Template`] when the
    /// print is larger than a template may be.
    pub fn template(&self, view: usize) -> Result<Template, RecordError> {
        self.views
            .get(view)
            .ok_or(RecordError::Field { field: "view", value: view as u32 })?
            .template()
    }

    /// Width, height and resolutions that a header must state when it states them once for all
    /// views: the largest sides, and the resolution that all views share.
    fn shared_geometry(&self) -> Result<[u16; 4], RecordError> {
        let side = |of: fn(&View) -> u16| self.views.iter().map(of).max().unwrap_or(1);
        let resolution = |of: fn(&View) -> u16, field| {
            let first = self.views.first().map_or(view::PIXELS_PER_CM, of);
            match self.views.iter().map(of).find(|other| *other != first) {
                Some(other) => Err(RecordError::Field { field, value: other.into() }),
                None => Ok(first),
            }
        };
        Ok([
            side(|view| view.width),
            side(|view| view.height),
            resolution(|view| view.x_resolution, "x resolution of a later view")?,
            resolution(|view| view.y_resolution, "y resolution of a later view")?,
        ])
    }
}

#[cfg(test)]
mod tests;
