//! An officer's first PIN: by the one-time word that the centre gave for this seat.

use niims_record::OfficerId;
use niims_record::fleet::FirstWord;
use niims_wire::kit::{CertifiedOfficer, first_word_text};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};

use crate::error::KitError;
use crate::kit::{Kit, OfficerRole, run};

/// An officer who has no PIN on this kit yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The officer.
    pub officer: OfficerId,
    /// How colleagues call this officer.
    pub badge: String,
    /// What the officer may do.
    pub role: OfficerRole,
    /// SHA-256 of the one-time word, in hexadecimal.
    first_word: Option<String>,
}

impl Kit {
    /// Officers whom the last certificate names and who have no PIN yet, the supervisors first.
    ///
    /// # Errors
    /// `kit.store_…`, `kit.certificate`.
    pub fn newcomers(&mut self) -> Result<Vec<Newcomer>, KitError> {
        let Some((certificate, _)) = self.certified()? else { return Ok(Vec::new()) };
        let pins = run!(self, store => store.officer_pins())?;
        let newcomer = |certified: CertifiedOfficer| {
            let known = self.officers.get(&certified.officer)?;
            let is_new = pins.iter().all(|pin| pin.officer != certified.officer);
            is_new.then(|| Newcomer {
                officer: certified.officer,
                badge: shown(&certified),
                role: known.role,
                first_word: certified.first_word,
            })
        };
        let officers = certificate.officers.into_iter().flatten();
        let mut newcomers: Vec<_> = officers.filter_map(newcomer).collect();
        newcomers.sort_by_key(|one| (one.role != OfficerRole::Supervisor, one.badge.clone()));
        Ok(newcomers)
    }

    /// Sets an officer's first PIN, for whoever knows the officer's word. The word opens nothing
    /// from then on, for the key opens by the PIN alone.
    ///
    /// # Errors
    /// `kit.first_word_wrong`, `kit.first_word_none`, `kit.first_pin_set`, and of
    /// [`Kit::set_pin`].
    pub fn set_first_pin(
        &mut self,
        officer: OfficerId,
        word: &str,
        pin: &str,
        rng: &mut impl CryptoRng,
    ) -> Result<(), KitError> {
        self.check_certified(officer)?;
        let newcomers = self.newcomers()?;
        let newcomer = newcomers.into_iter().find(|one| one.officer == officer);
        let newcomer = newcomer.ok_or(KitError::FirstPinSet)?;
        let wanted = newcomer.first_word.ok_or(KitError::FirstWordNone)?;
        let word = FirstWord::read(word).ok_or(KitError::FirstWordWrong)?;
        let text = first_word_text(self.id(), officer, &word);
        if hex::encode(Sha256::digest(text)) != wanted {
            return Err(KitError::FirstWordWrong);
        }
        self.set_pin(officer, &newcomer.badge, pin, rng)?;
        self.make_spares(rng)
    }
}

/// The user name, or the id of an officer without one.
fn shown(certified: &CertifiedOfficer) -> String {
    if certified.badge.is_empty() { certified.officer.to_string() } else { certified.badge.clone() }
}
