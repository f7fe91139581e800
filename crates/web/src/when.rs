//! Times as people read them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::words::Words;

/// The keys of the months in the shell's texts.
const MONTHS: [&str; 12] = [
    "month.1", "month.2", "month.3", "month.4", "month.5", "month.6", "month.7", "month.8",
    "month.9", "month.10", "month.11", "month.12",
];

/// A date as in `4 March 2027`. `words` are the shell's.
pub fn date(words: Words<'_>, date: Date) -> String {
    // A month of a civil date is 1 to 12.
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    format!("{} {} {}", date.day(), words.t(month), date.year())
}

/// A moment as in `4 March 2027, 14:05` by the clocks of the country.
pub fn date_time(words: Words<'_>, at: Timestamp, offset: Offset) -> String {
    let local = offset.to_datetime(at);
    format!("{}, {:02}:{:02}", date(words, local.date()), local.hour(), local.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::shell::texts;

    #[test]
    fn the_clock_is_the_country_s() {
        let at: Timestamp = "2027-03-04T21:05:00Z".parse().unwrap();
        let texts = texts();
        for (language, expected) in
            [(Language::English, "5 March 2027, 00:05"), (Language::Swahili, "5 Machi 2027, 00:05")]
        {
            let words = Words::new(&texts, language);
            assert_eq!(date_time(words, at, Offset::constant(3)), expected);
        }
    }
}
