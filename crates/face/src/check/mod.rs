//! What can be said of a photo without a model, in the order in which it is looked at.
//!
//! Each check is a plain measurement against a stated bound. A finding says what is wrong and what to
//! do, so that a kit can say it to a person. People decide; no finding refuses anybody.

mod background;
mod exposure;
mod head;
mod sharpness;
mod size;

use crate::photo::Photo;

pub use head::Head;

/// Height at which everything but size is measured, pixels. Range 160 to 640: below, eyes are a few
/// pixels; above, noise of the sensor counts as detail. The bounds below hold at this height only.
const WORKING_HEIGHT: u32 = 320;

/// Something about a photo that makes it less useful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// Fewer pixels than a face needs.
    TooFewPixels,
    /// The background is not even.
    BackgroundUneven,
    /// Nothing stands out from the background where a head should be.
    NoHead,
    /// More than one.
    SeveralHeads,
    /// The head fills too little of the photo.
    HeadTooSmall,
    /// The head fills too much of it.
    HeadTooLarge,
    /// The head is too far left or right.
    HeadOffCentre,
    /// Large parts are black.
    TooDark,
    /// Large parts are white.
    TooBright,
    /// Light and shadow hardly differ.
    Flat,
    /// One side is much lighter than the other.
    LitFromOneSide,
    /// Edges are soft.
    Blurred,
}

impl Finding {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooFewPixels => "photo.too_few_pixels",
            Self::BackgroundUneven => "photo.background_uneven",
            Self::NoHead => "photo.no_head",
            Self::SeveralHeads => "photo.several_heads",
            Self::HeadTooSmall => "photo.head_too_small",
            Self::HeadTooLarge => "photo.head_too_large",
            Self::HeadOffCentre => "photo.head_off_centre",
            Self::TooDark => "photo.too_dark",
            Self::TooBright => "photo.too_bright",
            Self::Flat => "photo.flat",
            Self::LitFromOneSide => "photo.lit_from_one_side",
            Self::Blurred => "photo.blurred",
        }
    }

    /// What is wrong and what to do, for the officer at the desk.
    pub fn words(self) -> &'static str {
        match self {
            Self::TooFewPixels => {
                "The photo has too few pixels. Set the camera to a larger picture."
            }
            Self::BackgroundUneven => {
                "The background is not even. Sit in front of a plain wall or hang up a sheet."
            }
            Self::NoHead => {
                "No head stands out from the background. Look at the camera and try again."
            }
            Self::SeveralHeads => {
                "There is more than one head. Only one person may be in the photo."
            }
            Self::HeadTooSmall => "The head is too small. Come closer.",
            Self::HeadTooLarge => "The head is too large. Move back a little.",
            Self::HeadOffCentre => "The head is not in the middle. Move to the middle.",
            Self::TooDark => "Parts of the face are black. Add light from the front.",
            Self::TooBright => "Parts of the face are white. Turn away from the sun or the lamp.",
            Self::Flat => "The photo has no contrast. Clean the lens and add light.",
            Self::LitFromOneSide => "The light comes from one side. Turn towards the light.",
            Self::Blurred => "The photo is blurred. Hold still and let the camera focus.",
        }
    }

    /// What it takes off the quality, of 100. Chosen: what makes a face unusable takes more than
    /// half, what a person can look past a quarter. Not fitted to a matcher, since none is here.
    fn cost(self) -> u8 {
        match self {
            Self::NoHead | Self::SeveralHeads => 80,
            Self::Blurred | Self::TooDark | Self::TooBright | Self::TooFewPixels => 55,
            Self::HeadTooSmall | Self::HeadTooLarge | Self::Flat => 35,
            Self::BackgroundUneven | Self::HeadOffCentre | Self::LitFromOneSide => 25,
        }
    }
}

/// What a photo is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoReport {
    /// What is wrong, in the order of looking; empty for a good photo.
    pub findings: Vec<Finding>,
    /// The head, where there is exactly one.
    pub head: Option<Head>,
}

impl PhotoReport {
    /// Quality, 0 to 100: 100 less what each finding takes. Not a prediction of any matcher's score.
    pub fn quality(&self) -> u8 {
        self.findings.iter().fold(100, |left: u8, finding| left.saturating_sub(finding.cost()))
    }
}

/// Looks at a photo. The findings depend on the pixels only, and are the same on every machine.
pub fn check(photo: &Photo) -> PhotoReport {
    let mut findings = Vec::new();
    findings.extend(size::check(photo));
    let small = photo.at_height(WORKING_HEIGHT);
    let background = background::Background::of(&small);
    findings.extend(background.check());
    let (found, head) = head::check(&small, &background);
    findings.extend(found);
    // Where no head was found the middle of the photo stands for it, so that light is spoken of too.
    let region = head.unwrap_or_else(|| Head::middle(&small));
    findings.extend(exposure::check(&small, &region));
    findings.extend(sharpness::check(&small, &region));
    let head = head.map(|head| head.scaled(photo.height(), small.height()));
    PhotoReport { findings, head }
}

#[cfg(test)]
mod tests;
