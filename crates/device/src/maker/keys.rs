//! Roots, makers and devices with their keys.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rand_core::CryptoRng;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ED25519, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};

use super::speak::{Device, Identity};
use crate::trust::TrustList;
use crate::vocabulary::{Certification, Environment};

/// A key or certificate could not be made; the message is the library's.
pub type MakerError = rcgen::Error;

/// Which keys are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA of 2048 bits, as devices on the market have. The library draws such keys itself, so two
    /// runs differ; making one takes some 100 ms.
    Rsa,
    /// Ed25519, drawn from the generator that is passed in.
    Ed25519,
}

/// From when to when a certificate is in force, both days at midnight UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First day.
    pub from: Date,
    /// The day from which on it is not.
    pub to: Date,
}

/// An authority with its key.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Vec<u8>,
}

/// The places where devices and chips get their keys: two roots and a maker under each.
pub struct Workshop {
    kind: KeyKind,
    device_root: Authority,
    device_maker: Authority,
    chip_root: Authority,
    chip_maker: Authority,
}

impl Workshop {
    /// Builds the authorities.
    ///
    /// # Errors
    /// [`MakerError`].
    pub fn new(
        kind: KeyKind,
        validity: Validity,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, MakerError> {
        let device_root = Authority::root("device root", kind, validity, rng)?;
        let device_maker = device_root.authority("device maker", kind, validity, rng)?;
        let chip_root = Authority::root("chip root", kind, validity, rng)?;
        let chip_maker = chip_root.authority("chip maker", kind, validity, rng)?;
        Ok(Self { kind, device_root, device_maker, chip_root, chip_maker })
    }

    /// What the centre would sign to trust these.
    pub fn trust_list(
        &self,
        environment: Environment,
        issued: Timestamp,
        expires: Timestamp,
    ) -> TrustList {
        TrustList {
            version: 1,
            issued,
            expires,
            environment,
            device_roots: vec![self.device_root.certificate.clone()],
            device_makers: vec![self.device_maker.certificate.clone()],
            chip_roots: vec![self.chip_root.certificate.clone()],
            chip_makers: vec![self.chip_maker.certificate.clone()],
            revoked: BTreeSet::new(),
        }
    }

    /// A device with its own key, and for L1 a chip with its.
    ///
    /// # Errors
    /// [`MakerError`].
    pub fn device(
        &self,
        identity: Identity,
        certification: Certification,
        validity: Validity,
        rng: &mut impl CryptoRng,
    ) -> Result<Device, MakerError> {
        let name = &identity.serial;
        let (key, certificate) = self.device_maker.leaf(name, self.kind, validity, rng)?;
        let chip = match certification {
            Certification::L0 => None,
            Certification::L1 => Some(self.chip_maker.leaf(name, self.kind, validity, rng)?),
        };
        Ok(Device { identity, certification, key, certificate, chip })
    }
}

impl Authority {
    fn root(
        name: &str,
        kind: KeyKind,
        validity: Validity,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, MakerError> {
        let key = draw(kind, rng)?;
        let params = parameters(name, validity, true)?;
        let certificate = params.self_signed(&key)?.der().to_vec();
        Ok(Self { issuer: Issuer::new(params, key), certificate })
    }

    fn authority(
        &self,
        name: &str,
        kind: KeyKind,
        validity: Validity,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, MakerError> {
        let key = draw(kind, rng)?;
        let params = parameters(name, validity, true)?;
        let certificate = params.signed_by(&key, &self.issuer)?.der().to_vec();
        Ok(Self { issuer: Issuer::new(params, key), certificate })
    }

    fn leaf(
        &self,
        name: &str,
        kind: KeyKind,
        validity: Validity,
        rng: &mut impl CryptoRng,
    ) -> Result<(KeyPair, Vec<u8>), MakerError> {
        let key = draw(kind, rng)?;
        let certificate = parameters(name, validity, false)?.signed_by(&key, &self.issuer)?;
        Ok((key, certificate.der().to_vec()))
    }
}

fn parameters(
    name: &str,
    validity: Validity,
    authority: bool,
) -> Result<CertificateParams, MakerError> {
    let mut params = CertificateParams::new(Vec::new())?;
    let day = |date: Date| date_time_ymd(date.year().into(), date.month() as u8, date.day() as u8);
    (params.not_before, params.not_after) = (day(validity.from), day(validity.to));
    params.distinguished_name.push(DnType::CommonName, name);
    if authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    } else {
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    }
    Ok(params)
}

fn draw(kind: KeyKind, rng: &mut impl CryptoRng) -> Result<KeyPair, MakerError> {
    match kind {
        KeyKind::Rsa => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
        KeyKind::Ed25519 => {
            // PKCS #8 of an Ed25519 seed (RFC 8410, section 7).
            const HEAD: [u8; 16] =
                [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
            let mut seed = [0; 32];
            rng.fill_bytes(&mut seed);
            let der = [&HEAD[..], &seed].concat();
            KeyPair::from_pkcs8_der_and_sign_algo(&der.as_slice().into(), &PKCS_ED25519)
        }
    }
}
