//! Whether a name that an agency holds agrees with a name on record: yes or no,
//! for one person who is already found by number.

use niims_record::name::PersonName;

use crate::knowledge::NameKnowledge;
use crate::record::name_tokens;

/// Least names that must agree when both sides have as many: one name in common
/// is what siblings have.
const LEAST_COMMON: usize = 2;

/// True when each name of the shorter side stands on the longer one as well, in
/// any order and any known spelling, at least two of them where both sides have
/// two. Names left out do not disagree; a name that is another does.
pub fn names_agree(a: &PersonName, b: &PersonName, knowledge: &NameKnowledge) -> bool {
    let (a, b) = (name_tokens(a, knowledge), name_tokens(b, knowledge));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < LEAST_COMMON && long.len() >= LEAST_COMMON || short.is_empty() {
        return false;
    }
    let mut free: Vec<&str> = long.iter().map(|token| token.cluster.as_str()).collect();
    short.iter().all(|token| {
        let place = free.iter().position(|cluster| *cluster == token.cluster);
        place.map(|place| free.swap_remove(place)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::VariantRelation;

    #[test]
    fn order_and_spelling_do_not_matter_but_names_do() {
        let knowledge = NameKnowledge::new().with_variants([
            ("Testum", "Testum", VariantRelation::Equivalent),
            ("Testum", "Testam", VariantRelation::Equivalent),
        ]);
        let check = |a: &str, b: &str, want: bool| {
            let name = |text| PersonName::from_line(text).unwrap();
            assert_eq!(names_agree(&name(a), &name(b), &knowledge), want, "{a} / {b}");
            assert_eq!(names_agree(&name(b), &name(a), &knowledge), want, "{b} / {a}");
        };
        check("Sample Middle Testum", "TESTAM sample", true);
        check("Sample Middle Testum", "Sample Middle Testum", true);
        check("Sample Testum", "Sample Other", false);
        check("Sample Sample", "Sample Testum", false);
        check("Sample Testum", "Sample", false);
        check("Sample", "Sample", true);
    }
}
