//! One finger of both sides in the print viewer.

use niims_fingerprint::extract_traced;
use niims_fingerprint::{FingerPosition, ImageLimits, decode_image};
use niims_record::CaseId;
use niims_web::{Alignment, Finding, Grid, MinutiaKind, Print, PrintViewer};
use niims_wire::desk::{
    AlignmentShown, CandidateShown, FingerPairShown, FingerShown, ImageBytes, ImageOf,
    MinutiaKindShown, OpenedCase, SideOf, SideShown,
};

use super::draft::{Draft, VIEWER_DPI};
use super::images;
use super::said;
use crate::http::Colleague;

/// Pixels at 500 dpi from one cell of a layer to the next: a little more than a ridge.
const CELL: u16 = 12;
/// Size that a print is drawn in where its image cannot be read, so that the page says so.
const BLANK: (u16, u16) = (400, 400);

/// What is drawn over a print, in pixels at 500 dpi.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    width: u16,
    height: u16,
    orientation: Grid,
    quality: Grid,
}

/// The fingers that a page can show: those compared, then those of one side only.
pub(super) fn pairs(
    applicant: &SideShown,
    candidate: Option<&CandidateShown>,
) -> Vec<(Option<FingerPosition>, Option<FingerPosition>)> {
    let Some(candidate) = candidate else {
        return applicant.fingers.iter().map(|finger| (Some(finger.position), None)).collect();
    };
    let compared = candidate.fingers.iter().flat_map(|fingers| &fingers.pairs);
    let mut pairs: Vec<_> =
        compared.map(|pair| (Some(pair.applicant), Some(pair.candidate))).collect();
    for finger in &applicant.fingers {
        if !pairs.iter().any(|(left, _)| *left == Some(finger.position)) {
            let other = candidate.side.fingers.iter().any(|f| f.position == finger.position)
                && !pairs.iter().any(|(_, right)| *right == Some(finger.position));
            pairs.push((Some(finger.position), other.then_some(finger.position)));
        }
    }
    for finger in &candidate.side.fingers {
        if !pairs.iter().any(|(_, right)| *right == Some(finger.position)) {
            pairs.push((None, Some(finger.position)));
        }
    }
    pairs
}

/// The viewer of a pair; `None` where one side has no print of it.
pub(super) async fn viewer(
    colleague: &Colleague,
    opened: &OpenedCase,
    index: usize,
    (left, right): (Option<FingerPosition>, Option<FingerPosition>),
    draft: &Draft,
) -> Option<PrintViewer> {
    let candidate = opened.evidence.candidates.get(index)?;
    let case = opened.entry.case;
    let compared = candidate.fingers.iter().flat_map(|fingers| &fingers.pairs);
    let compared = compared
        .into_iter()
        .find(|pair| Some(pair.applicant) == left && Some(pair.candidate) == right);
    let (left, right) = (left?, right?);
    let ours = finger(&opened.evidence.applicant, left)?;
    let theirs = finger(&candidate.side, right)?;
    let of = SideOf::Candidate { index };
    let w = colleague.words();
    let sides =
        [(SideOf::Applicant, ours, w.t("case.applicant")), (of, theirs, w.t("case.candidate"))];
    let mut drawn = Vec::with_capacity(2);
    for (place, (side, shown, label)) in sides.into_iter().enumerate() {
        let layers = layers(colleague, opened, (side, shown)).await;
        let which = (side, ImageOf::Finger { position: shown.position });
        drawn.push(Print {
            label: label.to_owned(),
            picture: images::address(case, opened.view, which),
            description: w.fill(
                "case.print_of",
                &[("side", label), ("finger", said::finger(w, shown.position))],
            ),
            width: layers.width,
            height: layers.height,
            findings: findings(shown, compared, place),
            orientation: layers.orientation.clone(),
            quality: layers.quality.clone(),
        });
    }
    let right_print = drawn.pop()?;
    let left_print = drawn.pop()?;
    let marks = draft.viewer_marks(index, (Some(left.code()), Some(right.code())));
    Some(PrintViewer {
        id: "prints".to_owned(),
        title: title(colleague, left, right),
        left: left_print,
        right: right_print,
        alignment: compared
            .filter(|pair| !pair.paired.is_empty())
            .map(|pair| inverse(pair.alignment)),
        marks: Some(("marks".to_owned(), marks)),
        form: "decision".to_owned(),
    })
}

/// The name of a pair: one finger, or two where the captures mixed them up.
pub(super) fn title(colleague: &Colleague, left: FingerPosition, right: FingerPosition) -> String {
    let w = colleague.words();
    if left == right {
        return said::finger(w, left).to_owned();
    }
    w.fill("case.two_fingers", &[("one", said::finger(w, left)), ("other", said::finger(w, right))])
}

fn finger(side: &SideShown, position: FingerPosition) -> Option<&FingerShown> {
    side.fingers.iter().find(|finger| finger.position == position)
}

