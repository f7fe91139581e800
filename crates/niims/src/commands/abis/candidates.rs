//! Candidates as lines.

use niims_abis::service::PersonCandidate;
use niims_fingerprint::person::FingerComparison;

/// One line a candidate, then one a finger.
pub fn print(candidates: &[PersonCandidate]) {
    for one in candidates {
        println!(
            "candidate\t{}\t{}\t{}\t{}\t{}",
            one.rank,
            one.person.as_str(),
            one.encounter.as_str(),
            one.score,
            one.assignment.words()
        );
        print_fingers(&one.fingers);
    }
}

/// One line a finger.
pub fn print_fingers(fingers: &[FingerComparison]) {
    for finger in fingers {
        println!(
            "finger\t{}\t{}\t{}\t{} minutiae paired",
            finger.probe.name(),
            finger.reference.name(),
            finger.score,
            finger.paired
        );
    }
}
