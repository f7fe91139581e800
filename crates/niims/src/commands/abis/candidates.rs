//! Candidates as lines.

use niims_abis::service::PersonCandidate;
use niims_fingerprint::person::FingerComparison;

/// One line a candidate, then one a finger and one for the face.
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
        print_parts(&one.fingers, one.face);
    }
}

/// One line a finger and one for the face.
pub fn print_parts(fingers: &[FingerComparison], face: Option<i32>) {
    for finger in fingers {
        println!(
            "finger\t{}\t{}\t{}\t{} minutiae paired",
            finger.probe.name(),
            finger.reference.name(),
            finger.score,
            finger.paired
        );
    }
    if let Some(likeness) = face {
        println!("face\t{likeness} thousandths of the cosine");
    }
}
