//! Axes: round ends and ticks, and figures as people write them.

/// Round numbers from zero to at least the greatest figure, about four steps.
pub(super) fn ticks(greatest: f64) -> Vec<f64> {
    let greatest = if greatest.is_finite() && greatest > 0.0 { greatest } else { 1.0 };
    let rough = greatest / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|part| part * power)
        .find(|step| *step >= rough * 0.999_999)
        .unwrap_or(10.0 * power);
    let mut ticks = vec![0.0];
    let mut next = step;
    // The bound only matters where the sum of steps loses digits.
    while ticks.len() < 12 {
        ticks.push(next);
        if next >= greatest * 0.999_999 {
            break;
        }
        next += step;
    }
    ticks
}

/// A figure with thin spaces between thousands and at most two places: `12 345.5`.
pub(super) fn figure(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (whole, rest) = text.split_once('.').map_or((text, None), |(w, r)| (w, Some(r)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    if let Some(rest) = rest {
        grouped.push('.');
        grouped.push_str(rest);
    }
    grouped
}

/// A known figure, or a dash.
pub(super) fn known(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), figure)
}

/// The greatest of some figures; zero where none is finite.
pub(super) fn greatest(values: impl Iterator<Item = f64>) -> f64 {
    values.filter(|value| value.is_finite()).fold(0.0, f64::max)
}

/// An index as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "charts have a few hundred places at most")]
pub(super) const fn coordinate(index: usize) -> f64 {
    index as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers_past_the_greatest() {
        for (greatest, expected) in [
            (0.0, vec![0.0, 0.25, 0.5, 0.75, 1.0]),
            (7.0, vec![0.0, 2.0, 4.0, 6.0, 8.0]),
            (100.0, vec![0.0, 25.0, 50.0, 75.0, 100.0]),
            (f64::NAN, vec![0.0, 0.25, 0.5, 0.75, 1.0]),
        ] {
            assert_eq!(ticks(greatest), expected, "{greatest}");
        }
        for greatest in [0.003, 0.9, 12.0, 1234.0, 9.9e7] {
            let ticks = ticks(greatest);
            assert!(*ticks.last().unwrap() >= greatest && ticks.len() <= 6, "{greatest} {ticks:?}");
        }
    }

    #[test]
    fn figures_are_written_as_people_read_them() {
        for (value, expected) in
            [(0.0, "0"), (1234.5, "1\u{202f}234.5"), (-1000.0, "-1\u{202f}000"), (0.126, "0.13")]
        {
            assert_eq!(figure(value), expected);
        }
        assert_eq!(known(None), "–");
    }
}
