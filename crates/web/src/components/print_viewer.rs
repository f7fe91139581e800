//! The print viewer: two fingerprints side by side, with what the comparison saw
//! drawn over them in layers that can be switched.
//!
//! The layers are SVG made here. Without a script they are switched by checkboxes
//! and enlarged by radio buttons in plain CSS, and each print can be scrolled. With
//! the module [`Module::PrintViewer`](crate::Module) both prints move together.
//!
//! The contract with the module, as `templates/components.html` writes it:
//!
//! | element | meaning |
//! |---|---|
//! | `div.print-viewer[data-print-viewer]` | one viewer |
//! | `input[data-switch="minutiae\|pairs\|orientation\|quality\|aligned"]` | switches, with their keys in `data-key` |
//! | `input[data-zoom="1\|2\|4"]` | enlargements for readers without a script |
//! | `div.print-window[data-side="left\|right"]` | what is looked through; can be focused |
//! | `svg` in it | the print in its own pixels, from the top left |
//! | `image` in it | the picture; failing to load sets `data-failed` on the viewer and shows `.print-failed` |
//! | `g.print-turn` in the right one | carries the found alignment as its `transform` |
//! | `input[data-marks]` | where marks are kept, one `left\|right x y` per line, in pixels of the print |

use core::fmt::Write as _;

/// What a minutia is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MinutiaKind {
    /// A ridge ends: drawn as a circle.
    Ending,
    /// A ridge divides: drawn as a square.
    Bifurcation,
}

/// A point of a print that is compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// Pixels from the left.
    pub x: f32,
    /// Pixels from the top.
    pub y: f32,
    /// Direction of the ridge in degrees, from the right, against the clock.
    pub degrees: f32,
    /// What it is.
    pub kind: MinutiaKind,
    /// Number of the pair that it belongs to, the same on both prints; from 1.
    pub pair: Option<u16>,
}

/// The flow or the quality of the ridges on a regular grid.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grid {
    /// Pixels from one cell to the next.
    pub cell: u16,
    /// Cells in a row.
    pub columns: u16,
    /// Row by row. Orientation: degrees of the ridges from the right, against the
    /// clock, 0 to 180. Quality: 0 to 1. `NaN` where there is no print.
    pub values: Vec<f32>,
}

/// One print.
#[derive(Debug, Clone, PartialEq)]
pub struct Print {
    /// Whose it is, without a name: "Application", "Record".
    pub label: String,
    /// Address of the picture.
    pub picture: String,
    /// What it shows, for those who cannot see it.
    pub description: String,
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
    /// The points found.
    pub findings: Vec<Finding>,
    /// The flow of the ridges.
    pub orientation: Grid,
    /// How well the ridges can be read.
    pub quality: Grid,
}

/// What brings the right print onto the left one: turned about the top left corner,
/// then moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alignment {
    /// Degrees with the clock.
    pub degrees: f32,
    /// Pixels to the right.
    pub x: f32,
    /// Pixels down.
    pub y: f32,
}

/// A layer that can be switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewerLayer {
    /// All points found.
    Minutiae,
    /// Those that agree, numbered alike on both prints.
    Pairs,
    /// The flow of the ridges.
    Orientation,
    /// How well the ridges can be read.
    Quality,
    /// The right print turned as the comparison found it. No layer, but switched alike.
    Aligned,
}

impl ViewerLayer {
    /// Every switch, in the order of the page.
    pub const ALL: [Self; 5] =
        [Self::Minutiae, Self::Pairs, Self::Orientation, Self::Quality, Self::Aligned];

    /// The word in classes, attributes and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minutiae => "minutiae",
            Self::Pairs => "pairs",
            Self::Orientation => "orientation",
            Self::Quality => "quality",
            Self::Aligned => "aligned",
        }
    }

    /// The key that switches it.
    pub const fn key(self) -> char {
        match self {
            Self::Minutiae => 'm',
            Self::Pairs => 'p',
            Self::Orientation => 'o',
            Self::Quality => 'q',
            Self::Aligned => 'r',
        }
    }

    /// Whether it is on when the page opens.
    pub const fn is_on(self) -> bool {
        matches!(self, Self::Pairs | Self::Aligned)
    }
}

