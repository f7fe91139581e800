//! A list of prints: lines of id, path and resolution, separated by tabs.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::fmt;

/// One print of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Line of the list, from 1.
    pub line: usize,
    /// The print's name in the results; unique in the list.
    pub id: String,
    /// Where its image or template is, as written.
    pub path: String,
    /// Resolution of the image, dots per inch; a template needs none.
    pub dpi: Option<u16>,
}

/// The prints of a list, and what was passed over in reading it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// In the order of the lines.
    pub entries: Vec<Entry>,
    /// Lines that were passed over.
    pub notes: Vec<ListNote>,
}

/// A line that was passed over without harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListNote {
    /// The first line names the columns.
    Header,
    /// The line says the same as an earlier one.
    Repeated {
        /// This line, from 1.
        line: usize,
        /// The earlier one.
        first: usize,
    },
}

impl fmt::Display for ListNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("the first line names the columns and was passed over"),
            Self::Repeated { line, first } => {
                write!(f, "line {line} repeats line {first} and was passed over")
            }
        }
    }
}

/// Why a list was refused: the line, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFault {
    /// Line of the list, from 1.
    pub line: usize,
    kind: FaultKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum FaultKind {
    NotUtf8,
    Fields(usize),
    EmptyId,
    EmptyPath,
    IdCharacters,
    Resolution(String),
    SameId(usize),
}

impl ListFault {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self.kind {
            FaultKind::NotUtf8 => "list.encoding",
            FaultKind::Fields(_) => "list.fields",
            FaultKind::EmptyId => "list.no_id",
            FaultKind::EmptyPath => "list.no_path",
            FaultKind::IdCharacters => "list.id_characters",
            FaultKind::Resolution(_) => "list.resolution",
            FaultKind::SameId(_) => "list.same_id",
        }
    }
}

impl fmt::Display for ListFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.kind {
            FaultKind::NotUtf8 => f.write_str("not UTF-8 text; save the list as UTF-8"),
            FaultKind::Fields(found) => write!(
                f,
                "{found} fields; write id, path and dpi with one tab between them, such as id<TAB>path<TAB>500"
            ),
            FaultKind::EmptyId => f.write_str("no id; write a name for the print before the first tab"),
            FaultKind::EmptyPath => f.write_str("no path; write where the print is after the first tab"),
            FaultKind::IdCharacters => f.write_str(
                "the id has a comma, a quotation mark or a control character, which would break the table of scores; rename it",
            ),
            FaultKind::Resolution(found) => write!(
                f,
                "\"{found}\" is not a resolution; write dots per inch as a number, such as 500"
            ),
            FaultKind::SameId(first) => write!(
                f,
                "the id stands on line {first} already, with another path or resolution; give each print an id of its own"
            ),
        }
    }
}

/// Reads a list of lines `id<TAB>path<TAB>dpi`.
///
/// Line ends may be LF or CRLF; a byte order mark, empty lines, a first line `id…path…dpi` and
/// exact repetitions of a line are passed over. The resolution may be left out (two fields, or an
/// empty third): the caller knows whether the path leads to a template, which needs none.
///
/// # Errors
/// Every [`ListFault`], in the order of the lines: then nothing should be computed, since half a
/// table of scores looks like a whole one.
pub fn parse(bytes: &[u8]) -> Result<List, Vec<ListFault>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut list = List::default();
    let mut faults = Vec::new();
    let mut known: BTreeMap<String, Entry> = BTreeMap::new();
    let mut begun = false;
    for (index, raw) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        if raw.trim_ascii().is_empty() {
            continue;
        }
        let line = index + 1;
        if !std::mem::replace(&mut begun, true) && is_header(raw) {
            list.notes.push(ListNote::Header);
            continue;
        }
        match entry(line, raw).and_then(|entry| enter(&mut known, entry)) {
            Ok(Entered::New(entry)) => list.entries.push(entry),
            Ok(Entered::Repeated { first }) => list.notes.push(ListNote::Repeated { line, first }),
            Err(kind) => faults.push(ListFault { line, kind }),
        }
    }
    if faults.is_empty() { Ok(list) } else { Err(faults) }
}

enum Entered {
    New(Entry),
    Repeated { first: usize },
}

fn enter(known: &mut BTreeMap<String, Entry>, entry: Entry) -> Result<Entered, FaultKind> {
    match known.entry(entry.id.clone()) {
        Slot::Vacant(slot) => Ok(Entered::New(slot.insert(entry).clone())),
        Slot::Occupied(slot) => {
            let first = slot.get();
            if first.path == entry.path && first.dpi == entry.dpi {
                Ok(Entered::Repeated { first: first.line })
            } else {
                Err(FaultKind::SameId(first.line))
            }
        }
    }
}

/// Names of columns, as spreadsheets write them into the first line.
fn is_header(raw: &[u8]) -> bool {
    let mut names =
        raw.split(|byte| *byte == b'\t').map(|name| name.trim_ascii().to_ascii_lowercase());
    let is = |name: Option<Vec<u8>>, of: &[&[u8]]| name.is_some_and(|name| of.contains(&&name[..]));
    is(names.next(), &[b"id", b"name"])
        && is(names.next(), &[b"path", b"file", b"filename", b"image"])
}

