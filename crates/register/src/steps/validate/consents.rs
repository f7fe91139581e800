//! What a consent must hold to count: the notice that was read, a witness where nobody signed,
//! and a moment before the capture.

use jiff::Timestamp;
use niims_country::{CountryPack, FieldType, Role};
use niims_packet::{Consent, ConsentKind, ConsentMode};

/// The first fault of the consents, by its stable code. Whether there is one of the kind that the
/// law asks for is another question.
pub(super) fn fault(
    consents: &[Consent],
    opened_at: Timestamp,
    pack: &CountryPack,
) -> Option<&'static str> {
    consents.iter().find_map(|consent| {
        if consent.given_at > opened_at {
            Some("law.consent_after_capture")
        } else if !notice_was_read(consent, pack) {
            Some("law.notice_not_read")
        } else if consent.mode != ConsentMode::Signature && consent.witness.is_none() {
            Some("law.witness_missing")
        } else {
            None
        }
    })
}

/// Whether the consent names a version of its notice that still counts, in a language of the
/// country pack.
fn notice_was_read(consent: &Consent, pack: &CountryPack) -> bool {
    let role = match consent.kind {
        ConsentKind::Resident => Role::Consent,
        ConsentKind::Guardian => Role::GuardianConsent,
    };
    let field = pack.fields().iter().find(|field| field.role == Some(role));
    let notice = field.and_then(|field| match &field.kind {
        FieldType::Consent { notice } => pack.notice(notice),
        _ => None,
    });
    let language = pack.languages().contains(&consent.language);
    language && notice.is_some_and(|notice| notice.accepts(&consent.notice_version))
}