/// Two prints side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintViewer {
    /// Id of the viewer on its page; letters, digits and hyphens.
    pub id: String,
    /// Which finger.
    pub title: String,
    /// The print sought.
    pub left: Print,
    /// The print found.
    pub right: Print,
    /// How the right one lies on the left one; `None` where nothing was found.
    pub alignment: Option<Alignment>,
    /// Name of the form field for marks drawn on the prints, and the marks kept
    /// before: one `left|right x y` per line.
    pub marks: Option<(String, String)>,
    /// Id of the form that the field belongs to.
    pub form: String,
}

impl PrintViewer {
    /// The `transform` of the right print; empty where there is no alignment.
    pub fn transform(&self) -> String {
        self.alignment.map_or_else(String::new, |found| {
            format!("translate({:.1} {:.1}) rotate({:.2})", found.x, found.y, found.degrees)
        })
    }

    /// The switches that this viewer has.
    pub fn layers(&self) -> impl Iterator<Item = ViewerLayer> {
        let has = |layer: &ViewerLayer| match layer {
            ViewerLayer::Aligned => self.alignment.is_some(),
            ViewerLayer::Minutiae => self.prints().any(|print| !print.findings.is_empty()),
            ViewerLayer::Pairs => {
                self.prints().any(|print| print.findings.iter().any(|f| f.pair.is_some()))
            }
            ViewerLayer::Orientation => {
                self.prints().any(|print| !print.orientation.values.is_empty())
            }
            ViewerLayer::Quality => self.prints().any(|print| !print.quality.values.is_empty()),
        };
        ViewerLayer::ALL.into_iter().filter(has).collect::<Vec<_>>().into_iter()
    }

    /// The key of a switch's words among the shell's texts.
    pub const fn word(&self, layer: &ViewerLayer) -> &'static str {
        match layer {
            ViewerLayer::Minutiae => "shell.prints.minutiae",
            ViewerLayer::Pairs => "shell.prints.pairs",
            ViewerLayer::Orientation => "shell.prints.orientation",
            ViewerLayer::Quality => "shell.prints.quality",
            ViewerLayer::Aligned => "shell.prints.aligned",
        }
    }

    /// The enlargements that work without a script.
    pub const fn zooms(&self) -> [u8; 3] {
        [1, 2, 4]
    }

    /// Both prints with their sides.
    pub fn sides(&self) -> [(&'static str, &Print, String); 2] {
        [("left", &self.left, String::new()), ("right", &self.right, self.transform())]
    }

    fn prints(&self) -> impl Iterator<Item = &Print> {
        [&self.left, &self.right].into_iter()
    }
}

/// Lengths in pixels of a print at 500 pixels per inch, where ridges are about nine
/// pixels apart: large enough to be seen, small enough to leave the ridge visible.
const RADIUS: f32 = 5.0;
const TAIL: f32 = 16.0;

impl Print {
    /// The minutiae as one SVG path: a circle or a square with a tail along the ridge.
    pub fn minutiae_path(&self) -> String {
        let mut path = String::with_capacity(self.findings.len() * 90);
        for point in &self.findings {
            let (sin, cos) = point.degrees.to_radians().sin_cos();
            let (x, y, r) = (point.x, point.y, RADIUS);
            let _ = match point.kind {
                MinutiaKind::Ending => write!(
                    path,
                    "M{:.1} {y:.1}a{r} {r} 0 1 0 {:.1} 0a{r} {r} 0 1 0 {:.1} 0",
                    x - r,
                    2.0 * r,
                    -2.0 * r
                ),
                MinutiaKind::Bifurcation => {
                    write!(
                        path,
                        "M{:.1} {:.1}h{:.1}v{:.1}h{:.1}z",
                        x - r,
                        y - r,
                        2.0 * r,
                        2.0 * r,
                        -2.0 * r
                    )
                }
            };
            let (from_x, from_y) = (r.mul_add(cos, x), r.mul_add(-sin, y));
            let _ = write!(path, "M{from_x:.1} {from_y:.1}l{:.1} {:.1}", TAIL * cos, -TAIL * sin);
        }
        path
    }

    /// The points that agree, with their numbers and where to write them.
    pub fn pairs(&self) -> impl Iterator<Item = (u16, f32, f32)> {
        self.findings.iter().filter_map(|point| Some((point.pair?, point.x, point.y)))
    }

