//! The steps that carry an application from received packet to card, in the order
//! of a record's life. A step run twice has the effect of one.

pub mod adjudicate;
pub mod assign_number;
pub mod intake;
pub mod make_card;
pub mod search_biometrics;
pub mod search_demographics;
pub mod validate;

use jiff::{SignedDuration, Timestamp};
use niims_country::{CountryPack, ParticleRule};
use niims_linkage::{NameKnowledge, VariantRelation};
use niims_record::application::{Application, Step};
use niims_record::fleet::awaits_decision;
use niims_record::{ApplicationId, JobId};
use niims_store::applications::StoredApplication;
use niims_store::packets::Packet;
use niims_store::{StoreError, Tx, applications, jobs, packets, revisits};

use crate::{BlobError, Register, desk, trail};

/// One run of one step.
pub struct Run {
    /// The worker that holds the lease.
    pub worker: String,
    /// The job in the queue.
    pub job: JobId,
    /// The application as loaded.
    pub application: StoredApplication,
    /// Its packet.
    pub packet: Packet,
    /// When the run began.
    pub at: Timestamp,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The application moved on, or had moved on before.
    Done,
    /// It must wait: for an order to be lifted, or for the whole gallery.
    Wait {
        /// Stable code of the reason.
        code: &'static str,
        /// When to try again.
        again_in: SignedDuration,
    },
}

/// How long a job waits that an order holds up: what a freeze held moves within
/// 5 s of being lifted.
pub(crate) const ORDER_WAIT: SignedDuration = SignedDuration::from_secs(5);

/// How long a job waits between looks whether a person has decided about its packet. Whoever
/// decides makes it due at once; this is for what that misses.
const PERSON_WAIT: SignedDuration = SignedDuration::from_mins(15);

