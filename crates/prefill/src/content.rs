//! What the parts hold together: which form, and its answers or its number.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use niims_country::{Answers, CountryPack, FormKind};
use serde::{Deserialize, Serialize};

use crate::admitted::admitted;
use crate::part::{MOST_PARTS, PART_BYTES, Part};
use crate::problem::PrefillProblem;

/// Most bytes of unpacked answers: 32 KiB, four full Kenyan forms.
const MOST_UNPACKED_BYTES: u64 = 32 * 1024;
/// Bytes before answers or number: what it is, form kind, country, pack.
const HEAD_BYTES: usize = 1 + 1 + 2 + PACK_BYTES;
/// Bytes of the pack's version that are carried: enough to tell two releases apart.
const PACK_BYTES: usize = 8;
/// Letters of a form's number.
const NUMBER_LETTERS: usize = 12;
/// The first byte.
const ANSWERS: u8 = 1;
const BLANK: u8 = 2;

/// Number of a paper form: 12 letters and digits, shown in groups of four. It says nothing about
/// anybody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormNumber(String);

impl FormNumber {
    /// 32 letters and digits that are not taken for one another (Crockford's Base32).
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// A number out of random bytes.
    pub fn of_random(bytes: &[u8; NUMBER_LETTERS]) -> Self {
        let letter = |byte: &u8| char::from(Self::LETTERS[usize::from(byte % 32)]);
        Self(bytes.iter().map(letter).collect())
    }

    /// In groups of four, as people read it.
    pub fn shown(&self) -> String {
        [&self.0[..4], &self.0[4..8], &self.0[8..]].join("-")
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let fits = bytes.len() == NUMBER_LETTERS && bytes.iter().all(|c| Self::LETTERS.contains(c));
        fits.then(|| Self(bytes.iter().map(|c| char::from(*c)).collect()))
    }
}

impl core::fmt::Debug for FormNumber {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FormNumber(…)")
    }
}

/// What was filled in.
#[derive(Debug, Clone, PartialEq)]
pub enum Filled {
    /// Answers that a resident gave at home.
    Answers(Answers),
    /// A paper form: its number, and nothing of what is written on it.
    Paper(FormNumber),
}

/// What a form hands to the kit.
#[derive(Debug, Clone, PartialEq)]
pub struct Prefill {
    /// Which form.
    pub kind: FormKind,
    /// What was filled in.
    pub filled: Filled,
}

/// What codes held, and whether they were made by the same pack.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// The form.
    pub prefill: Prefill,
    /// Whether the pack that made the form is the one that reads it. Where it is another, questions
    /// may have come or gone; each answer is checked by the pack that reads.
    pub same_pack: bool,
}

impl Prefill {
    /// The codes, in order. What may not be prefilled is left out.
    ///
    /// # Errors
    /// [`PrefillProblem::DoesNotFit`].
    pub fn parts(&self, pack: &CountryPack) -> Result<Vec<Part>, PrefillProblem> {
        let (what, body) = match &self.filled {
            Filled::Answers(answers) => {
                let taken = admitted(pack, self.kind, answers).answers;
                (ANSWERS, packed(&taken)?)
            }
            Filled::Paper(FormNumber(number)) => (BLANK, number.clone().into_bytes()),
        };
        let mut bytes = vec![what, number_of(self.kind)];
        bytes.extend_from_slice(&country(pack));
        bytes.extend_from_slice(&version(pack));
        bytes.extend_from_slice(&body);
        Part::cut(&bytes)
    }

    /// Reads the bytes of all parts put together.
    pub(crate) fn read(bytes: &[u8], pack: &CountryPack) -> Result<Content, PrefillProblem> {
        if bytes.len() > usize::from(MOST_PARTS) * PART_BYTES {
            return Err(PrefillProblem::TooLong);
        }
        let (head, body) = bytes.split_at_checked(HEAD_BYTES).ok_or(PrefillProblem::Damaged)?;
        let kind = FormKind::ALL.into_iter().find(|kind| number_of(*kind) == head[1]);
        let kind = kind.ok_or(PrefillProblem::NotAnswers)?;
        if head[2..4] != country(pack) {
            return Err(PrefillProblem::OtherCountry);
        }
        let filled = match head[0] {
            ANSWERS => Filled::Answers(unpacked(body)?),
            BLANK => Filled::Paper(FormNumber::read(body).ok_or(PrefillProblem::NotAnswers)?),
            _ => return Err(PrefillProblem::NotAnswers),
        };
        let same_pack = head[4..] == version(pack);
        Ok(Content { prefill: Self { kind, filled }, same_pack })
    }
}

fn packed(answers: &Answers) -> Result<Vec<u8>, PrefillProblem> {
    let json = serde_json::to_vec(answers).map_err(|_| PrefillProblem::NotAnswers)?;
    if json.len() as u64 > MOST_UNPACKED_BYTES {
        return Err(PrefillProblem::DoesNotFit);
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail; should it, nothing is made.
    encoder.write_all(&json).map_err(|_| PrefillProblem::DoesNotFit)?;
    encoder.finish().map_err(|_| PrefillProblem::DoesNotFit)
}

/// Unpacks at most the bound and one byte more, whatever the code claims.
fn unpacked(bytes: &[u8]) -> Result<Answers, PrefillProblem> {
    let mut json = Vec::new();
    let mut decoder = DeflateDecoder::new(bytes).take(MOST_UNPACKED_BYTES + 1);
    decoder.read_to_end(&mut json).map_err(|_| PrefillProblem::Damaged)?;
    if json.len() as u64 > MOST_UNPACKED_BYTES {
        return Err(PrefillProblem::Bomb);
    }
    Answers::from_json(&json).map_err(|_| PrefillProblem::NotAnswers)
}

/// Numbers of the forms in codes; they never change.
const fn number_of(kind: FormKind) -> u8 {
    match kind {
        FormKind::Adult => 1,
        FormKind::Minor => 2,
        FormKind::Foreigner => 3,
        FormKind::Refugee => 4,
    }
}

/// The two letters of the country (ISO 3166-1 alpha-2).
fn country(pack: &CountryPack) -> [u8; 2] {
    let code = pack.settings().code.as_bytes();
    [code.first().copied().unwrap_or(b'?'), code.get(1).copied().unwrap_or(b'?')]
}

/// The first bytes of the pack's version, as letters of its hexadecimal form.
fn version(pack: &CountryPack) -> [u8; PACK_BYTES] {
    let mut first = [b'0'; PACK_BYTES];
    for (at, letter) in first.iter_mut().zip(pack.version().bytes()) {
        *at = letter;
    }
    first
}
