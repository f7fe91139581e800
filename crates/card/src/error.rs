//! Why a card is not made or not believed. No message repeats personal data.

/// Everything that can be wrong with a card, its text or its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// The QR text, or what it unfolds to, is larger than any card's.
    #[error("this is larger than the text of any card")]
    TooLarge,
    /// The QR text has characters or groups that Base45 (RFC 9285) has not.
    #[error("this is not the text of a card: not Base45; scan the code again")]
    NotBase45,
    /// The bytes are not a zlib stream (RFC 1950).
    #[error("this is not the text of a card: not compressed as one")]
    NotZlib,
    /// The bytes are not one COSE_Sign1 message (RFC 9052 §4.2).
    #[error("this is not a signed card")]
    NotCose,
    /// Signed by another method than Ed25519, or with terms we do not know.
    #[error("this card is signed by a method that cards of this issuer do not use")]
    Algorithm,
    /// Signed by a key that is not among the issuer's.
    #[error("this card was signed by somebody else than this issuer")]
    OtherIssuer,
    /// The signature does not hold under the issuer's key.
    #[error("the signature does not hold: altered, or not from this issuer")]
    Signature,
    /// The claims are missing, of the wrong type, or repeated.
    #[error("the signed claims are incomplete or malformed")]
    MalformedClaims,
    /// From a later day than today.
    #[error("this card is not valid yet")]
    NotYetValid,
    /// Past its last day.
    #[error("this card has expired; its bearer can have a new one free of charge")]
    Expired,
    /// The 32 bytes are not a usable public key.
    #[error("not an Ed25519 public key: expected the 32 bytes of a point of large order")]
    Key,
    /// The last day lies before the day of issue.
    #[error("the card would expire before it is issued; check both dates")]
    Validity,
    /// A text for the card is empty, too long, or has control characters.
    #[error(
        "a text for the card is empty, not printable, or too long (name 732, others 200 characters)"
    )]
    Text,
    /// Data of a chip that do not read, or are more than a chip holds.
    #[error("these are not the data of a card's chip: read the card again")]
    Chip,
    /// The fingers of a chip belong to another credential.
    #[error("the chip belongs to another card than the code")]
    OtherChip,
    /// The portrait is no JPEG or PNG, is damaged, or is too large.
    #[error("the portrait must be an intact JPEG or PNG of at most 4 MiB and 16 megapixels")]
    Portrait,
}

impl CardError {
    /// The stable code of this error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "card.too_large",
            Self::NotBase45 => "card.not_base45",
            Self::NotZlib => "card.not_zlib",
            Self::NotCose => "card.not_cose",
            Self::Algorithm => "card.algorithm",
            Self::OtherIssuer => "card.other_issuer",
            Self::Signature => "card.signature",
            Self::MalformedClaims => "card.malformed_claims",
            Self::NotYetValid => "card.not_yet_valid",
            Self::Expired => "card.expired",
            Self::Key => "card.key",
            Self::Validity => "card.validity",
            Self::Text => "card.text",
            Self::Chip => "card.chip",
            Self::OtherChip => "card.other_chip",
            Self::Portrait => "card.portrait",
        }
    }
}
