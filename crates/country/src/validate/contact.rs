//! Brings telephone numbers and e-mail addresses into normal form.

use crate::settings::Telephone;

/// Completes a local number: `0712 345678` → `+254712345678`. E.164 allows 8 to 15 digits.
pub(super) fn complete_telephone(text: &str, telephone: &Telephone) -> Option<String> {
    let compact: String =
        text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '(' | ')' | '.')).collect();
    let own = telephone.calling_code.trim_start_matches('+');
    let number = if let Some(rest) = compact.strip_prefix('+') {
        rest.to_owned()
    } else if let Some(rest) = compact.strip_prefix("00") {
        rest.to_owned()
    } else if let Some(rest) = compact.strip_prefix(&telephone.trunk_prefix) {
        format!("{own}{rest}")
    } else {
        compact
    };
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let national = number.strip_prefix(own).map_or(9, str::len);
    (digits && (8..=15).contains(&number.len()) && !number.starts_with('0') && national >= 7)
        .then(|| format!("+{number}"))
}

/// Local part as given, domain in lower case; the subset of RFC 5321 without quoting.
pub(super) fn normal_email(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let local_fits = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte));
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let domain_fits = domain.contains('.') && domain.split('.').all(label_fits);
    (local_fits && domain_fits).then(|| format!("{local}@{}", domain.to_lowercase()))
}
