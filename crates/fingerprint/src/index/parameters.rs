//! What an index is built and searched with.

/// How persons are indexed. Segments can be joined only when all of these agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// Hash tables, 1 to 64. More find prints that share less, and cost memory and time in
    /// proportion. With ten fingers and four rows, of 1,600 sampled mates 4 lie beyond the best 3 % of
    /// strangers by votes with 10 tables; 5 of 1,200 with 8.
    pub tables: u8,
    /// Bits that must agree in a table, 1 to 16. More make fewer chance agreements, and fewer of
    /// mates. Sampled mates beyond the best 3 % of strangers by votes, and votes a stranger has, at 8
    /// tables: 0.13 % and 8.3 with 3 rows, 0.42 % and 1.7 with 4, 2.1 % and 0.5 with 5.
    pub rows: u8,
    /// Cylinders of a finger that are hashed at enrolment, 1 to 64, those of best quality. Each costs
    /// 2.6 bytes a table. With 16 instead of 24, two fingers alone lose 2 points at the best hundredth.
    pub hashed_cylinders: u8,
    /// Cylinders of a finger whose bits are kept, 1 to 64, those of best quality; 34 bytes each.
    /// One finger, outside the best 1.5 thousandths: 1.7 points more with 16 than with 32.
    pub kept_cylinders: u8,
    /// Which permutations are drawn from the key; a new value renews all keys of an index.
    pub permutation_seed: u64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { tables: 10, rows: 4, hashed_cylinders: 24, kept_cylinders: 16, permutation_seed: 0 }
    }
}

impl Parameters {
    /// The same, brought into the ranges stated on the fields.
    pub(super) fn bounded(mut self) -> Self {
        self.tables = self.tables.clamp(1, 64);
        self.rows = self.rows.clamp(1, 16);
        self.hashed_cylinders = self.hashed_cylinders.clamp(1, 64);
        self.kept_cylinders = self.kept_cylinders.clamp(1, 64);
        self
    }
}
