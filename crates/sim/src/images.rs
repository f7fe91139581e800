//! Images of real fingers from a folder, dealt to the residents of a village.
//!
//! The folder holds lists named `*.tsv`, one image on each line:
//! `id<TAB>path relative to the folder<TAB>dots per inch`, where `id` is `finger_impression`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use niims_fingerprint::FingerPosition;

use crate::prints::Print;
use crate::village::Resident;

/// Largest list that is read, bytes: 16 MiB, some 400,000 images.
const LARGEST_LIST: u64 = 16 * 1024 * 1024;
/// Endings of images that the kit takes.
const ENDINGS: [&str; 5] = ["png", "tif", "tiff", "bmp", "pgm"];
/// A finger is dealt only when it has at least so many impressions: two visits must differ.
const LEAST_IMPRESSIONS: usize = 2;
/// Fingers in the order in which they are dealt: those that scanners are used with first.
const DEALING_ORDER: [FingerPosition; 10] = [
    FingerPosition::RightIndex,
    FingerPosition::LeftIndex,
    FingerPosition::RightThumb,
    FingerPosition::LeftThumb,
    FingerPosition::RightMiddle,
    FingerPosition::LeftMiddle,
    FingerPosition::RightRing,
    FingerPosition::LeftRing,
    FingerPosition::RightLittle,
    FingerPosition::LeftLittle,
];

/// Why a folder of images cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ImagesError {
    /// A folder or file cannot be read.
    #[error("{path} cannot be read", path = path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no list.
    #[error("{path} holds no list: a file NAME.tsv with id, path and dots per inch on each line is needed", path = path.display())]
    NoList {
        /// The folder.
        path: PathBuf,
    },
    /// A list is larger than any that is read.
    #[error("{path} is larger than {LARGEST_LIST} bytes: split it", path = path.display())]
    ListTooLarge {
        /// The list.
        path: PathBuf,
    },
    /// A line of a list does not read.
    #[error("{path}, line {line}: {problem}", path = path.display())]
    Line {
        /// The list.
        path: PathBuf,
        /// Counted from one.
        line: usize,
        /// What is wrong and what to do.
        problem: &'static str,
    },
    /// There are too few fingers for so many people.
    #[error(
        "the images show {fingers} fingers with two impressions or more, which is too few for {people} people: ask for at most {at_most}"
    )]
    TooFew {
        /// Fingers that can be dealt.
        fingers: usize,
        /// People who need some.
        people: usize,
        /// Most people that they are enough for.
        at_most: usize,
    },
    /// A resident was dealt no fingers.
    #[error("this resident was dealt no fingers: deal them to all residents first")]
    NotDealt,
}

impl ImagesError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "images.unreadable",
            Self::NoList { .. } => "images.no_list",
            Self::ListTooLarge { .. } => "images.list_too_large",
            Self::Line { .. } => "images.line",
            Self::TooFew { .. } => "images.too_few",
            Self::NotDealt => "images.not_dealt",
        }
    }
}

/// All impressions of one finger.
struct Finger {
    dpi: u16,
    files: Vec<PathBuf>,
}

/// The fingers of a folder, and whose they are in this village.
pub struct RealImages {
    fingers: Vec<Finger>,
    dealt: BTreeMap<[u8; 32], Vec<usize>>,
}

/// Prints of real people are not described.
impl core::fmt::Debug for RealImages {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "RealImages({} fingers, {} people)", self.fingers.len(), self.dealt.len())
    }
}

impl RealImages {
    /// Reads every list of a folder. Images are read when they are captured.
    ///
    /// # Errors
    /// [`ImagesError`], with file and line.
    pub fn open(folder: &Path) -> Result<Self, ImagesError> {
        // A finger of one list at one resolution; lists may use the same ids for others.
        let mut fingers: BTreeMap<(PathBuf, String, u16), BTreeMap<String, PathBuf>> =
            BTreeMap::new();
        for list in lists(folder)? {
            for (index, line) in read_list(&list)?.lines().enumerate() {
                if line.trim().is_empty() {
                    continue;
                }
                let row = row(line).map_err(|problem| ImagesError::Line {
                    path: list.clone(),
                    line: index + 1,
                    problem,
                })?;
                fingers
                    .entry((list.clone(), row.finger.to_owned(), row.dpi))
                    .or_default()
                    .insert(row.impression.to_owned(), folder.join(row.path));
            }
        }
        let fingers = fingers
            .into_iter()
            .filter(|(_, files)| files.len() >= LEAST_IMPRESSIONS)
            .map(|((_, _, dpi), files)| Finger { dpi, files: files.into_values().collect() })
            .collect();
        Ok(Self { fingers, dealt: BTreeMap::new() })
    }

