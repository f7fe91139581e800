//! What a nation's matcher costs, from what was measured on smaller galleries.
//!
//! A straight line through the measured mean times says what a search costs for any number of people: votes
//! are read and persons are compared in proportion to the gallery, beside what every search costs. Nothing
//! here knows of a machine; the assumptions are passed in and printed with the answer.

/// One gallery that was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// People enrolled, ten fingers each.
    pub people: f64,
    /// Processor milliseconds of one search for a stranger: the mean.
    pub search_ms: f64,
    /// Processor milliseconds of one search for a mate: the median.
    pub mate_p50_ms: f64,
    /// Bytes of memory a person.
    pub memory_bytes: f64,
    /// Bytes of disk a person.
    pub disk_bytes: f64,
    /// Seconds until an existing gallery is open.
    pub open_s: f64,
}

/// What the nation's machines and days are like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assumptions {
    /// Memory of a machine, GiB, of which four fifths hold the gallery.
    pub machine_gib: f64,
    /// Processors of a machine.
    pub machine_processors: f64,
    /// How many times each person is held.
    pub copies: f64,
    /// Days in which everybody is enrolled.
    pub campaign_days: f64,
    /// How much the busiest hour exceeds the mean hour of a day.
    pub peak: f64,
    /// Share of time that processors may be busy.
    pub busy: f64,
    /// Processor milliseconds that each shard spends on a search whatever it holds: the probe, its keys.
    pub shard_ms: f64,
    /// Processor milliseconds of an enrolment beside the search: opening the packet, ten images, the
    /// database, the card.
    pub rest_ms: f64,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            machine_gib: 64.0,
            machine_processors: 16.0,
            copies: 2.0,
            campaign_days: 47.0,
            peak: 3.0,
            busy: 0.6,
            shard_ms: 6.0,
            rest_ms: 500.0,
        }
    }
}

/// The line through the measured times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Milliseconds of a search in an empty gallery.
    pub fixed_ms: f64,
    /// Milliseconds more for each million people.
    pub per_million_ms: f64,
}

/// What a number of people needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// People enrolled.
    pub people: f64,
    /// Shards that hold everybody once.
    pub shards: f64,
    /// Machines, with all copies.
    pub machines: f64,
    /// Processor seconds of one search, all shards together.
    pub search_s: f64,
    /// Milliseconds until a search for a new person ends, its shards working beside each other.
    pub answer_ms: f64,
    /// Processors that searches keep busy on a mean day of the campaign, at its end.
    pub processors_mean: f64,
    /// Processors to have, for the busiest hour.
    pub processors_peak: f64,
    /// Memory of all copies, TiB.
    pub memory_tib: f64,
    /// Disk of all copies, TiB.
    pub disk_tib: f64,
    /// Seconds until a machine answers again after a start.
    pub open_s: f64,
    /// Enrolments for each processor and day, search and all.
    pub enrolments: f64,
}

/// Seconds of a day.
const DAY_S: f64 = 86_400.0;
/// Bytes of a GiB.
const GIB: f64 = 1_073_741_824.0;

/// The least-squares line through the times of the measured galleries; flat where there are fewer than two.
pub fn line(measured: &[Measured]) -> Line {
    let number = measured.len().max(1) as f64;
    let mean = |of: &dyn Fn(&Measured) -> f64| measured.iter().map(of).sum::<f64>() / number;
    let (millions, time) = (mean(&|m| m.people / 1e6), mean(&|m| m.search_ms));
    let both: f64 =
        measured.iter().map(|m| (m.people / 1e6 - millions) * (m.search_ms - time)).sum();
    let spread: f64 = measured.iter().map(|m| (m.people / 1e6 - millions).powi(2)).sum();
    let per_million_ms = if spread > 0.0 { (both / spread).max(0.0) } else { 0.0 };
    Line { fixed_ms: (time - per_million_ms * millions).max(0.0), per_million_ms }
}

/// What so many people need. The weights a person, and the time to open, are those of the largest measured
/// gallery.
pub fn estimate(measured: &[Measured], assumed: &Assumptions, people: f64) -> Option<Estimate> {
    let largest = measured.iter().max_by(|a, b| a.people.total_cmp(&b.people))?;
    let line = line(measured);
    let a_machine = 0.8 * assumed.machine_gib * GIB / largest.memory_bytes;
    let shards = (people / a_machine).ceil().max(1.0);
    let millions = people / 1e6;
    let search_ms =
        line.fixed_ms + line.per_million_ms * millions + (shards - 1.0) * assumed.shard_ms;
    let answer_ms = line.fixed_ms + line.per_million_ms * millions / shards;
    let a_second = people / (assumed.campaign_days * DAY_S);
    // At the end of the campaign every search meets everybody: the mean over its days is half of this.
    let processors_mean = a_second * search_ms / 1e3;
    let held = people * assumed.copies;
    Some(Estimate {
        people,
        shards,
        machines: shards * assumed.copies,
        search_s: search_ms / 1e3,
        answer_ms,
        processors_mean,
        processors_peak: processors_mean * assumed.peak / assumed.busy,
        memory_tib: held * largest.memory_bytes / GIB / 1024.0,
        disk_tib: held * largest.disk_bytes / GIB / 1024.0,
        open_s: largest.open_s / largest.people * people / shards,
        enrolments: DAY_S * 1e3 / (search_ms + assumed.rest_ms),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(people: f64, search_ms: f64) -> Measured {
        let (memory_bytes, disk_bytes) = (12_000.0, 14_000.0);
        Measured {
            people,
            search_ms,
            mate_p50_ms: 1.0,
            memory_bytes,
            disk_bytes,
            open_s: people / 2e4,
        }
    }

    #[test]
    fn the_line_goes_through_points_on_a_line() {
        let points = [measured(0.0, 10.0), measured(1e5, 13.0), measured(1e6, 40.0)];
        let line = line(&points);
        assert!((line.fixed_ms - 10.0).abs() < 1e-9, "{line:?}");
        assert!((line.per_million_ms - 30.0).abs() < 1e-9, "{line:?}");
    }

    #[test]
    fn times_that_fall_are_taken_as_flat() {
        let line = line(&[measured(1e5, 13.0), measured(1e6, 12.0)]);
        assert_eq!((line.fixed_ms, line.per_million_ms), (12.5, 0.0));
    }

    #[test]
    fn a_nation_needs_what_the_sum_says() {
        let points = [measured(0.0, 10.0), measured(1e6, 40.0)];
        let assumed = Assumptions {
            machine_gib: 1.25 * 12_000.0 * 5e6 / GIB,
            copies: 2.0,
            campaign_days: 50.0,
            peak: 3.0,
            busy: 0.5,
            shard_ms: 5.0,
            rest_ms: 455.0,
            ..Assumptions::default()
        };
        let all = estimate(&points, &assumed, 49_999_999.0).unwrap();
        assert_eq!((all.shards, all.machines), (10.0, 20.0));
        assert!((all.search_s - 1.555).abs() < 1e-6, "{all:?}");
        assert!((all.answer_ms - 160.0).abs() < 1e-3, "{all:?}");
        assert!((all.open_s - 250.0).abs() < 1e-3, "{all:?}");
        assert!((all.processors_peak / all.processors_mean - 6.0).abs() < 1e-9, "{all:?}");
        assert!((all.enrolments - 86_400_000.0 / 2_010.0).abs() < 0.1, "{all:?}");
        assert_eq!(estimate(&[], &assumed, 1.0), None);
    }
}
