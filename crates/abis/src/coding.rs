//! Biometrics as bytes, as the database and tasks keep them.
//!
//! ```text
//! version 1 | fingers: count, then position, quality, length (16 bits), template
//!           | faces:   count, then quality, model (32 bytes), length (16 bits), embedding
//!           | irises:  count, then eye, quality, length (32 bits), record
//! ```
//! Numbers are big-endian. A length is checked against what is left before anything is taken.

use niims_fingerprint::FingerPosition;
use niims_wire::abis::FingerTemplate;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

use crate::modality::{Biometrics, Eye, FaceTemplate, IrisRecord};

/// The layout above.
const VERSION: u8 = 1;

/// Why bytes are no biometrics, or biometrics do not fit into them. It holds none of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not stored biometrics")]
pub struct CodingError;

impl Biometrics {
    /// These biometrics as bytes.
    ///
    /// # Errors
    /// [`CodingError`] for more than 255 of one modality, or lengths that their fields cannot state.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CodingError> {
        let mut out = vec![VERSION];
        out.push(count(self.fingers.len())?);
        for finger in &self.fingers {
            out.extend([finger.position.code(), finger.quality]);
            out.extend(short(finger.template.len())?);
            out.extend(&finger.template);
        }
        out.push(count(self.faces.len())?);
        for face in &self.faces {
            out.push(face.quality);
            out.extend(face.model);
            out.extend(short(face.embedding.len())?);
            out.extend(face.embedding.iter().map(|value| *value as u8));
        }
        out.push(count(self.irises.len())?);
        for iris in &self.irises {
            let length = u32::try_from(iris.record.len()).map_err(|_| CodingError)?;
            out.extend([u8::from(iris.eye == Eye::Left), iris.quality]);
            out.extend(length.to_be_bytes());
            out.extend(&iris.record);
        }
        Ok(out)
    }

    /// Reads what [`Biometrics::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`CodingError`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodingError> {
        let mut rest = Reader(bytes);
        if rest.byte()? != VERSION {
            return Err(CodingError);
        }
        let mut all = Self::default();
        for _ in 0..rest.byte()? {
            let position = FingerPosition::from_code(rest.byte()?).ok_or(CodingError)?;
            let quality = rest.byte()?;
            let template = rest.short_field()?.to_vec();
            all.fingers.push(FingerTemplate { position, quality, template });
        }
        for _ in 0..rest.byte()? {
            let quality = rest.byte()?;
            let model = rest.array()?;
            let embedding = rest.short_field()?.iter().map(|byte| *byte as i8).collect();
            all.faces.push(FaceTemplate { quality, model, embedding });
        }
        for _ in 0..rest.byte()? {
            let eye = match rest.byte()? {
                0 => Eye::Right,
                1 => Eye::Left,
                _ => return Err(CodingError),
            };
            let quality = rest.byte()?;
            let length = u32::from_be_bytes(rest.array()?) as usize;
            all.irises.push(IrisRecord { eye, quality, record: rest.take(length)?.to_vec() });
        }
        if rest.0.is_empty() { Ok(all) } else { Err(CodingError) }
    }
}

/// Writes biometrics as one byte string within a larger value.
pub(crate) fn serialize<S: Serializer>(value: &Biometrics, out: S) -> Result<S::Ok, S::Error> {
    use serde::ser::Error as _;
    out.serialize_bytes(&value.to_bytes().map_err(S::Error::custom)?)
}

/// Reads what [`serialize`] wrote.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Biometrics, D::Error> {
    Biometrics::from_bytes(&bytes::deserialize(from)?).map_err(D::Error::custom)
}

/// Byte strings within a larger value: a plain vector would take a number for each byte.
pub(crate) mod bytes {
    use super::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &[u8], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_bytes(value)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        ciborium::Value::deserialize(from)?
            .into_bytes()
            .map_err(|_| serde::de::Error::custom("a byte string is due here"))
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], CodingError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(CodingError)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CodingError> {
        self.take(N)?.try_into().map_err(|_| CodingError)
    }

    fn byte(&mut self) -> Result<u8, CodingError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn short_field(&mut self) -> Result<&'a [u8], CodingError> {
        let length = u16::from_be_bytes(self.array()?);
        self.take(length.into())
    }
}

fn count(length: usize) -> Result<u8, CodingError> {
    u8::try_from(length).map_err(|_| CodingError)
}

fn short(length: usize) -> Result<[u8; 2], CodingError> {
    Ok(u16::try_from(length).map_err(|_| CodingError)?.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_modalities_read_back_and_cut_ones_do_not() {
        let all = Biometrics {
            fingers: (1..=10)
                .map(|code| FingerTemplate {
                    position: FingerPosition::from_code(code).unwrap(),
                    quality: code,
                    template: vec![code; 30],
                })
                .collect(),
            faces: vec![FaceTemplate {
                quality: 80,
                model: [7; 32],
                embedding: vec![-128, 0, 127],
            }],
            irises: vec![
                IrisRecord { eye: Eye::Right, quality: 1, record: vec![1; 400] },
                IrisRecord { eye: Eye::Left, quality: 2, record: vec![] },
            ],
        };
        let bytes = all.to_bytes().unwrap();
        assert!(Biometrics::from_bytes(&bytes) == Ok(all));
        for length in 0..bytes.len() {
            assert!(Biometrics::from_bytes(&bytes[..length]) == Err(CodingError), "{length}");
        }
        assert!(Biometrics::from_bytes(&[bytes, vec![0]].concat()) == Err(CodingError));
        let empty = Biometrics::default();
        assert!(Biometrics::from_bytes(&empty.to_bytes().unwrap()) == Ok(empty));
    }

    #[test]
    fn what_no_field_can_state_is_refused() {
        let template = vec![0; 70_000];
        let finger = FingerTemplate { position: FingerPosition::RightThumb, quality: 1, template };
        let all = Biometrics { fingers: vec![finger], ..Biometrics::default() };
        assert_eq!(all.to_bytes(), Err(CodingError));
    }
}
