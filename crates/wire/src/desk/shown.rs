//! What a reviewer is shown of a case. All of it is personal data.

use jiff::Timestamp;
use niims_fingerprint::FingerPosition;
use niims_record::ApplicationId;
use serde::{Deserialize, Serialize};

/// An image of the evidence, without its bytes; see [`super::CaseReview::image`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageShown {
    /// Media type, such as `image/png`.
    pub media_type: String,
    /// SHA-256 of the bytes, hexadecimal: what was shown can be proved later.
    pub sha256: String,
    /// Length in bytes.
    pub length: usize,
}

/// One minutia in pixels of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinutiaShown {
    /// Rightwards from the left edge, pixels of the stored image.
    pub x: u32,
    /// Downwards from the upper edge, pixels of the stored image.
    pub y: u32,
    /// Direction in degrees, 0 to 359, counter-clockwise from the right.
    pub degrees: u16,
    /// `ending` or `bifurcation`.
    pub kind: MinutiaKindShown,
    /// Quality, 0 to 100.
    pub quality: u8,
}

/// Where a ridge ends or splits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinutiaKindShown {
    /// A ridge ends.
    Ending,
    /// A ridge splits.
    Bifurcation,
    /// It cannot be told.
    Other,
}

/// One finger of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerShown {
    /// Which finger, as the capture stated it.
    pub position: FingerPosition,
    /// The print.
    pub image: ImageShown,
    /// Dots per inch.
    pub dpi: u16,
    /// Quality, 0 to 100; `None` where no ridges were found.
    pub quality: Option<u8>,
    /// The minutiae, in the order to which [`FingerPairShown::paired`] points.
    pub minutiae: Vec<MinutiaShown>,
    /// The second best try of the same finger.
    pub second: Option<SecondPrintShown>,
}

/// The second best try of a finger. It is looked at, and compared with nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondPrintShown {
    /// The print.
    pub image: ImageShown,
    /// Dots per inch.
    pub dpi: u16,
}

/// A finger that was not captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerMissing {
    /// Which finger.
    pub position: FingerPosition,
    /// Reason code of the country pack.
    pub reason: String,
    /// Whether it can never be captured.
    pub permanent: bool,
}

/// A document that was shown at capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentShown {
    /// Code of the country pack.
    pub kind: String,
    /// The officer saw the original.
    pub original_sighted: bool,
    /// The scan.
    pub image: ImageShown,
}

/// One side of a comparison.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideShown {
    /// The application. Never shown; pages show the number.
    pub application: ApplicationId,
    /// Its opaque number.
    pub application_number: String,
    /// Code of the form, such as `minor`.
    pub form_kind: String,
    /// Answers in the order of the form, field id to plain value.
    pub answers: Vec<(String, String)>,
    /// The portrait.
    pub portrait: Option<ImageShown>,
    /// The fingers captured, in the order of their codes.
    pub fingers: Vec<FingerShown>,
    /// The fingers not captured, with why.
    pub missing_fingers: Vec<FingerMissing>,
    /// The photo that shows missing or bandaged fingers.
    pub exception_photo: Option<ImageShown>,
    /// The documents.
    pub documents: Vec<DocumentShown>,
    /// When it was captured, by the kit's clock.
    pub captured_at: Timestamp,
    /// Reason codes of exceptions that second officers vouched for, each once.
    #[serde(default)]
    pub exceptions: Vec<String>,
}

/// One part of a likeness by particulars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticularShown {
    /// `name`, `date_of_birth`, `sex`, `place_of_birth`, `residence`, `phone`, `identifier`,
    /// `mother`, `father` or `household`.
    pub field: String,
    /// Thousandths of a nat; positive speaks for one person.
    pub weight: i32,
    /// Code of the text that explains it, such as `linkage.name_variant`.
    pub code: String,
}

/// How alike two records are by their particulars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticularsShown {
    /// Sum of the parts, thousandths of a nat.
    pub total: i32,
    /// The parts, in the order of the form.
    pub parts: Vec<ParticularShown>,
}

/// What kind of difference two answers show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// The same words in another order.
    SwappedOrder,
    /// The same names, in other fields.
    SwappedFields,
    /// A known variant or spelling.
    SpellingVariant,
    /// An initial or short form.
    ShortForm,
    /// Day and month exchanged.
    DayAndMonthSwapped,
    /// One of the dates is 1 January, which is written where the day is not known.
    ConventionalFirstOfJanuary,
    /// One part of the date differs.
    OneDatePartDiffers,
    /// Only capital letters, spaces or marks differ.
    WritingOnly,
    /// Only one side has an answer.
    OnlyOneSide,
    /// They differ without explanation.
    Differs,
}

