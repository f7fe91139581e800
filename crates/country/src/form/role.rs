//! What the core must know: roles that a pack binds to its fields.

/// A meaning that the core needs and a pack gives to one of its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Surname or family name.
    Surname,
    /// First or given names.
    GivenNames,
    /// Middle, patronymic or other names.
    OtherNames,
    /// Names known by besides.
    Aliases,
    /// Sex; its codes are MALE, FEMALE, INTERSEX.
    Sex,
    /// Date of birth.
    DateOfBirth,
    /// How precisely it is known; see [`Role::fixed_codes`].
    DateOfBirthPrecision,
    /// Years either way of an estimated year.
    DateOfBirthMargin,
    /// On what footing the person lives in the country.
    ResidencyCategory,
    /// Nationalities besides that of the country.
    Nationalities,
    /// Country of birth.
    BirthCountry,
    /// Area of birth in the country.
    BirthPlace,
    /// Where the person lives.
    CurrentResidence,
    /// Where the person is at home.
    PermanentResidence,
    /// Mobile telephone.
    MobilePhone,
    /// E-mail address.
    Email,
    /// Language for letters and notices, a BCP 47 code.
    PreferredLanguage,
    /// Where to collect the card.
    CollectionPoint,
    /// Identity documents.
    Identifiers,
    /// Numbers that agencies gave for their own services.
    ServiceNumbers,
    /// The father.
    Father,
    /// The mother.
    Mother,
    /// The parent or guardian who comes with a minor.
    Guardian,
    /// Husbands or wives.
    Spouses,
    /// The applicant's consent.
    Consent,
    /// The guardian's consent.
    GuardianConsent,
    /// Fingers that cannot be captured.
    BiometricExceptions,
    /// Inside identifiers: the kind.
    IdentifierKind,
    /// Inside identifiers: the number.
    IdentifierNumber,
    /// Inside identifiers: the officer saw the original.
    IdentifierSighted,
    /// Inside a relation: the surname.
    RelationSurname,
    /// Inside a relation: first or given names.
    RelationGivenNames,
    /// Inside a relation: other names.
    RelationOtherNames,
    /// Inside a relation: a number of theirs.
    RelationIdentifier,
}

const ROLES: &[(&str, Role)] = &[
    ("surname", Role::Surname),
    ("given_names", Role::GivenNames),
    ("other_names", Role::OtherNames),
    ("aliases", Role::Aliases),
    ("sex", Role::Sex),
    ("date_of_birth", Role::DateOfBirth),
    ("date_of_birth_precision", Role::DateOfBirthPrecision),
    ("date_of_birth_margin", Role::DateOfBirthMargin),
    ("residency_category", Role::ResidencyCategory),
    ("nationalities", Role::Nationalities),
    ("birth_country", Role::BirthCountry),
    ("birth_place", Role::BirthPlace),
    ("current_residence", Role::CurrentResidence),
    ("permanent_residence", Role::PermanentResidence),
    ("mobile_phone", Role::MobilePhone),
    ("email", Role::Email),
    ("preferred_language", Role::PreferredLanguage),
    ("collection_point", Role::CollectionPoint),
    ("identifiers", Role::Identifiers),
    ("service_numbers", Role::ServiceNumbers),
    ("father", Role::Father),
    ("mother", Role::Mother),
    ("guardian", Role::Guardian),
    ("spouses", Role::Spouses),
    ("consent", Role::Consent),
    ("guardian_consent", Role::GuardianConsent),
    ("biometric_exceptions", Role::BiometricExceptions),
    ("identifier_kind", Role::IdentifierKind),
    ("identifier_number", Role::IdentifierNumber),
    ("identifier_sighted", Role::IdentifierSighted),
    ("relation_surname", Role::RelationSurname),
    ("relation_given_names", Role::RelationGivenNames),
    ("relation_other_names", Role::RelationOtherNames),
    ("relation_identifier", Role::RelationIdentifier),
];

impl Role {
    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        ROLES.iter().find(|(known, _)| *known == name).map(|(_, role)| *role)
    }

    /// The word for it in `form.toml`.
    pub fn as_str(self) -> &'static str {
        ROLES.iter().find(|(_, role)| *role == self).map_or("", |(name, _)| *name)
    }

    /// Roles without which no register can work, so that every pack binds them.
    pub const REQUIRED: [Self; 12] = [
        Self::Surname,
        Self::GivenNames,
        Self::Sex,
        Self::DateOfBirth,
        Self::DateOfBirthPrecision,
        Self::ResidencyCategory,
        Self::Nationalities,
        Self::CurrentResidence,
        Self::MobilePhone,
        Self::Identifiers,
        Self::Consent,
        Self::GuardianConsent,
    ];

    /// The field types that can carry this role.
    pub const fn types(self) -> &'static [&'static str] {
        match self {
            Self::Surname
            | Self::GivenNames
            | Self::OtherNames
            | Self::RelationSurname
            | Self::RelationGivenNames
            | Self::RelationOtherNames => &["name"],
            Self::Aliases
            | Self::Identifiers
            | Self::ServiceNumbers
            | Self::Spouses
            | Self::BiometricExceptions => &["list"],
            Self::Sex
            | Self::DateOfBirthPrecision
            | Self::ResidencyCategory
            | Self::BirthCountry
            | Self::PreferredLanguage
            | Self::CollectionPoint
            | Self::IdentifierKind => &["code"],
            Self::DateOfBirth => &["partial_date"],
            Self::DateOfBirthMargin => &["integer"],
            Self::Nationalities => &["codes"],
            Self::BirthPlace | Self::CurrentResidence | Self::PermanentResidence => &["place"],
            Self::MobilePhone => &["telephone"],
            Self::Email => &["email"],
            Self::Father | Self::Mother | Self::Guardian => &["group"],
            Self::Consent | Self::GuardianConsent => &["consent"],
            Self::IdentifierSighted => &["boolean"],
            Self::IdentifierNumber | Self::RelationIdentifier => &["text"],
        }
    }

    /// Codes of the bound list that the core acts on; a pack may use fewer, never others.
    pub const fn fixed_codes(self) -> &'static [&'static str] {
        match self {
            Self::Sex => &["MALE", "FEMALE", "INTERSEX"],
            Self::DateOfBirthPrecision => {
                &["DAY", "MONTH", "YEAR", "CONVENTIONAL_1_JAN", "ESTIMATED", "UNKNOWN"]
            }
            Self::ResidencyCategory => &[
                "CITIZEN",
                "DUAL_CITIZEN",
                "FOREIGN_RESIDENT",
                "REFUGEE",
                "ASYLUM_SEEKER",
                "STATELESS",
                "UNDETERMINED",
            ],
            _ => &[],
        }
    }
}
