//! Finds an area by what somebody typed.

use niims_country::{Area, CountryPack};

/// The area meant by `typed` inside `county`: by code, else by name, of `least_level`
/// or lower where several areas have that name. `None` where none or several fit.
pub(super) fn find<'a>(
    pack: &'a CountryPack,
    county: &str,
    typed: &str,
    least_level: &str,
) -> Option<&'a Area> {
    let geography = pack.geography();
    let least = geography.level(least_level).unwrap_or(0);
    let is_inside = |area: &Area| geography.path(&area.code).iter().any(|up| up.code == county);
    if let Some(area) = geography.area(typed).filter(|area| is_inside(area)) {
        return Some(area);
    }
    let wanted = plain(typed);
    let mut named: Vec<&Area> =
        inside(pack, county).into_iter().filter(|area| plain(&area.name) == wanted).collect();
    if named.len() > 1 {
        named.retain(|area| area.level >= least);
    }
    match named[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// Every area inside `county`, the higher levels first; without made-up ones.
pub(super) fn inside<'a>(pack: &'a CountryPack, county: &str) -> Vec<&'a Area> {
    let geography = pack.geography();
    let mut found: Vec<&Area> = geography.children(county).collect();
    let mut next = 0;
    while next < found.len() {
        let below = geography.children(&found[next].code).filter(|area| !area.synthetic);
        found.extend(below);
        next += 1;
    }
    found
}

/// A name without what people leave out or write otherwise: case, spaces, marks.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_found_by_name_inside_its_county_only() {
        let pack = CountryPack::embedded().unwrap();
        let check = |county: &str, typed: &str, level: &str, expected: Option<&str>| {
            let found = find(&pack, county, typed, level).map(|area| area.code.as_str());
            assert_eq!(found, expected, "{county} {typed}");
        };
        check("001", "port reitz", "ward", Some("0001"));
        check("001", " Port-Reitz ", "ward", Some("0001"));
        // A constituency and a ward have this name.
        check("001", "Changamwe", "ward", Some("0004"));
        check("001", "Changamwe", "county", None);
        check("002", "Port Reitz", "ward", None);
        check("001", "0001", "ward", Some("0001"));
        check("002", "0001", "ward", None);
        check("001", "", "ward", None);
    }
}