fn entry(line: usize, raw: &[u8]) -> Result<Entry, FaultKind> {
    let text = std::str::from_utf8(raw).map_err(|_| FaultKind::NotUtf8)?;
    let fields: Vec<&str> = text.split('\t').map(str::trim).collect();
    let (id, path, dpi) = match fields[..] {
        [id, path] => (id, path, ""),
        [id, path, dpi] => (id, path, dpi),
        _ => return Err(FaultKind::Fields(fields.len())),
    };
    if id.is_empty() {
        return Err(FaultKind::EmptyId);
    }
    if id.contains(|c: char| c == ',' || c == '"' || c.is_control()) {
        return Err(FaultKind::IdCharacters);
    }
    if path.is_empty() {
        return Err(FaultKind::EmptyPath);
    }
    Ok(Entry { line, id: id.to_owned(), path: path.to_owned(), dpi: resolution(dpi)? })
}

/// Dots per inch; `500.0`, as tables of numbers are often written, is 500.
fn resolution(field: &str) -> Result<Option<u16>, FaultKind> {
    if field.is_empty() {
        return Ok(None);
    }
    let whole = field.split_once('.').map_or(field, |(whole, rest)| {
        if rest.bytes().all(|digit| digit == b'0') { whole } else { field }
    });
    whole.parse().map(Some).map_err(|_| FaultKind::Resolution(field.chars().take(40).collect()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(line: usize, id: &str, path: &str, dpi: Option<u16>) -> Entry {
        Entry { line, id: id.to_owned(), path: path.to_owned(), dpi }
    }

    #[test]
    fn harmless_oddities_are_passed_over() {
        let text = "\u{feff}ID\tPath\tDPI\r\n\r\na_1\tx/a b.png\t500\r\na_2\ty.fmr\n  \nb\t/z.tif\t569.0\t\n";
        let faults = parse(text.as_bytes()).unwrap_err();
        assert_eq!(faults[0].to_string().split(';').next(), Some("line 6: 4 fields"));
        let list = parse(text.trim_end_matches("\t\n").as_bytes()).unwrap();
        let expected = [
            entry(3, "a_1", "x/a b.png", Some(500)),
            entry(4, "a_2", "y.fmr", None),
            entry(6, "b", "/z.tif", Some(569)),
        ];
        assert_eq!(list.entries, expected);
        assert_eq!(list.notes, [ListNote::Header]);
    }

    #[test]
    fn the_first_line_may_be_a_print() {
        assert_eq!(parse(b"id\tprint.png\t500").unwrap().entries.len(), 1);
        assert_eq!(parse(b"a\tb\t500\nid\tpath\tdpi").unwrap_err()[0].code(), "list.resolution");
        assert_eq!(parse(b"").unwrap(), List::default());
    }

    #[test]
    fn a_fault_names_its_line_and_what_to_do() {
        for (text, line, code) in [
            ("a\tp\t500\nb p 500", 2, "list.fields"),
            ("a,p,500", 1, "list.fields"),
            ("\n\tp\t500", 2, "list.no_id"),
            ("a\t\t500", 1, "list.no_path"),
            ("a,b\tp\t500", 1, "list.id_characters"),
            ("a\tp\tfast", 1, "list.resolution"),
            ("a\tp\t-1", 1, "list.resolution"),
            ("a\tp\t500.5", 1, "list.resolution"),
            ("a\tp\t70000", 1, "list.resolution"),
            ("a\tp\t500\na\tq\t500", 2, "list.same_id"),
        ] {
            let faults = parse(text.as_bytes()).unwrap_err();
            assert_eq!((faults[0].line, faults[0].code()), (line, code), "{text}");
            assert!(faults[0].to_string().starts_with(&format!("line {line}: ")));
        }
        assert_eq!(parse(b"a\tp\t500\n\xff\tp\t1").unwrap_err()[0].code(), "list.encoding");
    }

    #[test]
    fn every_fault_is_told_and_a_repeated_line_is_none() {
        let faults = parse(b"a\na\tp\t500\na\tp\t500\nb").unwrap_err();
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [1, 4]);
        let list = parse(b"a\tp\t500\na\tp\t500").unwrap();
        assert_eq!(list.notes, [ListNote::Repeated { line: 2, first: 1 }]);
        assert_eq!(list.entries.len(), 1);
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer_and_ids_are_unique(
            bytes in prop::collection::vec(prop_oneof![Just(b'\t'), Just(b'\n'), Just(b'a'), any::<u8>()], 0..80),
        ) {
            match parse(&bytes) {
                Ok(list) => {
                    let ids: std::collections::BTreeSet<_> = list.entries.iter().map(|e| &e.id).collect();
                    prop_assert_eq!(ids.len(), list.entries.len());
                }
                Err(faults) => prop_assert!(!faults.is_empty()),
            }
        }
    }
}
