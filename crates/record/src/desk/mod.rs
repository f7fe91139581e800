//! The rules of the desk where people decide: who may take which case and in what order, when
//! a reviewer must rest, how reviewers are measured, what a jump of hits is, and what may be
//! published. All pure: facts in, answer out.

mod settings;

// Which case, and who.
mod claim;
mod fatigue;
mod queue;

// What a reviewer adds to a verdict.
mod marks;
mod recapture;

// What another desk may say.
mod outside;

// What follows.
mod appeal;
mod check;
mod fraud;

// How the desk is watched.
mod bulk;
mod figures;
mod measure;
mod planted;

pub use appeal::{AppealEffect, FRAUD_FOUND, NotAppealable, appeal_effect, may_appeal};
pub use bulk::{BulkLimits, HitJump, SourceKind, WindowCounts, hit_jump};
pub use check::{CheckReason, later_check};
pub use claim::{ClaimFacts, ClaimRefused, may_claim};
pub use fatigue::{FatigueLimits, Rest, RestReason, rest};
pub use figures::{Figure, Rate, suppress};
pub use fraud::{FraudAnswer, FraudHold, FraudRefused, FraudVote};
pub use marks::{MOST_MARKS, Mark, MarkShape, MarkSide, MarksRefused, check_marks};
pub use measure::{Drift, DriftLimits, Judged, drifts, kappa_permille, median, ninetieth};
pub use outside::{NoOpinion, OutsideSaid, SENT_OUT, opinion_of};
pub use planted::{PlantedKind, plants};
pub use queue::{Priority, Skill, SkillFacts, due_at, skill_of};
pub use recapture::{
    AdviceRefused, CaptureFault, CaptureRemedy, MOST_ADVICE, RecaptureAdvice, check_advice,
};
pub use settings::DeskSettings;
