//! What the centre certifies of the kit: checked, kept, heeded.

use niims_audit::LogPublicKey;
use niims_packet::KitSigningKey;
use niims_record::OfficerId;
use niims_store::kit::KeptCertificate;
use niims_wire::kit::{KitCertificate, KitPapers, LONGEST_CERTIFICATE};

use crate::client::HttpError;
use crate::error::KitError;
use crate::kit::{Kit, run};

/// Largest answer with papers that is read, bytes: certificate and list of devices in JSON.
pub(crate) const LARGEST_PAPERS: u64 = 512 * 1024;

/// Why papers are not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PapersFault {
    /// The key is not the one whose mark stands in the code.
    #[error("this is not the centre that made the code: check its address, and tell the manager")]
    Key,
    /// The signature does not verify, or the text is no certificate.
    #[error("the certificate is not signed by the centre")]
    Certificate,
    /// It certifies another kit.
    #[error("the certificate is for another kit")]
    OtherKit,
}

impl PapersFault {
    /// Stable dotted code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Key => "kit.papers_key",
            Self::Certificate => "kit.papers_certificate",
            Self::OtherKit => "kit.papers_other_kit",
        }
    }
}

/// Why a kit did not get its papers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PapersError {
    /// The kit itself.
    #[error(transparent)]
    Kit(#[from] KitError),
    /// The line or the centre.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The papers are false.
    #[error(transparent)]
    Papers(#[from] PapersFault),
}

impl PapersError {
    /// Stable dotted code.
    pub fn code(&self) -> &str {
        match self {
            Self::Kit(error) => error.code(),
            Self::Http(error) => error.code(),
            Self::Papers(fault) => fault.code(),
        }
    }
}

/// Reads the certificate among some papers: signed under `centre`, for this kit's key.
pub(crate) fn read(
    papers: &KitPapers,
    centre: &LogPublicKey,
    key: &KitSigningKey,
) -> Result<KitCertificate, PapersFault> {
    // A signature line adds less than a kilobyte.
    if papers.certificate.len() > LONGEST_CERTIFICATE + 1024 {
        return Err(PapersFault::Certificate);
    }
    let text = centre.open(&papers.certificate).map_err(|_| PapersFault::Certificate)?;
    let certificate = KitCertificate::read(text).ok_or(PapersFault::Certificate)?;
    if certificate.key != hex::encode(key.verifying_key().to_bytes()) {
        return Err(PapersFault::OtherKit);
    }
    Ok(certificate)
}

impl Kit {
    /// Keeps papers that were read, unless newer ones are kept, and heeds their term.
    pub(crate) fn keep_papers(
        &mut self,
        papers: &KitPapers,
        certificate: &KitCertificate,
    ) -> Result<(), KitError> {
        let kept = KeptCertificate {
            version: certificate.version,
            note: papers.certificate.clone(),
            devices: papers.devices.clone(),
        };
        let newer = run!(self, store => store.keep_certificate(&kept))?;
        if newer && let Some(until) = certificate.until {
            self.set_valid_until(until)?;
        }
        Ok(())
    }

    /// Refuses an officer whom the last certificate does not name any more.
    pub(crate) fn check_certified(&mut self, officer: OfficerId) -> Result<(), KitError> {
        let Some(kept) = run!(self, store => store.certificate())? else { return Ok(()) };
        let text = self.log_key.open(&kept.note).map_err(KitError::LogKey)?;
        let officers = KitCertificate::read(text).map(|certificate| certificate.officers);
        let officers = officers.unwrap_or_default();
        if officers.is_empty() || officers.iter().any(|known| known.officer == officer) {
            Ok(())
        } else {
            Err(KitError::OfficerUnknown { officer })
        }
    }
}
