//! What can be wrong with a pack: file, line, stable code, what is wrong, what to do.

use std::cell::RefCell;
use std::fmt;

/// The kinds of fault that a pack can have; each has a stable dotted code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PackCode {
    /// The folder or a file in it cannot be read.
    UnreadableFile,
    /// A file that no pack has.
    UnknownFile,
    /// A file that every pack must have.
    MissingFile,
    /// A file, or the pack as a whole, is larger than the limit.
    TooLarge,
    /// Not UTF-8, not TOML, or not CSV.
    Syntax,
    /// A key or column that means nothing here.
    UnknownKey,
    /// A key or column that must be there.
    MissingKey,
    /// A value of the wrong type or outside the words allowed.
    WrongValue,
    /// An id or code used twice.
    DuplicateId,
    /// A reference to something that does not exist in the pack.
    UnknownReference,
    /// A code list that does not exist.
    UnknownCodeList,
    /// A field without a legal basis.
    NoLegalBasis,
    /// A legal basis that the registry does not hold.
    UnknownBasis,
    /// A text that one of the languages lacks.
    MissingText,
    /// A text that nothing asks for.
    UnusedText,
    /// A geographic unit under a parent that does not exist.
    UnknownParent,
    /// A geographic level with another number of units than the pack states.
    WrongCount,
    /// Data that the law forbids to collect.
    Prohibited,
    /// A fee that is not zero.
    Fee,
    /// A pattern that is not a regular expression.
    Pattern,
    /// A role bound to two fields.
    RoleTwice,
    /// A role that the core needs and no field has.
    RoleMissing,
    /// A role on a field of a type that cannot carry it.
    RoleType,
    /// An agency that the register of agencies does not hold.
    UnknownAgency,
    /// An attribute that no agency may ask for.
    UnknownAttribute,
    /// A date that is not `YYYY-MM-DD`.
    Date,
}

impl PackCode {
    /// The stable code, for programs and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnreadableFile => "pack.unreadable_file",
            Self::UnknownFile => "pack.unknown_file",
            Self::MissingFile => "pack.missing_file",
            Self::TooLarge => "pack.too_large",
            Self::Syntax => "pack.syntax",
            Self::UnknownKey => "pack.unknown_key",
            Self::MissingKey => "pack.missing_key",
            Self::WrongValue => "pack.wrong_value",
            Self::DuplicateId => "pack.duplicate_id",
            Self::UnknownReference => "pack.unknown_reference",
            Self::UnknownCodeList => "pack.unknown_code_list",
            Self::NoLegalBasis => "pack.no_legal_basis",
            Self::UnknownBasis => "pack.unknown_basis",
            Self::MissingText => "pack.missing_text",
            Self::UnusedText => "pack.unused_text",
            Self::UnknownParent => "pack.unknown_parent",
            Self::WrongCount => "pack.wrong_count",
            Self::Prohibited => "pack.prohibited",
            Self::Fee => "pack.fee",
            Self::Pattern => "pack.pattern",
            Self::RoleTwice => "pack.role_twice",
            Self::RoleMissing => "pack.role_missing",
            Self::RoleType => "pack.role_type",
            Self::UnknownAgency => "pack.unknown_agency",
            Self::UnknownAttribute => "pack.unknown_attribute",
            Self::Date => "pack.date",
        }
    }
}

impl fmt::Display for PackCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One fault of a pack. Packs hold no personal data, so faults may quote them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackProblem {
    /// Path inside the pack with `/`, such as `codes/sex.csv`.
    pub file: String,
    /// Line, counted from 1; 1 when the fault is of the file as a whole.
    pub line: usize,
    /// What kind of fault.
    pub code: PackCode,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for PackProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}:{}: {}: {}; {}",
            self.file, self.line, self.code, self.message, self.remedy
        )
    }
}

/// Every fault found in one reading of a pack, sorted by file and line; never empty as an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackProblems(pub Vec<PackProblem>);

impl PackProblems {
    /// The stable code of the error as a whole.
    pub const fn code(&self) -> &'static str {
        "pack.faulty"
    }
}

impl fmt::Display for PackProblems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(formatter, "{problem}")?;
        }
        write!(formatter, "{} problems in the country pack", self.0.len())
    }
}

impl std::error::Error for PackProblems {}

/// Gathers faults while many readers look at the pack.
#[derive(Default)]
pub(crate) struct Sink(RefCell<Vec<PackProblem>>);

impl Sink {
    pub(crate) fn add(
        &self,
        file: &str,
        line: usize,
        code: PackCode,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.0.borrow_mut().push(PackProblem {
            file: file.to_owned(),
            line,
            code,
            message: message.into(),
            remedy: remedy.into(),
        });
    }

    pub(crate) fn into_result<T>(self, value: Option<T>) -> Result<T, PackProblems> {
        let mut problems = self.0.into_inner();
        problems.sort();
        problems.dedup();
        match value {
            Some(value) if problems.is_empty() => Ok(value),
            _ => Err(PackProblems(problems)),
        }
    }
}
