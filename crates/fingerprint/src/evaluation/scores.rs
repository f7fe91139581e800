//! The table of scores: `id,id,score` for every pair of a list.

use std::fmt::Write;

use crate::compare::{Prepared, compare};

/// What stands for a score where either print was refused.
pub const REFUSED: i32 = -1;

/// A score as the table holds it: millinats, where [`REFUSED`] is kept for refusals. A true score
/// of −1 (one in thousands) becomes −2, which changes no order among scores.
pub fn score_field(score: Option<i32>) -> i32 {
    match score {
        None => REFUSED,
        Some(REFUSED) => REFUSED - 1,
        Some(score) => score,
    }
}

/// Adds the lines of print `index` against each later one to `out`. Prints that were refused are
/// `None`. An `index` beyond the prints adds nothing.
pub fn put_row(out: &mut String, index: usize, prints: &[(String, Option<Prepared>)]) {
    let Some((first, later)) = prints.get(index..).and_then(<[_]>::split_first) else { return };
    for second in later {
        let score = match (&first.1, &second.1) {
            (Some(a), Some(b)) => Some(compare(a, b).score),
            _ => None,
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{},{},{}", first.0, second.0, score_field(score));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Template;

    #[test]
    fn every_pair_once_in_the_order_of_the_list() {
        let empty = || Some(Prepared::new(&Template::new(100, 100, 0, vec![]).unwrap()));
        let prints = [("a", empty()), ("b", None), ("c", empty())];
        let prints: Vec<_> = prints.into_iter().map(|(id, p)| (id.to_owned(), p)).collect();
        let mut out = String::new();
        for index in 0..5 {
            put_row(&mut out, index, &prints);
        }
        assert_eq!(out, "a,b,-1\na,c,0\nb,c,-1\n");
    }

    #[test]
    fn a_true_score_is_never_taken_for_a_refusal() {
        for (score, field) in [(None, -1), (Some(-1), -2), (Some(-2), -2), (Some(14_000), 14_000)] {
            assert_eq!(score_field(score), field);
        }
    }
}