    /// How many fingers can be dealt.
    pub fn fingers(&self) -> usize {
        self.fingers.len()
    }

    /// Deals every person the same number of fingers, ten at most, nobody another's, and says
    /// how many. All fingers of one person are of one resolution, as one scanner has. An
    /// earlier dealing is forgotten.
    ///
    /// # Errors
    /// [`ImagesError::TooFew`] when not everybody can have one.
    pub fn deal(&mut self, people: &[&Resident]) -> Result<usize, ImagesError> {
        let mut by_dpi: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        for (index, finger) in self.fingers.iter().enumerate() {
            by_dpi.entry(finger.dpi).or_default().push(index);
        }
        let enough = |hand: &usize| {
            by_dpi.values().map(|fingers| fingers.len() / hand).sum::<usize>() >= people.len()
        };
        let Some(hand) = (1..=DEALING_ORDER.len()).rev().find(enough) else {
            let fingers = self.fingers.len();
            return Err(ImagesError::TooFew { fingers, people: people.len(), at_most: fingers });
        };
        let hands = by_dpi.values().flat_map(|fingers| fingers.chunks_exact(hand));
        self.dealt =
            people.iter().map(|person| person.fingers).zip(hands.map(<[usize]>::to_vec)).collect();
        Ok(hand)
    }

    /// The images of one visit, in the order of the finger codes.
    pub(crate) fn capture(
        &self,
        resident: &Resident,
        visit: u32,
    ) -> Result<Vec<Print>, ImagesError> {
        let hand = self.dealt.get(&resident.fingers).ok_or(ImagesError::NotDealt)?;
        let mut prints = hand
            .iter()
            .zip(DEALING_ORDER)
            .map(|(index, position)| {
                let finger = self.fingers.get(*index).ok_or(ImagesError::NotDealt)?;
                let path = &finger.files[visit as usize % finger.files.len()];
                let bytes = fs::read(path)
                    .map_err(|source| ImagesError::Unreadable { path: path.clone(), source })?;
                Ok(Print { position, bytes, ending: ending(path), dpi: finger.dpi })
            })
            .collect::<Result<Vec<_>, _>>()?;
        prints.sort_by_key(|print| print.position);
        Ok(prints)
    }
}

/// One line of a list.
struct Row<'a> {
    finger: &'a str,
    impression: &'a str,
    path: &'a Path,
    dpi: u16,
}

fn row(line: &str) -> Result<Row<'_>, &'static str> {
    let columns: Vec<&str> = line.trim_end_matches('\r').split('\t').collect();
    let [id, path, dpi] = columns[..] else {
        return Err("three columns are needed, with tabs between: id, path, dots per inch");
    };
    let (finger, impression) =
        id.rsplit_once('_').ok_or("the id must be finger_impression, such as 101_1")?;
    let path = Path::new(path);
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err("the path must lie inside the folder");
    }
    if ending(path).is_empty() {
        return Err("the image must end in .png, .tif, .tiff, .bmp or .pgm");
    }
    let dpi = dpi.trim().parse().ok().filter(|dpi| (250..=1000).contains(dpi));
    Ok(Row { finger, impression, path, dpi: dpi.ok_or("dots per inch are from 250 to 1000")? })
}

/// The ending of a name if it is one of [`ENDINGS`], else nothing.
fn ending(path: &Path) -> &'static str {
    let written = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ENDINGS.into_iter().find(|known| written.eq_ignore_ascii_case(known)).unwrap_or_default()
}

fn lists(folder: &Path) -> Result<Vec<PathBuf>, ImagesError> {
    let unreadable = |source| ImagesError::Unreadable { path: folder.to_owned(), source };
    let mut lists = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|ending| ending == "tsv") {
            lists.push(path);
        }
    }
    lists.sort();
    if lists.is_empty() {
        return Err(ImagesError::NoList { path: folder.to_owned() });
    }
    Ok(lists)
}

fn read_list(path: &Path) -> Result<String, ImagesError> {
    let unreadable = |source| ImagesError::Unreadable { path: path.to_owned(), source };
    if fs::metadata(path).map_err(unreadable)?.len() > LARGEST_LIST {
        return Err(ImagesError::ListTooLarge { path: path.to_owned() });
    }
    fs::read_to_string(path).map_err(unreadable)
}
