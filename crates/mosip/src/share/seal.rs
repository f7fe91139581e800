//! Sealing a document for the holder of a certificate; the other end of [`super::envelope`].

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};

use super::EnvelopeError;
use super::envelope::{SPLITTER, VERSION};

/// Who alone can open what is sealed.
pub struct Recipient {
    key: OaepPublicEncryptingKey,
    thumbprint: [u8; 32],
}

impl core::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Recipient")
    }
}

impl Recipient {
    /// The holder of an X.509 certificate, PEM. Whether it is in force is for the operator to say,
    /// who names the file.
    ///
    /// # Errors
    /// [`EnvelopeError::CertificateFile`].
    pub fn from_pem(pem: &str) -> Result<Self, EnvelopeError> {
        let none = EnvelopeError::CertificateFile;
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| none)?;
        let certificate = webpki::EndEntityCert::try_from(&der).map_err(|_| none)?;
        let key = certificate.subject_public_key_info();
        let key = PublicEncryptingKey::from_der(&key).map_err(|_| none)?;
        let key = OaepPublicEncryptingKey::new(key).map_err(|_| none)?;
        Ok(Self { key, thumbprint: Sha256::digest(&der).into() })
    }

    /// SHA-256 of the certificate, by which the envelope names its receiver.
    pub const fn thumbprint(&self) -> [u8; 32] {
        self.thumbprint
    }

    /// Seals a document under a fresh key, with 32 fresh random bytes of which the nonce is taken.
    /// The same key or bytes are never used twice.
    ///
    /// # Errors
    /// [`EnvelopeError::Unsealable`].
    pub fn seal(
        &self,
        document: &[u8],
        key: &[u8; 32],
        additional: &[u8; 32],
    ) -> Result<Vec<u8>, EnvelopeError> {
        let none = EnvelopeError::Unsealable;
        let mut room = vec![0; self.key.ciphertext_size()];
        let wrapped =
            self.key.encrypt(&OAEP_SHA256_MGF1SHA256, key, &mut room, None).map_err(|_| none)?;
        let mut sealed = document.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(&additional[..NONCE_LEN]).map_err(|_| none)?;
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).map_err(|_| none)?)
            .seal_in_place_append_tag(nonce, Aad::from(additional), &mut sealed)
            .map_err(|_| none)?;
        let parts = [VERSION, &self.thumbprint, wrapped, SPLITTER, additional, &sealed];
        Ok(URL_SAFE_NO_PAD.encode(parts.concat()).into_bytes())
    }
}
