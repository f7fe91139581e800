//! What the law forbids, told by the words in names of fields, columns, lists and files.

/// Words that no field, column, code list or modality in use may carry, with the reason.
///
/// DNA and coordinates: High Court, 30 January 2020 (Nubian Rights Forum). Iris, retina, voice,
/// ear and hand: defined in the Act of 2018, never approved. Race and tribe: taken out of s. 5 of
/// the Registration of Persons Act in 2018. Religion: nothing allows it.
const PROHIBITED: &[(&str, &str)] = &[
    ("dna", "DNA may not be collected"),
    ("genetic", "DNA may not be collected"),
    ("genome", "DNA may not be collected"),
    ("gps", "coordinates of people may not be collected"),
    ("lat", "coordinates of people may not be collected"),
    ("lon", "coordinates of people may not be collected"),
    ("lng", "coordinates of people may not be collected"),
    ("latitude", "coordinates of people may not be collected"),
    ("longitude", "coordinates of people may not be collected"),
    ("coordinate", "coordinates of people may not be collected"),
    ("coordinates", "coordinates of people may not be collected"),
    ("geolocation", "coordinates of people may not be collected"),
    ("iris", "this modality is not approved"),
    ("retina", "this modality is not approved"),
    ("voice", "this modality is not approved"),
    ("ear", "this modality is not approved"),
    ("earlobe", "this modality is not approved"),
    ("hand_geometry", "this modality is not approved"),
    ("ethnic", "ethnicity is not part of the core record"),
    ("ethnicity", "ethnicity is not part of the core record"),
    ("tribe", "ethnicity is not part of the core record"),
    ("race", "ethnicity is not part of the core record"),
    ("clan", "ethnicity is not part of the core record"),
    ("religion", "religion is not collected"),
    ("religious", "religion is not collected"),
    ("denomination", "religion is not collected"),
];

/// Why a name may not be used, if it may not. Words are compared, not letters: `appearance` passes.
pub(crate) fn prohibited(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|letter: char| !letter.is_alphanumeric()).collect();
    PROHIBITED
        .iter()
        .find(|(term, _)| {
            let parts: Vec<&str> = term.split('_').collect();
            words.windows(parts.len()).any(|window| window == parts)
        })
        .map(|(_, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::prohibited;

    #[test]
    fn words_are_prohibited_and_letters_are_not() {
        let check =
            |name: &str, expected: bool| assert_eq!(prohibited(name).is_some(), expected, "{name}");
        check("ethnic_group", true);
        check("home.gps", true);
        check("codes/religion.csv", true);
        check("Lat", true);
        check("hand_geometry", true);
        check("hand", false);
        check("year_of_birth", false);
        check("difficulty_hearing", false);
        check("trace_number", false);
        check("translator", false);
    }
}
