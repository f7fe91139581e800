//! What the centre certifies of the kit: checked, kept, heeded.

use jiff::{SignedDuration, Timestamp};
use niims_audit::LogPublicKey;
use niims_packet::KitSigningKey;
use niims_record::OfficerId;
use niims_store::kit::{Heeded, KeptCertificate};
use niims_wire::kit::{KitCertificate, KitPapers, LONGEST_CERTIFICATE};

use crate::client::HttpError;
use crate::error::KitError;
use crate::kit::{Kit, run};

/// Largest answer with papers that is read, bytes: certificate and list of devices in JSON.
pub(crate) const LARGEST_PAPERS: u64 = 512 * 1024;

/// Days for which a kit goes on with another country pack than the certified one, once the
/// centre certifies a new one: as long as kits are made to work without network.
const PACK_GRACE_DAYS: i64 = 14;

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
    /// The country pack that came is not the one that the certificate names.
    #[error("the country pack was damaged on the way: it is fetched anew with the next report")]
    PackDamaged,
    /// The certified country pack does not read with this program.
    #[error("this program cannot read the certified country pack: install newer software")]
    PackUnusable,
}

impl PapersFault {
    /// Stable dotted code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Key => "kit.papers_key",
            Self::Certificate => "kit.papers_certificate",
            Self::OtherKit => "kit.papers_other_kit",
            Self::PackDamaged => "kit.pack_damaged",
            Self::PackUnusable => "kit.pack_unusable",
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
    /// Keeps papers that were read, unless newer ones are kept, and heeds them: place, term,
    /// officers, country pack, devices.
    pub(crate) fn keep_papers(
        &mut self,
        papers: &KitPapers,
        certificate: &KitCertificate,
        now: Timestamp,
    ) -> Result<(), KitError> {
        let before = self.certified()?;
        let pack_since = match &before {
            Some((old, kept)) if old.country_pack == certificate.country_pack => kept.pack_since,
            Some(_) => Some(now),
            // A kit that was set up by command line goes on with the pack that it has.
            None if certificate.officers.is_none() => Some(now),
            None => None,
        };
        let kept = KeptCertificate {
            version: certificate.version,
            note: papers.certificate.clone(),
            pack_since,
        };
        let place = Some(certificate.place.as_str()).filter(|place| !place.is_empty());
        let sublocation = place.unwrap_or(&self.identity.sublocation).to_owned();
        let heeded = Heeded { sublocation: &sublocation, until: certificate.until };
        if run!(self, store => store.keep_certificate(&kept, heeded))? {
            self.identity.sublocation = sublocation;
        }
        self.settle_team()?;
        if let Some(devices) = &papers.devices {
            match self.keep_device_trust(devices, now) {
                // The list that is kept counts on; capture by devices says what is wrong with it.
                Ok(_) | Err(KitError::DeviceTrust(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The certificate that is kept, verified anew.
    pub(crate) fn certified(
        &mut self,
    ) -> Result<Option<(KitCertificate, KeptCertificate)>, KitError> {
        let Some(kept) = run!(self, store => store.certificate())? else { return Ok(None) };
        let text = self.log_key.open(&kept.note).map_err(KitError::LogKey)?;
        let certificate = KitCertificate::read(text).ok_or(KitError::Certificate)?;
        Ok(Some((certificate, kept)))
    }

    /// Whether an officer may begin with a resident at `now`: the kit works, the last
    /// certificate names the officer, and the country pack is the certified one.
    ///
    /// # Errors
    /// As of [`Kit::may_work`]; `kit.pack_not_certified`, `kit.officer_unknown`,
    /// `kit.certificate`.
    pub fn may_begin(&mut self, officer: OfficerId, now: Timestamp) -> Result<(), KitError> {
        self.may_capture(now)?;
        self.check_certified(officer)
    }

    /// Whether anybody may begin with a resident at `now`, as [`Kit::may_begin`].
    ///
    /// # Errors
    /// As of [`Kit::may_begin`], but for the officer.
    pub fn may_capture(&mut self, now: Timestamp) -> Result<(), KitError> {
        self.may_work(now)?;
        let Some((certificate, kept)) = self.certified()? else { return Ok(()) };
        let here = self.options.pack.version();
        if pack_counts(here, &certificate.country_pack, kept.pack_since, now) {
            return Ok(());
        }
        Err(KitError::PackNotCertified { certified: certificate.country_pack })
    }

    /// Refuses an officer whom the last certificate does not name any more.
    pub(crate) fn check_certified(&mut self, officer: OfficerId) -> Result<(), KitError> {
        let Some((certificate, _)) = self.certified()? else { return Ok(()) };
        let Some(officers) = certificate.officers else { return Ok(()) };
        if officers.iter().any(|known| known.officer == officer) {
            Ok(())
        } else {
            Err(KitError::OfficerUnknown { officer })
        }
    }
}

/// Whether the kit may go on with the country pack that it has: the certified one, or another
/// until the certified one had time to come to it.
fn pack_counts(here: &str, certified: &str, since: Option<Timestamp>, now: Timestamp) -> bool {
    let grace = SignedDuration::from_hours(24 * PACK_GRACE_DAYS);
    here == certified || since.is_some_and(|since| now.duration_since(since) <= grace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_pack_counts_for_two_weeks_and_none_at_the_enrolment() {
        let at = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let cases = [
            ("a", "a", None, 900, true),
            ("a", "b", None, 0, false),
            ("a", "b", Some(at(10)), 24, true),
            ("a", "b", Some(at(10)), 25, false),
        ];
        for (here, certified, since, day, wanted) in cases {
            let counts = pack_counts(here, certified, since, at(day));
            assert_eq!(counts, wanted, "{here} for {certified} since {since:?} on day {day}");
        }
    }
}
