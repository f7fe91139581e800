//! `niims sim queue`: fills the desk of a centre with cases that wait, to measure its pages.

use std::process::ExitCode;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use niims_record::application::{Application, CaseReason};
use niims_record::desk::{Priority, Skill, due_at};
use niims_record::{ApplicationId, CaseId, KitId, OfficerId, PacketId};
use niims_store::applications::{Description, NewApplication};
use niims_store::desk::queue::{self, Needs, Queued};
use niims_store::desk::reviewers::Tie;
use niims_store::{Tx, applications, cases, kits, officers};
use rand_core::Rng;

use crate::cli::QueueArgs;
use crate::{ambient, centre};

/// Cases in one transaction: 1,000. A queue of 100,000 is filled in well under a minute.
const AT_ONCE: u32 = 1_000;

pub async fn run(args: &QueueArgs) -> Result<ExitCode> {
    let at = &args.centre;
    let centre = centre::open(&at.data, at.database.as_deref(), at.country.as_deref()).await?;
    let mut tx = centre.db.read().await?;
    let kit = kits::list(&mut tx).await?.first().context("the centre has no kit")?.id;
    let officer = officers::list(&mut tx).await?.first().context("the centre has no officer")?.id;
    let alike = applications::list_by_state(&mut tx, "numbered", None, 2).await?;
    let alike = alike.first().context("the centre has numbered nobody")?.id;
    tx.rollback().await?;
    let filler = Filler { kit, officer, alike, begun: Timestamp::now() };
    let mut filled = 0;
    while filled < args.cases {
        let until = args.cases.min(filled + AT_ONCE);
        let mut tx = centre.db.write().await?;
        for n in filled..until {
            filler.case(&mut tx, n).await?;
        }
        tx.commit().await?;
        filled = until;
    }
    println!("{filled} cases wait that nobody can decide: they have no packets");
    Ok(ExitCode::SUCCESS)
}

/// What cases of the same kind share.
struct Filler {
    kit: KitId,
    officer: OfficerId,
    alike: ApplicationId,
    begun: Timestamp,
}

impl Filler {
    async fn case(&self, tx: &mut Tx, n: u32) -> Result<()> {
        let mut bytes = [0; 16];
        ambient::entropy().rng().fill_bytes(&mut bytes);
        let (id, case) = (ApplicationId::from_bytes(bytes), CaseId::from_bytes(bytes));
        let state = Application::InAdjudication { case };
        let packet = PacketId::from_bytes(bytes);
        let new = NewApplication { id, packet, kit: self.kit, state, at: self.begun };
        applications::insert(tx, &new).await?;
        let description = Description {
            application_number: format!("SIM-{}", hex::encode(&bytes[..6])),
            officer: self.officer,
            form_kind: "adult".into(),
            county: None,
        };
        applications::describe(tx, id, &description).await?;
        let alike = niims_record::application::Candidate {
            application: self.alike,
            demographic: Some(21_000),
            biometric: None,
        };
        cases::insert(tx, case, id, CaseReason::LikelyDuplicate, &[alike], self.begun).await?;
        // After what waits already: whoever tries the desk is given real cases first.
        let opened_at = self.begun + SignedDuration::from_secs(i64::from(n));
        let priority = Priority::ALL[n as usize % Priority::ALL.len()];
        let queued = Queued {
            case,
            needs: if n.is_multiple_of(10) { Needs::Senior } else { Needs::Reviewer },
            skill: Skill::ALL[n as usize % Skill::ALL.len()],
            priority,
            opened_at,
            due_at: due_at(opened_at, priority) + SignedDuration::from_hours(24 * 365),
            claimed: None,
        };
        let token = Tie::Application(id).token(tx.keyring());
        queue::insert(tx, &queued, &[token]).await?;
        Ok(())
    }
}
