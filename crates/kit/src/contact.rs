//! The kit tells the centre how it does, and gets its papers anew.

use niims_record::fleet::Contact;
use niims_wire::kit::{KitPapers, KitReport};
use sha2::{Digest, Sha256};

use crate::certificate::{self, LARGEST_PAPERS, PapersError};
use crate::client::{Client, HttpError, Link, Request};
use crate::held::Held;
use crate::kit::{Kit, run};
use crate::pack::fetch;
use crate::standing::heed_refusal;

impl Kit {
    /// Reports to the centre; `software` is the version of the program. A revocation or a
    /// suspension that the centre tells is remembered, and a suspension ends with new papers.
    ///
    /// # Errors
    /// Refusals of the centre, `link.…`, `kit.papers_…`, `kit.store_…`.
    pub fn contact(&mut self, link: &mut Link<'_>, software: &str) -> Result<(), PapersError> {
        contact_by(self, link, software)
    }

    fn report(
        &mut self,
        software: &str,
        now: jiff::Timestamp,
    ) -> Result<Contact, crate::error::KitError> {
        let packets = run!(self, store => store.packet_counts())?;
        let drafts = run!(self, store => store.draft_counts())?;
        let gauge = self.gauge();
        Ok(Contact {
            software: software.to_owned(),
            country_pack: self.options.pack.version().to_owned(),
            clock: now,
            // Every packet has its row for ever, and places follow each other from 1.
            chain_place: packets.sealed + packets.uploaded + packets.receipted + packets.deleted,
            waiting: packets.sealed,
            drafts: drafts.open + drafts.complete,
            battery_percent: gauge.battery_percent,
            free_bytes: gauge.free_bytes,
        })
    }
}

/// [`Kit::contact`], with the kit held for short acts only.
pub(crate) fn contact_by(
    held: &mut impl Held,
    link: &mut Link<'_>,
    software: &str,
) -> Result<(), PapersError> {
    let now = (link.clock)();
    let (id, key, log_key) =
        held.with(|kit| (kit.id(), kit.signing_key.clone(), kit.log_key.clone()));
    let report = held.with(|kit| {
        let officer_keys = kit.spare_public_keys();
        kit.report(software, now).map(|contact| KitReport { contact, officer_keys })
    })?;
    let body =
        serde_json::to_vec(&report).map_err(|_| HttpError::Protocol { what: "the report" })?;
    let path = format!("/kit/v1/contact/{}", hex::encode(Sha256::digest(&body)));
    let mut client = Client::new(link, id, &key);
    let answer = client.send(&Request {
        method: "POST",
        path: &path,
        headers: &[("content-type", "application/json".to_owned())],
        body: Some(&body),
        largest_answer: LARGEST_PAPERS,
    });
    let confirmed = client.confirmed_time();
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            heed_refusal(held, &mut client, &error)?;
            return Err(error.into());
        }
    };
    held.with(|kit| kit.note_centre_time(confirmed))?;
    let papers: KitPapers = answer.json()?;
    let certified = certificate::read(&papers, &log_key, &key)?;
    held.with(|kit| kit.keep_papers(&papers, &certified, confirmed.unwrap_or(now)))?;
    let (folder, lacks) =
        held.with(|kit| (kit.folder.clone(), kit.lacks_pack(&certified.country_pack)));
    if lacks {
        fetch(&mut client, &folder, &certified.country_pack)?;
    }
    held.with(Kit::settle_pack)?;
    Ok(())
}
