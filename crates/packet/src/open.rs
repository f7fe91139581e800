//! Opens a packet gate by gate. Each gate consumes the last, so none can be skipped.

use coset::cbor::value::Value;
use coset::{Algorithm, CoseSign1, Label, TaggedCborSerializable, iana};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR};
use niims_record::ids::OfficerId;
use zeroize::{Zeroize, Zeroizing};

use crate::encounter::Encounter;
use crate::error::PacketError;
use crate::framing;
use crate::header::Header;
use crate::keys::{CentreSecretKey, KeyId, KitVerifyingKey, OfficerVerifyingKey};
use crate::limits::{MAX_PACKET_BYTES, MAX_PROTECTED_BYTES};
use crate::seal::{Body, KIT_DOMAIN, OFFICER_LABEL, hpke_info, officer_aad, packet_hash};

/// A packet whose layout was read and nothing more. Its header is a claim.
pub struct Envelope {
    signed: CoseSign1,
    kit_key: KeyId,
    header: Header,
    body: Body,
    hash: [u8; 32],
}

/// A packet whose kit signature was verified: the header is the kit's word.
pub struct KitVerified {
    header: Header,
    body: Body,
    hash: [u8; 32],
}

/// A packet that was decrypted. The encounter within is still unread.
pub struct Opened {
    header: Header,
    header_bytes: Vec<u8>,
    signed: CoseSign1,
    officer: OfficerId,
    officer_key: KeyId,
}

impl Envelope {
    /// Reads the layout of a packet: bounds first, then framing, header, version.
    ///
    /// # Errors
    /// `packet.oversized`, `packet.truncated`, `packet.malformed`, `packet.unsigned`,
    /// `packet.version_unknown`.
    pub fn read(bytes: &[u8]) -> Result<Self, PacketError> {
        if bytes.len() > MAX_PACKET_BYTES {
            return Err(PacketError::Oversized { length: bytes.len(), limit: MAX_PACKET_BYTES });
        }
        let (signed, kit_key) = read_signed(bytes, "packet")?;
        let payload = signed.payload.as_deref().unwrap_or_default();
        framing::check(payload).map_err(|_| MALFORMED_BODY)?;
        let body: Body = ciborium::from_reader(payload).map_err(|_| MALFORMED_BODY)?;
        let header = Header::decode(&body.header)?;
        Ok(Self { signed, kit_key, header, body, hash: packet_hash(bytes) })
    }

    /// The header as claimed: use it to find the kit's key, believe it after
    /// [`Envelope::verify_kit`].
    pub const fn claimed_header(&self) -> &Header {
        &self.header
    }

    /// Key by which the packet claims to be signed.
    pub const fn claimed_kit_key(&self) -> KeyId {
        self.kit_key
    }

    /// [`packet_hash`] of the bytes read.
    pub const fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Verifies the kit's signature.
    ///
    /// # Errors
    /// `packet.kit_signature`.
    pub fn verify_kit(self, key: &KitVerifyingKey) -> Result<KitVerified, PacketError> {
        let verified = self.kit_key == key.id()
            && key.verifies(&self.signed.tbs_data(KIT_DOMAIN), &self.signed.signature);
        if !verified {
            return Err(PacketError::KitSignature { key: key.id() });
        }
        Ok(KitVerified { header: self.header, body: self.body, hash: self.hash })
    }
}

impl KitVerified {
    /// The header, on the kit's word.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// [`packet_hash`] of the packet.
    pub const fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Decrypts the packet.
    ///
    /// # Errors
    /// `packet.wrong_recipient`, `packet.sealed_content_altered`, and for what a kit sealed
    /// wrongly `packet.malformed`, `packet.unsigned`.
    pub fn open(self, key: &CentreSecretKey) -> Result<Opened, PacketError> {
        if self.header.recipient != key.id() {
            return Err(PacketError::WrongRecipient {
                addressed: self.header.recipient,
                held: key.id(),
            });
        }
        let inner = decrypt(&self.body, key)?;
        let (signed, officer_key) = read_signed(&inner, "encounter")
            // Whatever is cut or misshapen here was so before it was sealed.
            .map_err(|error| match error {
                PacketError::Truncated { .. } => MALFORMED_INNER,
                other => other,
            })?;
        let officer = claimed_officer(&signed).ok_or(MALFORMED_INNER)?;
        Ok(Opened {
            header: self.header,
            header_bytes: self.body.header,
            signed,
            officer,
            officer_key,
        })
    }
}

impl Opened {
    /// The header, on the kit's word.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The officer who claims to have signed: use it to find the key.
    pub const fn claimed_officer(&self) -> OfficerId {
        self.officer
    }

    /// Key by which the encounter claims to be signed.
    pub const fn claimed_officer_key(&self) -> KeyId {
        self.officer_key
    }

