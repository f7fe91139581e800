//! Officers who come to a kit and leave it, as its certificate names them.
//!
//! Whoever comes gets one of the keys that the kit made beforehand and told the centre. Whoever
//! left signs in no more; what they finished is sealed like anything else, and their open
//! interviews stay under their own keys until they come back or a supervisor closes them.

use niims_packet::OfficerSigningKey;
use niims_record::OfficerId;
use niims_store::kit::{InterviewRow, KitOfficer};
use niims_wire::kit::CertifiedOfficer;
use rand_core::CryptoRng;

use crate::error::KitError;
use crate::keys::Ring;
use crate::kit::{KEYS_FOLDER, Kit, Officer, OfficerRole, run};

/// Keys for officers to come that a kit keeps ready. Range 1 to 12: two shifts that change at once.
const SPARES: usize = 4;

impl Kit {
    /// Takes on whomever the certificate names with one of the spare keys, and forgets spare keys
    /// that somebody has. Done twice it is done once.
    pub(crate) fn settle_team(&mut self) -> Result<(), KitError> {
        let Some((certificate, _)) = self.certified()? else { return Ok(()) };
        for certified in certificate.officers.into_iter().flatten() {
            if !self.officers.contains_key(&certified.officer) {
                self.take_on(&certified)?;
            }
        }
        let taken: Vec<[u8; 32]> =
            self.officers.values().map(|one| one.public.to_bytes()).collect();
        let is_taken = |key: &OfficerSigningKey| taken.contains(&key.verifying_key().to_bytes());
        let gone: Vec<usize> = self
            .spares
            .iter()
            .filter(|(_, key)| is_taken(key))
            .map(|(number, _)| *number)
            .collect();
        if gone.is_empty() {
            return Ok(());
        }
        let keys_folder = self.folder.join(KEYS_FOLDER);
        let ring = Ring::open(&keys_folder)?;
        for number in gone {
            ring.forget_spare(number)?;
            self.spares.remove(&number);
        }
        Ok(())
    }

    /// The key first and the row after it: an officer without a key would keep the kit shut.
    fn take_on(&mut self, certified: &CertifiedOfficer) -> Result<(), KitError> {
        let is_theirs =
            |key: &&OfficerSigningKey| hex::encode(key.verifying_key().to_bytes()) == certified.key;
        let Some(key) = self.spares.values().find(is_theirs).cloned() else { return Ok(()) };
        let keys_folder = self.folder.join(KEYS_FOLDER);
        Ring::open(&keys_folder)?.keep_officer(certified.officer, &key)?;
        let public = key.verifying_key();
        let row = KitOfficer {
            officer: certified.officer,
            public_key: public.to_bytes(),
            supervisor: certified.supervisor,
        };
        run!(self, store => store.add_officer(&row))?;
        let role =
            if certified.supervisor { OfficerRole::Supervisor } else { OfficerRole::Registration };
        self.officers.insert(certified.officer, Officer { public, role, key: Some(key) });
        Ok(())
    }

    /// What the centre may give to officers to come, in hexadecimal.
    pub(crate) fn spare_public_keys(&self) -> Vec<String> {
        self.spares.values().map(|key| hex::encode(key.verifying_key().to_bytes())).collect()
    }

    /// Makes keys in place of those that were given.
    pub(crate) fn make_spares(&mut self, rng: &mut impl CryptoRng) -> Result<(), KitError> {
        let missing: Vec<usize> = (0..SPARES).filter(|n| !self.spares.contains_key(n)).collect();
        if self.spares.len() >= SPARES || missing.is_empty() {
            return Ok(());
        }
        let keys_folder = self.folder.join(KEYS_FOLDER);
        let ring = Ring::open(&keys_folder)?;
        for number in missing {
            let key = OfficerSigningKey::generate(rng);
            ring.keep_spare(number, &key)?;
            self.spares.insert(number, key);
        }
        Ok(())
    }

    /// Whether an officer may sign in: the last certificate names them.
    ///
    /// # Errors
    /// `kit.officer_unknown`, `kit.store_…`, `kit.certificate`.
    pub fn may_sign_in(&mut self, officer: OfficerId) -> Result<(), KitError> {
        self.check_certified(officer)
    }

    /// Open interviews of officers who left: nobody can open them while those are away.
    ///
    /// # Errors
    /// `kit.store_…`, `kit.certificate`.
    pub fn left_interviews(&mut self) -> Result<Vec<InterviewRow>, KitError> {
        let mut left = Vec::new();
        for row in self.interviews()? {
            let unlocked = self.officers.get(&row.officer).is_some_and(|one| one.key.is_some());
            match self.check_certified(row.officer) {
                Err(KitError::OfficerUnknown { .. }) if !unlocked => left.push(row),
                Err(KitError::OfficerUnknown { .. }) | Ok(()) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(left)
    }

    /// Closes them, on the word of a supervisor; how many. The people come again, and are told so.
    ///
    /// # Errors
    /// `kit.not_supervisor`, and of [`Kit::left_interviews`].
    pub fn close_left_interviews(&mut self, supervisor: OfficerId) -> Result<usize, KitError> {
        self.check_supervisor(supervisor)?;
        self.check_certified(supervisor)?;
        let left = self.left_interviews()?;
        for row in &left {
            run!(self, store => store.remove_interview(row.interview, row.officer))?;
        }
        Ok(left.len())
    }

    /// Whether somebody who is here is in the middle of an interview.
    pub(crate) fn is_in_interview(&mut self) -> Result<bool, KitError> {
        Ok(self.interviews()?.len() > self.left_interviews()?.len())
    }
}
