//! What a reviewer has written about a case, as the form posts it. Personal: free text.

use core::fmt::Write as _;

use niims_fingerprint::FingerPosition;
use niims_record::desk::{
    CaptureFault, CaptureRemedy, MOST_MARKS, Mark, MarkShape, MarkSide, RecaptureAdvice,
};
use niims_wire::desk::EvidenceShown;

/// Lines of advice on a form: as many as most recaptures need. Another round can name others.
pub(super) const ADVICE_LINES: usize = 3;
/// Most characters that are kept of one field, before the register bounds it again.
const LONGEST_FIELD: usize = 8_000;
/// Resolution in whose pixels the viewer draws and marks.
pub(super) const VIEWER_DPI: u32 = 500;

/// A mark, in pixels of the viewer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Placed {
    /// `None` is the applicant.
    pub(super) candidate: Option<usize>,
    pub(super) finger: u8,
    pub(super) x: u16,
    pub(super) y: u16,
}

/// One line of advice, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct AdviceLine {
    pub(super) finger: String,
    pub(super) fault: String,
    pub(super) remedy: String,
}

/// What is written.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Draft {
    /// Stable name of the verdict; empty where none is chosen.
    pub(super) verdict: String,
    /// Codes of reasons, of whatever verdict.
    pub(super) reasons: Vec<String>,
    pub(super) note: String,
    pub(super) marks: Vec<Placed>,
    /// A mark in words, for those who cannot click: finger and what is to be seen there.
    pub(super) described_finger: String,
    pub(super) described: String,
    pub(super) advice: [AdviceLine; ADVICE_LINES],
    /// Images that the browser could not show, as it said.
    pub(super) failed: Vec<String>,
}

impl core::fmt::Debug for Draft {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Draft({}, …)", self.verdict)
    }
}

/// Where the viewer stood when the form was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Place {
    pub(super) candidate: usize,
    /// Index into the finger pairs of the candidate.
    pub(super) pair: usize,
}

/// A form as it came.
pub(super) struct Posted(pub(super) Vec<(String, String)>);

impl Posted {
    /// The first value under a name, bounded.
    pub(super) fn one(&self, name: &str) -> String {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| bounded(value)).unwrap_or_default()
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Where the viewer stood.
    pub(super) fn place(&self) -> Place {
        let number = |name| self.one(name).parse().unwrap_or_default();
        Place { candidate: number("candidate"), pair: number("pair") }
    }

    /// What is written. Marks of the finger in the viewer are those that the viewer posts; all
    /// others are kept as they are.
    pub(super) fn draft(&self) -> Draft {
        let mut marks: Vec<Placed> =
            self.one("kept_marks").lines().filter_map(read_kept).take(MOST_MARKS).collect();
        let shown = self.one("marks_of");
        if let Some((candidate, left, right)) = read_shown(&shown) {
            let here = |mark: &Placed| {
                (mark.candidate.is_none() && Some(mark.finger) == left)
                    || (mark.candidate == Some(candidate) && Some(mark.finger) == right)
            };
            marks.retain(|mark| !here(mark));
            let new = self.one("marks");
            let read = |line: &str| read_viewer(line, candidate, left, right);
            marks.extend(new.lines().filter_map(read).take(MOST_MARKS));
        }
        let line = |n: usize| AdviceLine {
            finger: self.one(&format!("advice_{n}_finger")),
            fault: self.one(&format!("advice_{n}_fault")),
            remedy: self.one(&format!("advice_{n}_remedy")),
        };
        Draft {
            verdict: self.one("verdict"),
            reasons: self.all("reason").take(64).map(bounded).collect(),
            note: self.one("note").replace("\r\n", "\n"),
            marks,
            described_finger: self.one("described_finger"),
            described: self.one("described"),
            advice: core::array::from_fn(line),
            failed: self.one("failed").split_whitespace().take(40).map(bounded).collect(),
        }
    }
}

fn bounded(text: &str) -> String {
    text.chars().take(LONGEST_FIELD).collect()
}

/// A kept mark: `a 3 120 44`, or `0 3 120 44` of the first candidate.
fn read_kept(line: &str) -> Option<Placed> {
    let mut words = line.split_whitespace();
    let candidate = match words.next()? {
        "a" => None,
        index => Some(index.parse().ok()?),
    };
    let finger = words.next()?.parse().ok()?;
    Some(Placed {
        candidate,
        finger,
        x: words.next()?.parse().ok()?,
        y: words.next()?.parse().ok()?,
    })
}

/// Candidate and the two fingers in the viewer: `0 3 4`; 0 where a side has none.
fn read_shown(text: &str) -> Option<(usize, Option<u8>, Option<u8>)> {
    let mut words = text.split_whitespace();
    let candidate = words.next()?.parse().ok()?;
    let mut finger = || Some(words.next()?.parse().ok()?).filter(|code: &u8| *code != 0);
    Some((candidate, finger(), finger()))
}

/// A line of the viewer: `left 120 44`.
fn read_viewer(
    line: &str,
    candidate: usize,
    left: Option<u8>,
    right: Option<u8>,
) -> Option<Placed> {
    let mut words = line.split_whitespace();
    let (candidate, finger) = match words.next()? {
        "left" => (None, left?),
        "right" => (Some(candidate), right?),
        _ => return None,
    };
    let mut number = || words.next()?.parse::<f64>().ok().filter(|n| (0.0..=9_999.0).contains(n));
    let (x, y) = (number()?, number()?);
    let (x, y) = (x.round() as u16, y.round() as u16);
    Some(Placed { candidate, finger, x, y })
}