/// One field in which two sides differ.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceShown {
    /// Field id of the form.
    pub field: String,
    /// The applicant's answer, empty where there is none.
    pub applicant: String,
    /// The candidate's answer, empty where there is none.
    pub candidate: String,
    /// What kind of difference it is.
    pub kind: DifferenceKind,
}

/// Lays the first print upon the second: (x, y) goes to
/// (cosine·x − sine·y + dx, sine·x + cosine·y + dy).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlignmentShown {
    /// Cosine of the rotation, 16,384ths.
    pub cosine: i32,
    /// Sine of the rotation, 16,384ths.
    pub sine: i32,
    /// Rightwards, quarter pixels at 500 dpi.
    pub dx: i32,
    /// Downwards, quarter pixels at 500 dpi.
    pub dy: i32,
    /// Clockwise rotation in whole degrees, −180 to 180.
    pub degrees: i16,
}

/// What of a finger's score comes from where, thousandths of a nat; the sum is the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScorePartsShown {
    /// Alike surroundings of minutiae.
    pub surroundings: i32,
    /// Minutiae that lie upon each other.
    pub alignment: i32,
    /// How many minutiae chance had to work with.
    pub amount: i32,
    /// Ridges that lie upon each other.
    pub texture: i32,
    /// Good minutiae without a partner where there should be one.
    pub unpaired: i32,
    /// What was cut off at the limits.
    pub limit: i32,
}

/// One finger of the applicant beside one of the candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerPairShown {
    /// Finger of the applicant.
    pub applicant: FingerPosition,
    /// Finger of the candidate; another one where the captures seem to have mixed them up.
    pub candidate: FingerPosition,
    /// Thousandths of a nat, −3,000 to 14,000.
    pub score: i32,
    /// Of so many pairs of different fingers, one scores as high: `e^(score/1000)`, at least 1.
    pub one_in: u64,
    /// Where the score comes from.
    pub parts: ScorePartsShown,
    /// Minutiae laid upon each other: indices into both [`FingerShown::minutiae`].
    pub paired: Vec<(u16, u16)>,
    /// How much of the smaller print lies on the other, percent of its minutiae.
    pub overlap_percent: u8,
    /// How the applicant's print lies on the candidate's.
    pub alignment: AlignmentShown,
}

/// How alike the fingers are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingersShown {
    /// All fingers together, thousandths of a nat.
    pub score: i32,
    /// `as_stated`, or how the fingers must have been mixed up at one capture.
    pub assignment: String,
    /// Finger by finger.
    pub pairs: Vec<FingerPairShown>,
}

/// Evidence that is not there, so that nobody takes silence for agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "missing", rename_all = "snake_case")]
pub enum MissingEvidence {
    /// No portrait of the applicant.
    ApplicantPortrait,
    /// No portrait of the candidate.
    CandidatePortrait,
    /// No finger of both could be compared.
    CommonFinger,
    /// One finger only of both could be compared.
    OnlyOneCommonFinger,
    /// No document of the applicant.
    ApplicantDocuments,
    /// No document of the candidate.
    CandidateDocuments,
    /// A finger was captured and shows no ridges.
    Unreadable {
        /// `applicant` or `candidate`.
        side: String,
        /// Which finger.
        position: FingerPosition,
    },
    /// A part of the stored evidence does not read: the case cannot be decided but by asking
    /// for a recapture.
    Damaged {
        /// Stable code of what failed.
        code: String,
    },
}

/// One candidate beside the applicant.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateShown {
    /// The candidate's side.
    pub side: SideShown,
    /// State of that application: a person with a number, or another applicant.
    pub has_number: bool,
    /// Likeness by particulars.
    pub particulars: Option<ParticularsShown>,
    /// The fields in which they differ.
    pub differences: Vec<DifferenceShown>,
    /// Likeness by fingers, as compared for this view.
    pub fingers: Option<FingersShown>,
    /// Likeness by fingers that the search stated, thousandths of a nat.
    pub found_with: Option<i32>,
    /// People told the two apart before, as with twins.
    pub told_apart_before: bool,
    /// What is not there.
    pub missing: Vec<MissingEvidence>,
}

/// Everything of a case, without the bytes of images.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceShown {
    /// The applicant.
    pub applicant: SideShown,
    /// The candidates, best first.
    pub candidates: Vec<CandidateShown>,
    /// What the applicant's side lacks where there is no candidate.
    pub missing: Vec<MissingEvidence>,
    /// Version of the software that compared.
    pub software: String,
}

macro_rules! redacted {
    ($($name:ident),+) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
redacted!(SideShown, DifferenceShown, CandidateShown, EvidenceShown);
