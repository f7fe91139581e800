//! One person as bytes: who, when, and the templates for the full comparison.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 1 |
//! | 16, 8 | reference; place in the gallery's order, big-endian |
//! | 4, *n* | length of the fingers; fingers as [`encode_fingers`] writes them |
//! | 1 | number of faces; for each: |
//! | 1, 32, 2, *m* | quality; SHA-256 of the model; length of the embedding; embedding |
//!
//! Irises are not here: no search looks at them.

use niims_record::GalleryReference;
use niims_wire::abis::{decode_fingers, encode_fingers};

use super::GalleryError;
use crate::modality::{Biometrics, FaceTemplate};

const VERSION: u8 = 1;
/// Bytes before the fingers' length.
const HEAD: usize = 25;

/// Somebody enrolled.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) reference: GalleryReference,
    /// Place in the gallery's order; see [`super::order`].
    pub(super) place: u64,
    pub(super) biometrics: Biometrics,
}

impl Record {
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, GalleryError> {
        let fingers =
            encode_fingers(&self.biometrics.fingers).map_err(|_| GalleryError::Template)?;
        let faces = &self.biometrics.faces;
        let mut bytes = Vec::with_capacity(HEAD + 5 + fingers.len());
        bytes.push(VERSION);
        bytes.extend(self.reference.as_bytes());
        bytes.extend(self.place.to_be_bytes());
        bytes.extend((fingers.len() as u32).to_be_bytes());
        bytes.extend(&fingers);
        bytes.push(u8::try_from(faces.len()).map_err(|_| GalleryError::Template)?);
        for face in faces {
            let length = u16::try_from(face.embedding.len()).map_err(|_| GalleryError::Template)?;
            bytes.push(face.quality);
            bytes.extend(face.model);
            bytes.extend(length.to_be_bytes());
            bytes.extend(face.embedding.iter().map(|part| part.cast_unsigned()));
        }
        Ok(bytes)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, GalleryError> {
        read(bytes).ok_or(GalleryError::Damaged)
    }
}

fn read(bytes: &[u8]) -> Option<Record> {
    let (version, rest) = bytes.split_first()?;
    if *version != VERSION {
        return None;
    }
    let (reference, rest) = rest.split_first_chunk::<16>()?;
    let (place, rest) = rest.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (fingers, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    let fingers = decode_fingers(fingers).ok()?;
    let (count, mut rest) = rest.split_first()?;
    let mut faces = Vec::new();
    for _ in 0..*count {
        let (quality, tail) = rest.split_first()?;
        let (model, tail) = tail.split_first_chunk::<32>()?;
        let (length, tail) = tail.split_first_chunk::<2>()?;
        let (embedding, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let embedding = embedding.iter().map(|part| part.cast_signed()).collect();
        faces.push(FaceTemplate { quality: *quality, model: *model, embedding });
        rest = tail;
    }
    let biometrics = Biometrics { fingers, faces, irises: Vec::new() };
    rest.is_empty().then(|| Record {
        reference: GalleryReference::from_bytes(*reference),
        place: u64::from_be_bytes(*place),
        biometrics,
    })
}

#[cfg(test)]
mod tests {
    use niims_fingerprint::FingerPosition;
    use niims_wire::abis::FingerTemplate;

    use super::*;

    #[test]
    fn a_record_reads_back_and_a_cut_one_does_not() {
        let finger =
            FingerTemplate { position: FingerPosition::LeftRing, quality: 9, template: vec![1; 7] };
        let face = FaceTemplate { quality: 80, model: [3; 32], embedding: vec![-1, 5] };
        let biometrics =
            Biometrics { fingers: vec![finger], faces: vec![face], irises: Vec::new() };
        let reference = GalleryReference::from_bytes([7; 16]);
        let record = Record { reference, place: 12, biometrics: biometrics.clone() };
        let bytes = record.to_bytes().unwrap();
        let back = Record::from_bytes(&bytes).unwrap();
        assert_eq!((back.reference, back.place), (reference, 12));
        assert!(back.biometrics == biometrics);
        for cut in 0..bytes.len() {
            assert!(Record::from_bytes(&bytes[..cut]).is_err());
        }
        assert!(Record::from_bytes(&[bytes, vec![0]].concat()).is_err());
    }
}