/// Minutiae with the number of the pair that each belongs to, in pixels of the viewer.
fn findings(shown: &FingerShown, compared: Option<&FingerPairShown>, place: usize) -> Vec<Finding> {
    let scale = VIEWER_DPI as f32 / f32::from(shown.dpi.max(1));
    let pair = |minutia: usize| {
        let found = compared?.paired.iter().position(|(first, second)| {
            usize::from(if place == 0 { *first } else { *second }) == minutia
        })?;
        u16::try_from(found + 1).ok()
    };
    let one = |(index, minutia): (usize, &niims_wire::desk::MinutiaShown)| Finding {
        x: minutia.x as f32 * scale,
        y: minutia.y as f32 * scale,
        degrees: f32::from(minutia.degrees),
        kind: match minutia.kind {
            MinutiaKindShown::Bifurcation => MinutiaKind::Bifurcation,
            MinutiaKindShown::Ending | MinutiaKindShown::Other => MinutiaKind::Ending,
        },
        pair: pair(index),
    };
    shown.minutiae.iter().enumerate().map(one).collect()
}

/// The register lays the applicant's print upon the candidate's; the viewer turns the
/// candidate's onto the applicant's.
fn inverse(found: AlignmentShown) -> Alignment {
    /// One of the cosine and sine.
    const UNIT: f32 = 16_384.0;
    /// Quarter pixels.
    const QUARTER: f32 = 4.0;
    let (cosine, sine) = (found.cosine as f32 / UNIT, found.sine as f32 / UNIT);
    let (dx, dy) = (found.dx as f32 / QUARTER, found.dy as f32 / QUARTER);
    Alignment {
        degrees: -sine.atan2(cosine).to_degrees(),
        x: -(cosine * dx + sine * dy),
        y: sine * dx - cosine * dy,
    }
}

/// The layers of a print, drawn once for each opening.
async fn layers(
    colleague: &Colleague,
    opened: &OpenedCase,
    (side, shown): (SideOf, &FingerShown),
) -> std::sync::Arc<Layers> {
    let key = (colleague.officer(), opened.entry.case);
    let print = (side, shown.position);
    let open = &colleague.console.open_cases;
    if let Some(known) = open.layers(key, print) {
        return known;
    }
    let now = colleague.now();
    let image = ImageOf::Finger { position: shown.position };
    let found = colleague.desk().image(opened.view, side, image, key.0, now).await;
    let made = match found {
        Ok(image) => {
            let dpi = shown.dpi;
            tokio::task::spawn_blocking(move || draw(&image, dpi)).await.ok().flatten()
        }
        Err(_) => None,
    };
    let blank = Layers { width: BLANK.0, height: BLANK.1, ..Layers::default() };
    open.draw(key, print, made.unwrap_or(blank), now)
}

/// Size of a print at 500 dpi, and the flow and clearness of its ridges where it has some.
fn draw(image: &ImageBytes, dpi: u16) -> Option<Layers> {
    let picture = decode_image(&image.bytes, &ImageLimits::default()).ok()?;
    let scaled = |side: u32| u16::try_from(side * VIEWER_DPI / u32::from(dpi.max(1))).ok();
    let (width, height) = (scaled(picture.width())?, scaled(picture.height())?);
    let Ok((_, trace)) = extract_traced(&picture, dpi) else {
        return Some(Layers { width, height, ..Layers::default() });
    };
    let columns = width.div_ceil(CELL);
    let cells = usize::from(columns) * usize::from(height.div_ceil(CELL));
    let mut orientation = vec![f32::NAN; cells];
    let mut quality = vec![f32::NAN; cells];
    for cell in &trace.orientation {
        let at = usize::from(cell.y / CELL) * usize::from(columns) + usize::from(cell.x / CELL);
        // Of the pixels of a cell the first stands for all.
        if let (Some(flow), Some(clear)) = (orientation.get_mut(at), quality.get_mut(at))
            && flow.is_nan()
        {
            *flow = f32::from(cell.angle) * 180.0 / 256.0;
            *clear = f32::from(cell.coherence) / 255.0;
        }
    }
    let grid = |values| Grid { cell: CELL, columns, values };
    Some(Layers { width, height, orientation: grid(orientation), quality: grid(quality) })
}

/// The address of a print for the sheet of all fingers.
pub(super) fn address(
    case: CaseId,
    opened: &OpenedCase,
    side: SideOf,
    position: FingerPosition,
) -> String {
    images::address(case, opened.view, (side, ImageOf::Finger { position }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_brings_the_candidates_print_back() {
        // A quarter turn, then 10 right and 20 down (in quarter pixels: 40 and 80).
        let found = AlignmentShown { cosine: 0, sine: 16_384, dx: 40, dy: 80, degrees: 90 };
        // (x, y) goes to (−y + 10, x + 20): the point (3, 4) lies at (6, 23).
        let back = inverse(found);
        let (sin, cos) = back.degrees.to_radians().sin_cos();
        let (x, y) = (cos * 6.0 - sin * 23.0 + back.x, sin * 6.0 + cos * 23.0 + back.y);
        assert!((x - 3.0).abs() < 0.01 && (y - 4.0).abs() < 0.01, "{x} {y}");
    }
}