impl Draft {
    /// The marks as the form keeps them.
    pub(super) fn kept_marks(&self) -> String {
        let mut text = String::new();
        for mark in &self.marks {
            let side = mark.candidate.map_or_else(|| "a".to_owned(), |index| index.to_string());
            let _ = writeln!(text, "{side} {} {} {}", mark.finger, mark.x, mark.y);
        }
        text
    }

    /// The marks of a pair as the viewer reads them.
    pub(super) fn viewer_marks(
        &self,
        candidate: usize,
        fingers: (Option<u8>, Option<u8>),
    ) -> String {
        let line = |mark: &Placed| {
            let side = match mark.candidate {
                None if Some(mark.finger) == fingers.0 => "left",
                Some(index) if index == candidate && Some(mark.finger) == fingers.1 => "right",
                _ => return None,
            };
            Some(format!("{side} {} {}", mark.x, mark.y))
        };
        self.marks.iter().filter_map(line).collect::<Vec<_>>().join("\n")
    }

    /// The marks as the register takes them: in pixels of the images.
    pub(super) fn marks(&self, evidence: &EvidenceShown) -> Vec<Mark> {
        let mark = |placed: &Placed| {
            let side = match placed.candidate {
                None => &evidence.applicant,
                Some(index) => &evidence.candidates.get(index)?.side,
            };
            let of =
                |finger: &&niims_wire::desk::FingerShown| finger.position.code() == placed.finger;
            let dpi = u32::from(side.fingers.iter().find(of)?.dpi);
            let pixels = |n: u16| u16::try_from(u32::from(n) * dpi / VIEWER_DPI).ok();
            Some(Mark {
                side: placed
                    .candidate
                    .map_or(MarkSide::Applicant, |index| MarkSide::Candidate { index }),
                finger: placed.finger,
                shape: MarkShape::Point { x: pixels(placed.x)?, y: pixels(placed.y)? },
            })
        };
        self.marks.iter().filter_map(mark).collect()
    }

    /// Note and described mark together; `None` where neither was written.
    pub(super) fn whole_note(&self, finger: impl Fn(u8) -> String) -> Option<String> {
        let described = self.described.trim();
        let mut note = self.note.trim().to_owned();
        if !described.is_empty() {
            let at = self.described_finger.parse().ok().filter(|code| (1..=10).contains(code));
            if !note.is_empty() {
                note.push('\n');
            }
            match at {
                Some(code) => {
                    let _ = write!(note, "{}: {described}", finger(code));
                }
                None => note.push_str(described),
            }
        }
        (!note.is_empty()).then_some(note)
    }

    /// The advice, where every line is whole; `Err` with the number of the first that is not.
    pub(super) fn advice(&self) -> Result<Vec<RecaptureAdvice>, usize> {
        let mut lines = Vec::new();
        for (n, line) in self.advice.iter().enumerate() {
            if line.finger.is_empty() && line.fault.is_empty() && line.remedy.is_empty() {
                continue;
            }
            lines.push(line.read().ok_or(n)?);
        }
        Ok(lines)
    }

    /// The fingers that advice or a description may name.
    pub(super) fn finger_codes() -> impl Iterator<Item = u8> {
        FingerPosition::all().into_iter().map(FingerPosition::code)
    }
}

impl AdviceLine {
    fn read(&self) -> Option<RecaptureAdvice> {
        let finger = self.finger.parse().ok().filter(|code| *code <= 10)?;
        let fault = CaptureFault::ALL.iter().find(|fault| fault.name() == self.fault)?;
        let remedy = CaptureRemedy::ALL.iter().find(|remedy| remedy.name() == self.remedy)?;
        Some(RecaptureAdvice { finger, fault: *fault, remedy: *remedy })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(fields: &[(&str, &str)]) -> Posted {
        Posted(fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn marks_of_other_fingers_are_kept_and_those_in_the_viewer_replaced() {
        let draft = posted(&[
            ("kept_marks", "a 2 10 20\na 3 1 1\n0 4 5 5\nnonsense\n"),
            ("marks_of", "0 3 4"),
            ("marks", "left 120 44\nright 7.6 8\nup 1 1\nleft -4 2"),
        ])
        .draft();
        assert_eq!(draft.kept_marks(), "a 2 10 20\na 3 120 44\n0 4 8 8\n");
        assert_eq!(draft.viewer_marks(0, (Some(3), Some(4))), "left 120 44\nright 8 8");
        assert_eq!(draft.viewer_marks(1, (Some(2), Some(4))), "left 10 20");
    }

    #[test]
    fn advice_is_whole_or_says_which_line_is_not() {
        let line = |finger: &str, fault: &str, remedy: &str| AdviceLine {
            finger: finger.to_owned(),
            fault: fault.to_owned(),
            remedy: remedy.to_owned(),
        };
        let mut draft = Draft::default();
        assert_eq!(draft.advice(), Ok(vec![]));
        draft.advice[1] = line("2", "dry", "moisten");
        assert_eq!(draft.advice().unwrap().len(), 1);
        draft.advice[0] = line("2", "dry", "");
        assert_eq!(draft.advice(), Err(0));
        draft.advice[0] = line("11", "dry", "moisten");
        assert_eq!(draft.advice(), Err(0));
    }

    #[test]
    fn a_described_mark_joins_the_note() {
        let mut draft = Draft { note: " seen ".to_owned(), ..Draft::default() };
        let name = |code| format!("finger {code}");
        assert_eq!(draft.whole_note(name).as_deref(), Some("seen"));
        draft.described = "a scar".to_owned();
        draft.described_finger = "3".to_owned();
        assert_eq!(draft.whole_note(name).as_deref(), Some("seen\nfinger 3: a scar"));
        assert_eq!(Draft::default().whole_note(name), None);
    }
}
