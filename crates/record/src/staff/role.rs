//! The roles of staff.

/// What a member of staff is here for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Captures residents at a kit.
    RegistrationOfficer,
    /// Leads a desk: exceptions, reports, pauses.
    Supervisor,
    /// Decides, blind and in pairs, whether two records are one person.
    Adjudicator,
    /// Decides where two adjudicators differ, releases held cases, merges.
    SeniorAdjudicator,
    /// Answers residents: appointments, complaints, cards.
    CustomerRelationsOfficer,
    /// Looks at what was done, and changes nothing.
    Auditor,
    /// Watches over the rights of the people in the register (Data Protection Act, 2019, s. 24).
    DataProtectionOfficer,
    /// Looks after kits.
    FleetManager,
    /// Looks after accounts of staff; never sees biometrics.
    Administrator,
}

impl Role {
    /// Every role, in the order of the columns of the matrix.
    pub const ALL: [Self; 9] = [
        Self::RegistrationOfficer,
        Self::Supervisor,
        Self::Adjudicator,
        Self::SeniorAdjudicator,
        Self::CustomerRelationsOfficer,
        Self::Auditor,
        Self::DataProtectionOfficer,
        Self::FleetManager,
        Self::Administrator,
    ];

    /// The stable name, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RegistrationOfficer => "registration_officer",
            Self::Supervisor => "supervisor",
            Self::Adjudicator => "adjudicator",
            Self::SeniorAdjudicator => "senior_adjudicator",
            Self::CustomerRelationsOfficer => "customer_relations_officer",
            Self::Auditor => "auditor",
            Self::DataProtectionOfficer => "data_protection_officer",
            Self::FleetManager => "fleet_manager",
            Self::Administrator => "administrator",
        }
    }

    /// The role with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}
