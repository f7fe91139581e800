//! The standard's errors have a number: those of what the service, its searchers and its intake refuse.

/// They begin with the status, and none is ever given to another code.
const NUMBERS: [(&str, i32); 37] = [
    ("abis.too_many_candidates", 40_030),
    ("abis.too_many_named", 40_031),
    ("abis.too_many", 40_032),
    ("abis.too_long", 40_033),
    ("abis.biometrics_empty", 40_034),
    ("abis.biometrics_format", 40_035),
    ("abis.finger_twice", 40_036),
    ("abis.finger_repeated", 40_037),
    ("abis.quality_too_low", 40_038),
    ("abis.same_person", 40_039),
    ("abis.callback_refused", 40_040),
    ("abis.nothing_to_deliver", 40_041),
    ("abis.template", 40_042),
    ("abis.biometrics_too_large", 40_043),
    ("abis.format_mislabelled", 40_044),
    ("abis.finger_mislabelled", 40_045),
    ("abis.not_one_finger", 40_046),
    ("abis.biometrics_damaged", 40_047),
    ("abis.resolution", 40_048),
    ("abis.face_model_missing", 40_049),
    ("abis.face_model_other", 40_050),
    ("abis.not_one_face", 40_051),
    ("abis.face_model_failed", 40_052),
    ("abis.token_missing", 40_301),
    ("abis.scope_missing", 40_302),
    ("abis.token_unknown", 40_303),
    ("abis.token_expired", 40_304),
    ("abis.client_revoked", 40_305),
    ("abis.not_found", 40_401),
    ("abis.gallery_unknown", 40_402),
    ("abis.already_exists", 40_901),
    ("abis.storage", 50_001),
    ("abis.unreachable", 50_002),
    ("abis.busy", 50_003),
    ("abis.gallery_damaged", 50_004),
    (INCOMPLETE, 50_005),
    ("job.lease_lost", 50_006),
];

/// The code of a search that did not reach everybody.
pub const INCOMPLETE: &str = "abis.incomplete";

/// The number of everything that has none of its own.
const UNNAMED: i32 = 50_000;

/// The number of a code.
pub fn of(code: &str) -> i32 {
    NUMBERS.iter().find(|(known, _)| *known == code).map_or(UNNAMED, |(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::super::fault::Fault;
    use super::*;

    #[test]
    fn numbers_begin_with_the_status_and_stand_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (code, number) in NUMBERS {
            assert!(seen.insert(number), "{code}");
            assert!([400, 403, 404, 409, 500].contains(&(number / 100)), "{code}");
        }
        for fault in [
            Fault::ParameterMissing(""),
            Fault::ParameterUnknown,
            Fault::ParameterRepeated(""),
            Fault::Query,
            Fault::Path,
            Fault::NotJson,
            Fault::BodyTooLarge,
            Fault::Filter,
            Fault::NothingToCompare,
            Fault::NothingToEnrol,
            Fault::NoSuchOperation,
            Fault::NoSuchMethod,
        ] {
            assert!(seen.insert(fault.number()), "{}", fault.code());
            assert_eq!(i32::from(fault.status().as_u16()), fault.number() / 100);
        }
    }
}
