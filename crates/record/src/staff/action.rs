//! What can be done on staff pages, and which roles do it: the policy of the house.

use super::Role;
use super::Role::{
    Adjudicator, Administrator, Auditor, CustomerRelationsOfficer, DataProtectionOfficer,
    FleetManager, RegistrationOfficer, SeniorAdjudicator, Supervisor,
};

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $roles:expr;)+) => {
        /// One kind of act. Every route of the staff pages names the one that it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[$doc])* $variant),+
        }

        impl Action {
            /// Every action, in the order of their appearance.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name, as in the matrix and the audit trail.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }

            /// The roles that may.
            pub const fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$variant => &$roles),+
                }
            }
        }
    };
}

actions! {
    /// The own account: home page, sessions, passkeys, password. Needs no duty.
    OwnAccount = "own_account": Role::ALL;

    /// The list of staff and what each may do.
    ReadStaff = "read_staff": [Auditor, DataProtectionOfficer, Administrator];
    /// Inviting, asking for a role or a recovery, withdrawing, suspending.
    ChangeStaff = "change_staff": [Administrator];
    /// Being the second administrator.
    ApproveStaffChange = "approve_staff_change": [Administrator];

    /// The queue of cases; nothing personal.
    ReadQueue = "read_queue": [Adjudicator, SeniorAdjudicator];
    /// Claiming a case and giving it back.
    ClaimCase = "claim_case": [Adjudicator, SeniorAdjudicator];
    /// The evidence of a case: answers, photos, prints.
    ReadEvidence = "read_evidence": [Adjudicator, SeniorAdjudicator];
    /// Giving an opinion.
    GiveOpinion = "give_opinion": [Adjudicator, SeniorAdjudicator];
    /// Deciding where two opinions differ; releasing or referring a held case.
    SettleCase = "settle_case": [SeniorAdjudicator];
    /// Merging two records and undoing it.
    MergeRecords = "merge_records": [SeniorAdjudicator];
    /// Deciding on an appeal.
    DecideAppeal = "decide_appeal": [SeniorAdjudicator];
    /// Exceptions at capture: no usable prints, missing hands, twins.
    DecideException = "decide_exception": [Supervisor];
    /// Pausing a kit, an officer or a place, and opening inquiries.
    PauseSource = "pause_source": [Supervisor, SeniorAdjudicator];
    /// Reports of the desk in figures.
    ReadDeskReports = "read_desk_reports":
        [Supervisor, SeniorAdjudicator, Auditor, DataProtectionOfficer];
    /// The pages about one reviewer.
    ReadReviewerReports = "read_reviewer_reports": [Supervisor, Auditor];
    /// Seeing a case again as it was seen.
    ReplayCase = "replay_case": [Auditor];

    /// Capturing a resident at a kit.
    CaptureResident = "capture_resident": [RegistrationOfficer, Supervisor];
    /// Appointments, complaints and cards of residents.
    AnswerResident = "answer_resident": [CustomerRelationsOfficer];

    /// Kits: where they are and how they do.
    ReadFleet = "read_fleet": [Supervisor, Auditor, FleetManager];
    /// Enrolling, moving and revoking kits.
    ChangeFleet = "change_fleet": [FleetManager];

    /// The trail of acts.
    ReadTrail = "read_trail": [Auditor, DataProtectionOfficer];
    /// Who looked at whom, in figures.
    ReadDisclosures = "read_disclosures": [Auditor, DataProtectionOfficer];
}

impl Action {
    /// Whether the act shows prints or photos. No administrator may, whatever other
    /// duty he holds.
    pub const fn reads_biometrics(self) -> bool {
        matches!(self, Self::ReadEvidence | Self::ReplayCase | Self::CaptureResident)
    }

    /// Whether a role may.
    pub fn is_for(self, role: Role) -> bool {
        self.roles().contains(&role)
    }

    /// The action with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrators_are_kept_from_biometrics_and_from_deciding() {
        for action in Action::ALL {
            assert!(!(action.reads_biometrics() && action.is_for(Administrator)), "{action:?}");
            assert!(!action.roles().is_empty(), "{action:?} is for nobody");
            assert_eq!(Action::from_name(action.name()), Some(*action));
        }
        let own: Vec<_> =
            Action::ALL.iter().filter(|action| action.is_for(Administrator)).collect();
        assert_eq!(own.len(), 4, "an administrator keeps accounts and does nothing else: {own:?}");
    }

    #[test]
    fn auditors_change_nothing() {
        for action in Action::ALL.iter().filter(|action| action.is_for(Auditor)) {
            let reads = action.name().starts_with("read_") || action.name().starts_with("replay_");
            assert!(reads || *action == Action::OwnAccount, "{action:?}");
        }
    }
}
