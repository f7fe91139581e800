//! Rankings in few bytes: they are by far the longest answers, up to 20,000 people a search.

use niims_record::GalleryReference;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cascade::{PhaseAnswer, Ranked};

/// Reference, sequence number, votes and likeness; numbers big-endian.
const EACH: usize = 16 + 8 + 1 + 8;

/// An answer as it is written: a ranking as one byte string, all else as it is.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    Ranking(#[serde(with = "byte_string")] Vec<u8>),
    Other(PhaseAnswer),
}

pub(super) fn serialize<S: Serializer>(answers: &[PhaseAnswer], to: S) -> Result<S::Ok, S::Error> {
    let written: Vec<Written> = answers.iter().map(write).collect();
    written.serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Vec<PhaseAnswer>, D::Error> {
    let written = Vec::<Written>::deserialize(from)?;
    let read = written.into_iter().map(read).collect::<Option<Vec<_>>>();
    read.ok_or_else(|| D::Error::custom("a ranking is cut off"))
}

fn write(answer: &PhaseAnswer) -> Written {
    let PhaseAnswer::Ranking(ranking) = answer else { return Written::Other(answer.clone()) };
    let mut bytes = Vec::with_capacity(ranking.len() * EACH);
    for ranked in ranking {
        bytes.extend(ranked.reference.as_bytes());
        bytes.extend(ranked.sequence.to_be_bytes());
        bytes.push(ranked.votes);
        bytes.extend(ranked.likeness.to_be_bytes());
    }
    Written::Ranking(bytes)
}

fn read(written: Written) -> Option<PhaseAnswer> {
    let bytes = match written {
        Written::Other(answer) => return Some(answer),
        Written::Ranking(bytes) => bytes,
    };
    let (each, rest) = bytes.as_chunks::<EACH>();
    let number = |bytes: &[u8]| bytes.first_chunk().map_or(0, |eight| u64::from_be_bytes(*eight));
    let ranking = each.iter().map(|one| Ranked {
        reference: GalleryReference::from_bytes(core::array::from_fn(|at| one[at])),
        sequence: number(&one[16..]),
        votes: one[24],
        likeness: number(&one[25..]),
    });
    rest.is_empty().then(|| PhaseAnswer::Ranking(ranking.collect()))
}

/// Bytes as one byte string, not as a list of numbers.
pub(super) mod byte_string {
    use super::{Deserialize, Deserializer, Error, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        bytes: &[u8],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<u8>, D::Error> {
        let value = ciborium::Value::deserialize(from)?;
        value.into_bytes().map_err(|_| D::Error::custom("expected a byte string"))
    }
}
