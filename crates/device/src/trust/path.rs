//! A signed part is verified: certificate to a trusted root, then the signature.
//!
//! Paths are built by `rustls-webpki` (X.509 version 3 only). Revocation is by the trust list, for
//! every certificate of the path: kits are offline for weeks, so lists of revoked certificates of
//! makers cannot be fetched.
//!
//! # Traps
//! - Certificates of devices carry no common extended key usage: none is asked for.
//! - A certificate that says of itself that it is an authority is refused as a device's
//!   (`device.certificate.use`), which some tool chains for partners produce.

use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use sha2::{Digest, Sha256};
use webpki::{EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter};

use super::list::TrustList;
use crate::jws::{Algorithm, Jws};
use crate::refusal::Refusal;

/// What authorities may sign certificates with.
const AUTHORITIES: [&dyn SignatureVerificationAlgorithm; 6] = [
    webpki::ring::RSA_PKCS1_2048_8192_SHA256,
    webpki::ring::RSA_PKCS1_2048_8192_SHA384,
    webpki::ring::RSA_PKCS1_2048_8192_SHA512,
    webpki::ring::ECDSA_P256_SHA256,
    webpki::ring::ECDSA_P384_SHA384,
    webpki::ring::ED25519,
];

/// Whose key must have signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// The device's own key.
    Device,
    /// The key of its secure chip.
    Chip,
}

/// Who signed: the SHA-256 of the certificate, which is printed nowhere but compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signer(pub [u8; 32]);

/// A payload whose signature and certificate verified.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedJws {
    /// The payload.
    pub payload: Vec<u8>,
    /// Who signed it.
    pub signer: Signer,
}

impl std::fmt::Debug for VerifiedJws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VerifiedJws({} bytes)", self.payload.len())
    }
}

/// Verifies a signed part at `now`.
///
/// # Errors
/// [`Refusal`] of the families `device.jws` and `device.certificate`.
pub fn verify(
    text: &str,
    chain: Chain,
    trust: &TrustList,
    now: Timestamp,
) -> Result<VerifiedJws, Refusal> {
    let jws = Jws::split(text)?;
    let der = CertificateDer::from(jws.certificate.as_slice());
    let certificate = EndEntityCert::try_from(&der).map_err(|error| refusal(&error))?;
    lead_to_root(&certificate, &jws.certificate, chain, trust, now)?;
    let algorithm = match jws.algorithm {
        Algorithm::Rs256 => webpki::ring::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::EdDsa => webpki::ring::ED25519,
    };
    certificate
        .verify_signature(algorithm, jws.signed, &jws.signature)
        .map_err(|_| Refusal::JwsSignature)?;
    let signer = Signer(hash(&jws.certificate));
    Ok(VerifiedJws { payload: jws.payload, signer })
}

fn lead_to_root(
    certificate: &EndEntityCert<'_>,
    own: &[u8],
    chain: Chain,
    trust: &TrustList,
    now: Timestamp,
) -> Result<(), Refusal> {
    let (roots, makers) = match chain {
        Chain::Device => (&trust.device_roots, &trust.device_makers),
        Chain::Chip => (&trust.chip_roots, &trust.chip_makers),
    };
    let in_force = |der: &&Vec<u8>| !trust.revoked.contains(&hash(der));
    if trust.revoked.contains(&hash(own)) {
        return Err(Refusal::CertificateRevoked);
    }
    let find = |roots: &[CertificateDer<'_>], makers: &[CertificateDer<'_>]| {
        let anchors: Vec<_> =
            roots.iter().filter_map(|root| webpki::anchor_from_trusted_cert(root).ok()).collect();
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        certificate
            .verify_for_usage(&AUTHORITIES, &anchors, makers, time, AnyUsage, None, None)
            .map(|_| ())
            .map_err(|error| refusal(&error))
    };
    let der = |list: &[&Vec<u8>]| -> Vec<CertificateDer<'static>> {
        list.iter().map(|der| CertificateDer::from((*der).clone())).collect()
    };
    let trusted_roots = der(&roots.iter().filter(in_force).collect::<Vec<_>>());
    let trusted_makers = der(&makers.iter().filter(in_force).collect::<Vec<_>>());
    find(&trusted_roots, &trusted_makers).map_err(|error| {
        // Whether a revoked maker or root is all that is wrong: then say so.
        let (all_roots, all_makers) =
            (der(&roots.iter().collect::<Vec<_>>()), der(&makers.iter().collect::<Vec<_>>()));
        match find(&all_roots, &all_makers) {
            Ok(()) => Refusal::CertificateRevoked,
            Err(_) => error,
        }
    })
}

/// Any extended key usage, or none.
struct AnyUsage;

impl ExtendedKeyUsageValidator for AnyUsage {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        Ok(())
    }
}

fn refusal(error: &Error) -> Refusal {
    match error {
        Error::CertExpired { .. } => Refusal::CertificateExpired,
        Error::CertNotValidYet { .. } => Refusal::CertificateNotYetValid,
        Error::UnknownIssuer | Error::InvalidSignatureForPublicKey => {
            Refusal::CertificateUnknownIssuer
        }
        Error::CaUsedAsEndEntity
        | Error::EndEntityUsedAsCa
        | Error::NameConstraintViolation
        | Error::PathLenConstraintViolated
        | Error::EmptyEkuExtension => Refusal::CertificateUse,
        Error::BadDer
        | Error::BadDerTime
        | Error::ExtensionValueInvalid
        | Error::InvalidCertValidity
        | Error::InvalidSerialNumber
        | Error::MalformedExtensions
        | Error::TrailingData(_)
        | Error::UnsupportedCertVersion
        | Error::UnsupportedCriticalExtension => Refusal::CertificateForm,
        _ => Refusal::CertificateUnknownIssuer,
    }
}

/// SHA-256 of a certificate.
fn hash(der: &[u8]) -> [u8; 32] {
    Sha256::digest(der).into()
}