    /// Verifies the officer's signature, then reads and checks the encounter.
    ///
    /// # Errors
    /// `packet.officer_signature`, `packet.encounter_invalid`, `packet.header_mismatch`.
    pub fn verify_officer(mut self, key: &OfficerVerifyingKey) -> Result<Encounter, PacketError> {
        let message = Zeroizing::new(self.signed.tbs_data(&officer_aad(&self.header_bytes)));
        if self.officer_key != key.id() || !key.verifies(&message, &self.signed.signature) {
            return Err(PacketError::OfficerSignature { key: key.id() });
        }
        let payload = Zeroizing::new(self.signed.payload.take().unwrap_or_default());
        let encounter = Encounter::decode(&payload).map_err(PacketError::EncounterInvalid)?;
        self.check_same(&encounter)?;
        Ok(encounter)
    }

    fn check_same(&self, encounter: &Encounter) -> Result<(), PacketError> {
        let agrees = [
            ("kit", self.header.kit == encounter.kit),
            ("application", self.header.application == encounter.application),
            ("officer", self.officer == encounter.officer),
        ];
        match agrees.into_iter().find(|(_, agrees)| !agrees) {
            Some((field, _)) => Err(PacketError::HeaderMismatch { field }),
            None => Ok(()),
        }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.signed.payload.zeroize();
    }
}

const MALFORMED_BODY: PacketError =
    PacketError::Malformed { what: "the signed body is not header, key and ciphertext" };
const MALFORMED_INNER: PacketError =
    PacketError::Malformed { what: "the sealed content is not a signed encounter" };

/// Reads one `COSE_Sign1` exactly as [`crate::seal`] writes it. Anything beside it that a
/// signature does not cover, such as an unprotected header or a longer form of a length, is
/// refused: else the same packet could be given a second hash.
fn read_signed(bytes: &[u8], part: &'static str) -> Result<(CoseSign1, KeyId), PacketError> {
    framing::check(bytes)?;
    match bytes.first() {
        Some(0xd2) => {}
        // A CBOR map stands where the tag of a signed message should be.
        Some(0xa0..=0xbb) => return Err(PacketError::Unsigned { part }),
        _ => return Err(MALFORMED_COSE),
    }
    if !framing::protected_within(bytes, MAX_PROTECTED_BYTES) {
        return Err(MALFORMED_COSE);
    }
    let signed = CoseSign1::from_tagged_slice(bytes).map_err(|_| MALFORMED_COSE)?;
    if signed.signature.is_empty() {
        return Err(PacketError::Unsigned { part });
    }
    let header = &signed.protected.header;
    let algorithm = Algorithm::Assigned(iana::Algorithm::EdDSA);
    let key = <[u8; 8]>::try_from(header.key_id.as_slice()).map_err(|_| MALFORMED_COSE)?;
    if header.alg != Some(algorithm) || !header.crit.is_empty() || !signed.unprotected.is_empty() {
        return Err(MALFORMED_COSE);
    }
    if !is_canonical(&signed, bytes.len()) {
        return Err(MALFORMED_COSE);
    }
    Ok((signed, KeyId::from_bytes(key)))
}

const MALFORMED_COSE: PacketError =
    PacketError::Malformed { what: "it is not a tagged COSE_Sign1 message signed by EdDSA" };

/// Whether the message takes as many bytes as its shortest encoding: then every length in
/// it is written in the one shortest way (RFC 8949 §4.2.1).
fn is_canonical(signed: &CoseSign1, length: usize) -> bool {
    let string = |bytes: usize| {
        let head = match bytes {
            0..=23 => 1,
            24..=0xff => 2,
            0x100..=0xffff => 3,
            _ => 5,
        };
        head + bytes
    };
    let protected = signed.protected.original_data.as_ref().map_or(0, Vec::len);
    let payload = signed.payload.as_ref().map_or(0, Vec::len);
    // Tag and array head, two bytes; the empty unprotected map, one.
    let shortest = 3 + string(protected) + string(payload) + string(signed.signature.len());
    shortest == length && signed.payload.is_some()
}

fn decrypt(body: &Body, key: &CentreSecretKey) -> Result<Zeroizing<Vec<u8>>, PacketError> {
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&body.enc)
        .map_err(|_| PacketError::SealedContentAltered)?;
    hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &key.0,
        &enc,
        &hpke_info(&body.header),
        &body.ciphertext,
        &body.header,
    )
    .map(Zeroizing::new)
    .map_err(|_| PacketError::SealedContentAltered)
}

fn claimed_officer(signed: &CoseSign1) -> Option<OfficerId> {
    let label = Label::Text(OFFICER_LABEL.to_owned());
    let (_, value) = signed.protected.header.rest.iter().find(|(at, _)| *at == label)?;
    let Value::Bytes(bytes) = value else {
        return None;
    };
    Some(OfficerId::from_bytes(bytes.as_slice().try_into().ok()?))
}
