//! The census tables that a synthetic village is drawn from.

use rand_core::Rng;

use crate::chance;

/// Why a table does not read. The tables are compiled in, so this is a fault of
/// the build.
#[derive(Debug, thiserror::Error)]
#[error("the table {table} does not read at row {row}")]
pub struct TableError {
    table: &'static str,
    row: usize,
}

/// Distributions of age, household size, telephones and names.
pub struct Census {
    ages: Vec<(u64, u64)>,
    household_sizes: Vec<(String, [u64; 9])>,
    telephones: Vec<(String, u64)>,
    female_names: Vec<(String, u64)>,
    male_names: Vec<(String, u64)>,
    surnames: Vec<(String, u64)>,
}

impl Census {
    /// Reads the tables compiled into this crate.
    pub fn embedded() -> Result<Self, TableError> {
        let given = rows("given_names", include_str!("../data/given_names.csv"))?;
        let of_sex = |sex: &str| {
            given
                .iter()
                .filter(|row| row[1] == sex)
                .map(|row| Ok((row[0].clone(), whole("given_names", &row[2])?)))
                .collect::<Result<Vec<_>, TableError>>()
        };
        Ok(Self {
            ages: rows("age_sex", include_str!("../data/age_sex.csv"))?
                .iter()
                .map(|row| Ok((whole("age_sex", &row[1])?, whole("age_sex", &row[2])?)))
                .collect::<Result<_, TableError>>()?,
            household_sizes: rows("household_size", include_str!("../data/household_size.csv"))?
                .iter()
                .map(|row| Ok((row[0].clone(), sizes(row)?)))
                .collect::<Result<_, TableError>>()?,
            telephones: rows("mobile_phone", include_str!("../data/mobile_phone.csv"))?
                .iter()
                .map(|row| Ok((row[0].clone(), tenths("mobile_phone", &row[1])?)))
                .collect::<Result<_, TableError>>()?,
            female_names: of_sex("F")?,
            male_names: of_sex("M")?,
            surnames: rows("surnames", include_str!("../data/surnames.csv"))?
                .iter()
                .map(|row| Ok((row[0].clone(), whole("surnames", &row[1])?)))
                .collect::<Result<_, TableError>>()?,
        })
    }

    /// A household size for a county, one to nine; of the whole country's first
    /// county when the code is unknown.
    pub fn household_size(&self, county: &str, rng: &mut impl Rng) -> usize {
        let table = self
            .household_sizes
            .iter()
            .find(|(code, _)| code == county)
            .or(self.household_sizes.first());
        table.map_or(1, |(_, shares)| 1 + chance::weighted(shares.iter().copied(), rng))
    }

    /// An age within bounds and a sex (true: female), as they occur together.
    pub fn age_and_sex(&self, youngest: usize, oldest: usize, rng: &mut impl Rng) -> (usize, bool) {
        let within = self.ages.iter().enumerate().map(|(age, counts)| {
            if (youngest..=oldest).contains(&age) { counts.0 + counts.1 } else { 0 }
        });
        let age = chance::weighted(within, rng);
        let (male, female) = self.ages[age];
        (age, chance::below(male + female, rng) >= male)
    }

    /// Whether somebody of this county has a mobile telephone.
    pub fn has_telephone(&self, county: &str, rng: &mut impl Rng) -> bool {
        let share = self.telephones.iter().find(|(code, _)| code == county);
        chance::permille(share.map_or(473, |(_, permille)| *permille), rng)
    }

    /// A given name.
    pub fn given_name(&self, female: bool, rng: &mut impl Rng) -> String {
        draw(if female { &self.female_names } else { &self.male_names }, rng)
    }

    /// A surname.
    pub fn surname(&self, rng: &mut impl Rng) -> String {
        draw(&self.surnames, rng)
    }
}

fn draw(names: &[(String, u64)], rng: &mut impl Rng) -> String {
    names[chance::weighted(names.iter().map(|(_, weight)| *weight), rng)].0.clone()
}

fn rows(table: &'static str, text: &str) -> Result<Vec<Vec<String>>, TableError> {
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .enumerate()
        .map(|(row, record)| {
            let record = record.map_err(|_| TableError { table, row })?;
            Ok(record.iter().map(str::to_owned).collect())
        })
        .collect()
}

fn whole(table: &'static str, text: &str) -> Result<u64, TableError> {
    text.parse().map_err(|_| TableError { table, row: 0 })
}

/// A share in percent with one decimal, as thousandths.
fn tenths(table: &'static str, text: &str) -> Result<u64, TableError> {
    let percent: f64 = text.parse().map_err(|_| TableError { table, row: 0 })?;
    Ok((percent * 10.0).round() as u64)
}

fn sizes(row: &[String]) -> Result<[u64; 9], TableError> {
    let mut shares = [0; 9];
    for (share, text) in shares.iter_mut().zip(&row[1..]) {
        let part: f64 = text.parse().map_err(|_| TableError { table: "household_size", row: 0 })?;
        *share = (part * 10_000.0).round() as u64;
    }
    Ok(shares)
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn drawn_people_are_like_the_counted_ones() {
        let census = Census::embedded().unwrap();
        let mut rng = ChaCha8Rng::from_seed([2; 32]);
        let mut children = 0;
        let mut women = 0;
        let mut members = 0;
        for _ in 0..20_000 {
            let (age, female) = census.age_and_sex(0, 100, &mut rng);
            children += usize::from(age < 18);
            women += usize::from(female);
            members += census.household_size("019", &mut rng);
        }
        assert!((8_500..10_000).contains(&children), "{children} of 20,000 under 18; census 46 %");
        assert!((9_800..10_400).contains(&women), "{women} women of 20,000; census 50.5 %");
        assert!((52_000..68_000).contains(&members), "{members} in 20,000 households; census 3.0");
        assert_eq!(census.age_and_sex(6, 6, &mut rng).0, 6);
    }
}
