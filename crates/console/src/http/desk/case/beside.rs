//! What was taken beside the best prints: second prints, and the photo of what cannot be captured.

use niims_web::Words;
use niims_wire::desk::{CandidateShown, ImageOf, OpenedCase, SideOf};

use super::shown::{Picture, both};
use crate::http::desk::{images, said};

/// The photos that show missing or bandaged fingers.
pub(super) fn exception_photos(
    w: Words<'_>,
    opened: &OpenedCase,
    side: Option<SideOf>,
    beside: Option<&CandidateShown>,
) -> Vec<Picture> {
    let sides = both(opened, side, beside).into_iter();
    let shown = sides.filter(|(_, side, _)| side.exception_photo.is_some());
    let photo = |(of, _, key)| picture(w, opened, (of, key), ImageOf::ExceptionPhoto);
    shown.map(photo).collect()
}

/// The second best tries, finger by finger.
pub(super) fn second_prints(
    w: Words<'_>,
    opened: &OpenedCase,
    side: Option<SideOf>,
    beside: Option<&CandidateShown>,
) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for (of, side, key) in both(opened, side, beside) {
        for finger in side.fingers.iter().filter(|finger| finger.second.is_some()) {
            let image = ImageOf::SecondPrint { position: finger.position };
            pictures.push(picture(w, opened, (of, key), image));
        }
    }
    pictures
}

fn picture(
    w: Words<'_>,
    opened: &OpenedCase,
    (of, key): (SideOf, &str),
    image: ImageOf,
) -> Picture {
    let name = w.find(key).unwrap_or_default();
    let what = said::image(w, image);
    Picture {
        address: Some(images::address(opened.entry.case, opened.view, (of, image))),
        side: name.to_owned(),
        alt: format!("{name}: {what}"),
        text: what,
    }
}