/// Why a step could not run to its end. It will be run again.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The database failed.
    #[error("the database failed during a step")]
    Store(#[from] StoreError),
    /// The packet store failed.
    #[error("the packet store failed during a step")]
    Blob(#[from] BlobError),
    /// The matcher failed.
    #[error("the matcher failed during a step")]
    Abis(#[from] niims_wire::abis::AbisError),
    /// The card press failed.
    #[error("the card press failed during a step")]
    Press(#[from] niims_wire::card::PressError),
    /// Something stored is not what it was when it was stored.
    #[error("stored evidence no longer reads ({0})")]
    Evidence(&'static str),
    /// Another worker moved the application on at the same time.
    #[error("another worker was faster")]
    Overtaken,
    /// A task of this process was cancelled.
    #[error("the work was cancelled")]
    Cancelled,
}

impl StepError {
    /// The stable code, as kept with the job.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Blob(_) => "step.packet_store",
            Self::Abis(_) => "step.matcher",
            Self::Press(_) => "step.card_press",
            Self::Evidence(code) => code,
            Self::Overtaken => "step.overtaken",
            Self::Cancelled => "step.cancelled",
        }
    }
}

impl Register {
    /// Runs a step of the queue.
    pub async fn run_step(
        &self,
        worker: &str,
        job: JobId,
        step: Step,
        subject: ApplicationId,
    ) -> Result<Outcome, StepError> {
        let Some(run) = self.load(worker, job, subject).await? else {
            return Err(StepError::Evidence("step.application_missing"));
        };
        let due = run.application.state.due() == Some(step);
        let card_due =
            step == Step::MakeCard && matches!(run.application.state, Application::Numbered { .. });
        if !due && !card_due {
            // The step was run before and the process died before it could say so.
            return self.nothing_to_do(&run).await;
        }
        if run.packet.quarantine.as_deref().is_some_and(awaits_decision) {
            return Ok(Outcome::Wait { code: "kit.packet_set_aside", again_in: PERSON_WAIT });
        }
        if waits_for_inquiry(step) && self.is_paused(&run).await? {
            return Ok(Outcome::Wait { code: "desk.source_paused", again_in: ORDER_WAIT });
        }
        match step {
            Step::Intake => intake::run(self, &run).await,
            Step::Validate => validate::run(self, &run).await,
            Step::SearchDemographics => search_demographics::run(self, &run).await,
            Step::SearchBiometrics => search_biometrics::run(self, &run).await,
            Step::AssignNumber => assign_number::run(self, &run).await,
            Step::MakeCard => make_card::run(self, &run).await,
        }
    }

    async fn load(
        &self,
        worker: &str,
        job: JobId,
        id: ApplicationId,
    ) -> Result<Option<Run>, StepError> {
        let mut tx = self.db.read().await?;
        let Some(application) = applications::get(&mut tx, id).await? else { return Ok(None) };
        let Some(packet) = packets::get(&mut tx, application.packet).await? else {
            return Ok(None);
        };
        Ok(Some(Run { worker: worker.to_owned(), job, application, packet, at: self.clock.now() }))
    }

    /// Whether an inquiry into the source of this application is open.
    async fn is_paused(&self, run: &Run) -> Result<bool, StepError> {
        let mut tx = self.db.read().await?;
        Ok(desk::is_paused(&mut tx, &run.application).await?)
    }

    async fn nothing_to_do(&self, run: &Run) -> Result<Outcome, StepError> {
        let mut tx = self.db.write().await?;
        jobs::complete(&mut tx, run.job, &run.worker).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// Moves the application to its next state in the given transaction, together
    /// with the audit event, the next job and the end of this one; then commits.
    pub(crate) async fn move_on(
        &self,
        mut tx: Tx,
        run: &Run,
        next: Application,
    ) -> Result<Outcome, StepError> {
        save_and_queue(&mut tx, &run.application, &next, run.at).await?;
        jobs::complete(&mut tx, run.job, &run.worker).await?;
        tx.commit().await?;
        self.bell.notify_waiters();
        Ok(Outcome::Done)
    }
}

/// Steps that wait while an inquiry into their source is open: nothing new is judged or numbered.
/// What was taken in is opened and checked, so that no evidence is lost.
const fn waits_for_inquiry(step: Step) -> bool {
    matches!(step, Step::SearchDemographics | Step::SearchBiometrics | Step::AssignNumber)
}

/// Saves a state, its audit event and the job that it makes due.
pub(crate) async fn save_and_queue(
    tx: &mut Tx,
    application: &StoredApplication,
    next: &Application,
    at: Timestamp,
) -> Result<(), StepError> {
    let saved = applications::save_state(tx, application.id, application.version, next, at).await?;
    if !saved {
        return Err(StepError::Overtaken);
    }
    if awaits_revisit(&application.state) {
        let answered_by = match next {
            Application::Replaced { by } => Some(*by),
            _ => None,
        };
        revisits::settle(tx, application.id, answered_by, at).await?;
    }
    trail::moved(tx, application.id, application.state.name(), next, at).await?;
    if let Some(step) = next.due() {
        jobs::enqueue(tx, step.name(), *application.id.as_bytes(), at).await?;
    }
    Ok(())
}

/// Whether somebody is to be met again in this state.
const fn awaits_revisit(state: &Application) -> bool {
    matches!(state, Application::RecaptureAsked { .. } | Application::CorrectionAsked { .. })
}

/// What the country pack knows about names, in the form that linkage reads.
pub(crate) fn name_knowledge(pack: &CountryPack) -> NameKnowledge {
    let particles = pack.name_particles().iter();
    NameKnowledge::new()
        .with_variants(
            pack.name_variants()
                .iter()
                .map(|v| (v.name.as_str(), v.variant.as_str(), relation(v.relation))),
        )
        .with_particles(
            particles.filter(|p| p.rule == ParticleRule::Drop).map(|p| p.particle.as_str()),
        )
}

const fn relation(of_pack: niims_country::VariantRelation) -> VariantRelation {
    match of_pack {
        niims_country::VariantRelation::Equivalent => VariantRelation::Equivalent,
        niims_country::VariantRelation::Weak => VariantRelation::Weak,
        niims_country::VariantRelation::Distinct => VariantRelation::Distinct,
    }
}
