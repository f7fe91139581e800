//! Seals an encounter: the officer signs it, it is encrypted to the centre, the kit signs the whole.

use coset::cbor::value::Value;
use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, Label, TaggedCborSerializable, iana};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{OpModeS, Serializable};
use niims_record::ids::OfficerId;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::encounter::{Encounter, EncounterError};
use crate::error::SealError;
use crate::framing;
use crate::header::{Header, PACKET_VERSION};
use crate::keys::{CentrePublicKey, KeyId, KitSigningKey, OfficerSigningKey};
use crate::limits::MAX_PACKET_BYTES;

/// A packet ready for the outbox.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPacket {
    /// The packet.
    pub bytes: Vec<u8>,
    /// Its [`packet_hash`]: the next packet's previous hash, and what a receipt names.
    pub hash: [u8; 32],
}

impl core::fmt::Debug for SealedPacket {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SealedPacket({} bytes, {})", self.bytes.len(), hex::encode(self.hash))
    }
}

/// SHA-256 of a sealed packet's bytes.
pub fn packet_hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Seals `encounter` under `header`.
///
/// The officer's signature covers the header too, so nobody without the officer's key can
/// put the same encounter under another packet. The secret half of the encapsulated key
/// lives only in this call: the kit cannot open what it sealed.
///
/// # Errors
/// [`SealError`]: nothing was sealed.
pub fn seal(
    encounter: &Encounter,
    header: &Header,
    officer: &OfficerSigningKey,
    kit: &KitSigningKey,
    centre: &CentrePublicKey,
    rng: &mut impl CryptoRng,
) -> Result<SealedPacket, SealError> {
    encounter.check().map_err(SealError::EncounterInvalid)?;
    check_header(header, encounter, centre)?;
    let payload = Zeroizing::new(encounter.encode().map_err(SealError::EncounterInvalid)?);
    // Encryption only adds bytes, so what is too heavy now need not be encrypted to find out.
    check_weight(payload.len())?;
    // What the centre would refuse to parse must not leave the desk.
    framing::check(&payload).map_err(|_| SealError::EncounterInvalid(EncounterError::Encoding))?;
    let inner = sign_payload(&payload, encounter.officer, header, officer)?;
    let bytes = wrap(&inner, header, kit, centre, rng)?;
    check_weight(bytes.len())?;
    Ok(SealedPacket { hash: packet_hash(&bytes), bytes })
}

fn check_weight(length: usize) -> Result<(), SealError> {
    let limit = MAX_PACKET_BYTES;
    if length > limit { Err(SealError::Oversized { length, limit }) } else { Ok(()) }
}

/// What the kit signs.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// The header's bytes, as signed and as bound to the ciphertext.
    #[serde(with = "crate::bytes")]
    pub header: Vec<u8>,
    /// HPKE encapsulated key, 32 bytes.
    #[serde(with = "crate::bytes")]
    pub enc: Vec<u8>,
    /// HPKE ciphertext with its tag.
    #[serde(with = "crate::bytes")]
    pub ciphertext: Vec<u8>,
}

/// Label, in the inner protected header, of the officer who claims to have signed.
pub(crate) const OFFICER_LABEL: &str = "niims-officer";

/// Domain of the kit's signature, so that it can mean nothing else.
pub(crate) const KIT_DOMAIN: &[u8] = b"niims packet v1 kit";

/// HPKE info: our domain and the header.
pub(crate) fn hpke_info(header: &[u8]) -> Vec<u8> {
    [b"niims packet v1 seal".as_slice(), header].concat()
}

/// External data of the officer's signature: our domain and the header.
pub(crate) fn officer_aad(header: &[u8]) -> Vec<u8> {
    [b"niims packet v1 officer".as_slice(), header].concat()
}

fn check_header(
    header: &Header,
    encounter: &Encounter,
    centre: &CentrePublicKey,
) -> Result<(), SealError> {
    let agrees = [
        ("version", header.version == PACKET_VERSION),
        ("kit", header.kit == encounter.kit),
        ("application", header.application == encounter.application),
        ("recipient", header.recipient == centre.id()),
    ];
    if let Some((field, _)) = agrees.into_iter().find(|(_, agrees)| !agrees) {
        return Err(SealError::HeaderMismatch { field });
    }
    if header.sequence == 0 || (header.sequence == 1) != (header.previous_hash == [0; 32]) {
        return Err(SealError::Sequence);
    }
    Ok(())
}

/// The inner `COSE_Sign1`: the encounter's bytes under the officer's signature.
pub(crate) fn sign_payload(
    payload: &[u8],
    claimed: OfficerId,
    header: &Header,
    officer: &OfficerSigningKey,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let header = header.encode().ok_or(SealError::Encode)?;
    let mut protected = protected(officer.id());
    protected
        .rest
        .push((Label::Text(OFFICER_LABEL.to_owned()), Value::Bytes(claimed.as_bytes().to_vec())));
    let signed = CoseSign1Builder::new()
        .protected(protected)
        .payload(payload.to_vec())
        .create_signature(&officer_aad(&header), |message| officer.sign(message))
        .build();
    write(signed).map(Zeroizing::new)
}

/// Encrypts the inner bytes to the centre and signs the whole as the kit.
pub(crate) fn wrap(
    inner: &[u8],
    header: &Header,
    kit: &KitSigningKey,
    centre: &CentrePublicKey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let header = header.encode().ok_or(SealError::Encode)?;
    let (enc, ciphertext) = hpke::single_shot_seal_with_rng::<
        AesGcm256,
        HkdfSha256,
        X25519HkdfSha256,
    >(
        &OpModeS::Base, &centre.0, &hpke_info(&header), inner, &header, rng
    )
    .map_err(|_| SealError::RecipientKey)?;
    let body = Body { header, enc: enc.to_bytes().to_vec(), ciphertext };
    let mut payload = Vec::with_capacity(body.ciphertext.len() + 1024);
    ciborium::into_writer(&body, &mut payload).map_err(|_| SealError::Encode)?;
    sign_body(payload, kit)
}

/// The outer `COSE_Sign1`.
pub(crate) fn sign_body(payload: Vec<u8>, kit: &KitSigningKey) -> Result<Vec<u8>, SealError> {
    let signed = CoseSign1Builder::new()
        .protected(protected(kit.id()))
        .payload(payload)
        .create_signature(KIT_DOMAIN, |message| kit.sign(message))
        .build();
    write(signed)
}

fn protected(key: KeyId) -> coset::Header {
    HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(key.as_bytes().to_vec()).build()
}

fn write(signed: CoseSign1) -> Result<Vec<u8>, SealError> {
    signed.to_tagged_vec().map_err(|_| SealError::Encode)
}