    /// The flow of the ridges as one SVG path of short strokes.
    pub fn orientation_path(&self) -> String {
        let mut path = String::with_capacity(self.orientation.values.len() * 24);
        let half = f32::from(self.orientation.cell) * 0.4;
        for (x, y, degrees) in self.orientation.centres() {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let (dx, dy) = (half * cos, -half * sin);
            let _ = write!(path, "M{:.1} {:.1}l{:.1} {:.1}", x - dx, y - dy, 2.0 * dx, 2.0 * dy);
        }
        path
    }

    /// Cells that can be read badly (below a third) or fairly (below two thirds), as
    /// SVG paths to be hatched densely or thinly; good ones stay clear.
    pub fn quality_paths(&self) -> [(&'static str, String); 2] {
        let cell = f32::from(self.quality.cell);
        let squares = |from: f32, to: f32| {
            let mut path = String::new();
            for (x, y, value) in self.quality.centres() {
                if value >= from && value < to {
                    let (left, top) = (x - cell / 2.0, y - cell / 2.0);
                    let _ = write!(path, "M{left:.0} {top:.0}h{cell:.0}v{cell:.0}h-{cell:.0}z");
                }
            }
            path
        };
        [("bad", squares(f32::MIN, 1.0 / 3.0)), ("fair", squares(1.0 / 3.0, 2.0 / 3.0))]
    }
}

impl Grid {
    /// Centre and value of each cell that has one.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a print has at most a few thousand cells, far below 2^24"
    )]
    fn centres(&self) -> impl Iterator<Item = (f32, f32, f32)> {
        let columns = usize::from(self.columns.max(1));
        let cell = f32::from(self.cell);
        self.values.iter().enumerate().filter(|(_, value)| !value.is_nan()).map(
            move |(index, value)| {
                let x = ((index % columns) as f32 + 0.5) * cell;
                let y = ((index / columns) as f32 + 0.5) * cell;
                (x, y, *value)
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print() -> Print {
        Print {
            label: "Application".to_owned(),
            picture: "/p.png".to_owned(),
            description: "A print".to_owned(),
            width: 100,
            height: 100,
            findings: vec![
                Finding { x: 10.0, y: 20.0, degrees: 90.0, kind: MinutiaKind::Ending, pair: None },
                Finding {
                    x: 30.0,
                    y: 40.0,
                    degrees: 0.0,
                    kind: MinutiaKind::Bifurcation,
                    pair: Some(1),
                },
            ],
            orientation: Grid { cell: 10, columns: 2, values: vec![0.0, f32::NAN, 90.0] },
            quality: Grid { cell: 10, columns: 2, values: vec![0.1, 0.5, 0.9, f32::NAN] },
        }
    }

    #[test]
    fn layers_are_drawn_where_the_data_says() {
        let print = print();
        // A tail that points up the page ends above its minutia.
        assert!(
            print.minutiae_path().contains("M10.0 15.0l-0.0 -16.0"),
            "{}",
            print.minutiae_path()
        );
        assert!(print.minutiae_path().contains("M35.0 40.0l16.0 -0.0"));
        assert_eq!(print.pairs().collect::<Vec<_>>(), [(1, 30.0, 40.0)]);
        assert_eq!(print.orientation_path().matches('M').count(), 2);
        let [(_, bad), (_, fair)] = print.quality_paths();
        assert_eq!((bad.as_str(), fair.as_str()), ("M0 0h10v10h-10z", "M10 0h10v10h-10z"));
    }

    #[test]
    fn only_layers_with_data_can_be_switched() {
        let mut viewer = PrintViewer {
            id: "thumb".to_owned(),
            title: "Right thumb".to_owned(),
            left: print(),
            right: print(),
            alignment: None,
            marks: None,
            form: String::new(),
        };
        assert!(viewer.layers().all(|layer| layer != ViewerLayer::Aligned));
        assert_eq!(viewer.transform(), "");
        viewer.alignment = Some(Alignment { degrees: 12.0, x: 3.0, y: -4.0 });
        assert_eq!(viewer.layers().count(), 5);
        assert_eq!(viewer.transform(), "translate(3.0 -4.0) rotate(12.00)");
    }
}
