//! What can be wrong with a request, as the standard's `Error`: a number and a sentence.

use axum::http::StatusCode;
use thiserror::Error;

use super::numbers;
use crate::intake::IntakeError;
use crate::subject::NameError;

/// Why a request was refused. No variant holds anything that the client sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// A parameter that must be there is not.
    #[error("the query parameter {0} is missing; send it once")]
    ParameterMissing(&'static str),
    /// A parameter that this operation does not have.
    #[error("the query holds a parameter that this operation does not have; take it out")]
    ParameterUnknown,
    /// A parameter twice.
    #[error("the query parameter {0} stands there twice; send it once")]
    ParameterRepeated(&'static str),
    /// A parameter of another shape.
    #[error("the query parameter {name} must be {must}")]
    Parameter {
        /// Which.
        name: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// The query is not one.
    #[error("the query does not read; escape it as application/x-www-form-urlencoded")]
    Query,
    /// The path is not UTF-8 behind its escapes.
    #[error("the path does not read; escape it as UTF-8")]
    Path,
    /// A name in the path or the body.
    #[error("{what} cannot be used: {why}")]
    Name {
        /// Which name.
        what: &'static str,
        /// Why not.
        why: NameError,
    },
    /// The body is something else.
    #[error("the body is not JSON; send the header content-type: application/json")]
    NotJson,
    /// The body is too large, or broke off.
    #[error("the body has more than 16 MiB or broke off; send less biometrics at a time")]
    BodyTooLarge,
    /// The body is no JSON, or not what the standard describes.
    #[error(
        "the body is not what the standard describes for this operation, at line {line}, column \
         {column}; compare it with the schema there"
    )]
    Body {
        /// From 1; 0 before the first.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// A member of the body.
    #[error("{at} must be {must}")]
    Member {
        /// Where, as names of the standard and places.
        at: String,
        /// What it must be.
        must: &'static str,
    },
    /// Something is encrypted.
    #[error("{at} is encrypted and this server holds no key for it; send it without encryption")]
    Encrypted {
        /// Where.
        at: String,
    },
    /// A hash or signature that cannot be verified here.
    #[error("{at} cannot be verified: {why}")]
    IntegrityUnverifiable {
        /// Where.
        at: String,
        /// Why, and what to do.
        why: &'static str,
    },
    /// The hash is another.
    #[error("{at} does not agree with the data; they changed on the way, or were hashed otherwise")]
    IntegrityBroken {
        /// Where.
        at: String,
    },
    /// A reference where the data should be.
    #[error("{at} is only a reference, and this server fetches nothing; send the data themselves")]
    NotFetched {
        /// Where.
        at: String,
    },
    /// A filter that is not understood.
    #[error("the filter has a member other than biometricType; biographic data are not searched")]
    Filter,
    /// Data of another form than stated, or of none.
    #[error("{at} is not {must}")]
    Biometrics {
        /// Where.
        at: String,
        /// What it should be.
        must: &'static str,
    },
    /// A picture or record that cannot be taken.
    #[error("{at} cannot be taken: {why}")]
    Intake {
        /// Where.
        at: String,
        /// Stable dotted code of why not.
        code: &'static str,
        /// Why not.
        why: String,
    },
    /// Nothing to compare.
    #[error("there is nothing in it that could be compared; send at least one finger or a face")]
    NothingToCompare,
    /// Nothing to enrol.
    #[error(
        "there is nothing in it that this server enrols; send at least one finger, a face or an iris: a \
         palm or a slap is only kept beside them"
    )]
    NothingToEnrol,
    /// No such path.
    #[error("there is no such operation")]
    NoSuchOperation,
    /// No such method.
    #[error("this operation has another method")]
    NoSuchMethod,
}

impl Fault {
    /// What the intake says about an item.
    pub fn intake(at: String, why: &IntakeError) -> Self {
        Self::Intake { at, code: why.code(), why: why.to_string() }
    }

    /// The standard's number. It begins with the status, and is never given to another fault.
    pub fn number(&self) -> i32 {
        match self {
            Self::ParameterMissing(_) => 40_001,
            Self::ParameterUnknown => 40_002,
            Self::ParameterRepeated(_) => 40_003,
            Self::Parameter { .. } => 40_004,
            Self::Query => 40_005,
            Self::Path => 40_006,
            Self::Name { .. } => 40_007,
            Self::NotJson => 40_008,
            Self::BodyTooLarge => 40_009,
            Self::Body { .. } => 40_010,
            Self::Member { .. } => 40_011,
            Self::Encrypted { .. } => 40_012,
            Self::IntegrityUnverifiable { .. } => 40_013,
            Self::IntegrityBroken { .. } => 40_014,
            Self::NotFetched { .. } => 40_015,
            Self::Filter => 40_016,
            Self::Biometrics { .. } => 40_017,
            Self::NothingToCompare => 40_018,
            Self::NothingToEnrol => 40_019,
            Self::Intake { code, .. } => numbers::of(code),
            Self::NoSuchOperation => 40_400,
            Self::NoSuchMethod => 40_500,
        }
    }

    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ParameterMissing(_) => "osia.parameter_missing",
            Self::ParameterUnknown => "osia.parameter_unknown",
            Self::ParameterRepeated(_) => "osia.parameter_repeated",
            Self::Parameter { .. } => "osia.parameter",
            Self::Query => "osia.query",
            Self::Path => "osia.path",
            Self::Name { .. } => "osia.name",
            Self::NotJson => "osia.not_json",
            Self::BodyTooLarge => "osia.body_too_large",
            Self::Body { .. } => "osia.body",
            Self::Member { .. } => "osia.member",
            Self::Encrypted { .. } => "osia.encrypted",
            Self::IntegrityUnverifiable { .. } => "osia.integrity_unverifiable",
            Self::IntegrityBroken { .. } => "osia.integrity_broken",
            Self::NotFetched { .. } => "osia.not_fetched",
            Self::Filter => "osia.filter",
            Self::Biometrics { .. } => "osia.biometrics",
            Self::NothingToCompare => "osia.nothing_to_compare",
            Self::NothingToEnrol => "osia.nothing_to_enrol",
            &Self::Intake { code, .. } => code,
            Self::NoSuchOperation => "osia.no_such_operation",
            Self::NoSuchMethod => "osia.no_such_method",
        }
    }

    /// The status that goes with the number.
    pub fn status(&self) -> StatusCode {
        let status = u16::try_from(self.number() / 100).unwrap_or(500);
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
