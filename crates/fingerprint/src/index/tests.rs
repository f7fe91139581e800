//! Tests of the index: answers do not depend on segments, threads or order.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::finger::FingerPosition;
use crate::person::{Assignment, PersonTemplates};
use crate::synthetic::ImpressionConditions;
use crate::synthetic::sample::PersonSampler;
use crate::template::Template;

const PEOPLE: usize = 48;

type Fingers = Vec<(FingerPosition, Template)>;

fn templates(person: u64, impression: u32) -> Fingers {
    let sampler = PersonSampler::new(77, person);
    let conditions = ImpressionConditions::good();
    let print = |finger| (finger, sampler.finger(finger).impression(impression, &conditions));
    FingerPosition::all().into_iter().map(print).collect()
}

fn cylinders(fingers: &Fingers) -> PersonCylinders {
    PersonCylinders::from_templates(fingers.iter().map(|(finger, print)| (*finger, print)))
}

/// Enrolled prints, and others of the same people to search with.
static ENROLLED: LazyLock<Vec<PersonCylinders>> =
    LazyLock::new(|| (0..PEOPLE as u64).map(|person| cylinders(&templates(person, 0))).collect());
pub(super) static PROBES: LazyLock<Vec<PersonCylinders>> =
    LazyLock::new(|| (0..PEOPLE as u64).map(|person| cylinders(&templates(person, 1))).collect());

pub(super) fn key() -> IndexKey {
    IndexKey::new([9; 32])
}

pub(super) fn reference(person: usize) -> GalleryReference {
    GalleryReference(1_000 - person as u128)
}

/// Everybody, with a segment ended after each person for whom `seal` says so.
pub(super) fn everybody(seal: &[bool]) -> Index {
    let mut index = Index::new(&key(), Parameters::default());
    for (person, prints) in ENROLLED.iter().enumerate() {
        index.insert(10 * person as u64, reference(person), prints).unwrap();
        if seal[person] {
            index.seal();
        }
    }
    index
}

/// Votes decide only in galleries larger than a sieve; here they always do.
fn by_votes(index: &Index, probe: &PersonCylinders, options: &SearchOptions) -> Vec<Shortlisted> {
    narrowly(&[index], probe, options, [9, 7, 5])
}

/// Everybody of several indexes who is left when so many pass each round.
fn narrowly(
    indexes: &[&Index],
    probe: &PersonCylinders,
    options: &SearchOptions,
    most: [u64; 3],
) -> Vec<Shortlisted> {
    let parts = indexes.iter().map(|index| index.begin(probe, options)).collect();
    search::rank_by(parts, |round, tally| tally.best(most[round as usize]))
}

#[test]
fn mates_are_found_by_votes_and_by_bits() {
    let index = everybody(&[false; PEOPLE]);
    let options = SearchOptions::default();
    let mut first = [0, 0];
    for (person, probe) in PROBES.iter().enumerate() {
        let found = [index.search(probe, &options), by_votes(&index, probe, &options)];
        for (first, found) in first.iter_mut().zip(found) {
            *first += usize::from(found[0].reference == reference(person));
        }
    }
    // A few sampled people have fingers that are worn beyond use.
    assert!(first[0] >= PEOPLE - 1 && first[1] >= PEOPLE - 2, "{first:?} of {PEOPLE}");
}

#[test]
fn a_sieve_keeps_mates_who_have_no_votes() {
    let index = everybody(&[false; PEOPLE]);
    let mut kept = 0;
    for (person, probe) in PROBES.iter().enumerate() {
        let sieved = narrowly(&[&index], probe, &SearchOptions::default(), [PEOPLE as u64, 12, 3]);
        assert!(sieved.len() <= 3, "{sieved:?}");
        kept += usize::from(sieved.iter().any(|one| one.reference == reference(person)));
    }
    assert!(kept >= PEOPLE - 2, "{kept} of {PEOPLE}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn segments_threads_and_kernels_change_nothing(
        seal in prop::collection::vec(prop::bool::weighted(0.2), PEOPLE),
        removed in prop::collection::vec(0..PEOPLE, 0..4),
        probe in 0..PEOPLE,
        below in prop::option::of(0..10 * PEOPLE as u64),
        threads in 1usize..4,
        fingers in prop::sample::select(vec![1usize, 3, 4, 10]),
    ) {
        let (mut one, mut other) = (everybody(&[false; PEOPLE]), everybody(&seal));
        for person in removed {
            one.remove(reference(person));
            other.remove(reference(person));
        }
        let mut compacted = other.clone();
        compacted.compact();
        let probe = PersonCylinders(PROBES[probe].0[..fingers].to_vec());
        let options = SearchOptions { below_sequence: below, kernel: Kernel::Scalar, ..SearchOptions::default() };
        let expected = (one.search(&probe, &options), by_votes(&one, &probe, &options));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for kernel in Kernel::available() {
            let options = SearchOptions { kernel, ..options.clone() };
            for index in [&one, &other, &compacted] {
                let found = pool.install(|| (index.search(&probe, &options), by_votes(index, &probe, &options)));
                prop_assert_eq!(&found, &expected, "{:?} {:?}", kernel, index);
            }
        }
        let seen = expected.0.iter().chain(&expected.1);
        prop_assert!(seen.clone().all(|found| below.is_none_or(|below| found.sequence < below)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// People spread over several indexes, each with its own segments, are found as in one.
    #[test]
    fn any_split_of_the_people_answers_as_one(
        places in prop::collection::vec(0usize..4, PEOPLE),
        seal in prop::collection::vec(prop::bool::weighted(0.1), PEOPLE),
        removed in prop::collection::vec(0..PEOPLE, 0..4),
        unknown in prop::collection::vec(0..PEOPLE, 0..2),
        probe in 0..PEOPLE,
        below in prop::option::of(0..10 * PEOPLE as u64),
        fingers in prop::sample::select(vec![1usize, 3, 4, 10]),
        most in prop::sample::select(vec![[48, 48, 48], [20, 10, 4], [7, 7, 2], [1, 1, 1]]),
    ) {
        let mut one = Index::new(&key(), Parameters::default());
        let mut parts = vec![one.clone(); 4];
        for (person, prints) in ENROLLED.iter().enumerate() {
            let mut prints = prints.clone();
            if unknown.contains(&person) {
                prints.0.truncate(1);
                prints.0[0].finger = FingerPosition::Unknown;
            }
            let part = &mut parts[places[person]];
            for index in [&mut one, part] {
                index.insert(10 * person as u64, reference(person), &prints).unwrap();
            }
            if seal[person] {
                part.seal();
            }
        }
        for person in removed {
            one.remove(reference(person));
            parts[places[person]].remove(reference(person));
        }
        let probe = PersonCylinders(PROBES[probe].0[..fingers].to_vec());
        let options = SearchOptions { below_sequence: below, ..SearchOptions::default() };
        let parts: Vec<&Index> = parts.iter().collect();
        let expected = narrowly(&[&one], &probe, &options, most);
        prop_assert_eq!(narrowly(&parts, &probe, &options, most), expected);
        let begun: Vec<PartialSearch> =
            parts.iter().map(|part| part.begin(&probe, &options)).collect();
        let people = begun.iter().map(|part| part.tally().total()).sum();
        let asked = Asked { probe: &probe, assignment: Assignment::AsStated, people };
        let mut ranked = rank_parts(&probe, Assignment::AsStated, begun);
        ranked.truncate(promising(&asked, &ranked, options.shortlist));
        prop_assert_eq!(ranked, one.search(&probe, &options));
    }
}

#[test]
fn a_search_sees_the_index_as_it_was() {
    let mut index = everybody(&[false; PEOPLE]);
    let options = SearchOptions::default();
    let expected = index.search(&PROBES[5], &options);
    let begun = index.begin(&PROBES[5], &options);
    index.remove(reference(5));
    index.insert(1_000, reference(PEOPLE), &ENROLLED[5]).unwrap();
    index.compact();
    assert_eq!(
        rank_parts(&PROBES[5], Assignment::AsStated, vec![begun])[..expected.len()],
        expected
    );
}

#[test]
fn who_is_removed_is_not_found_and_leaves_nothing() {
    let mut seal = [false; PEOPLE];
    seal[20] = true;
    seal[PEOPLE - 1] = true;
    let mut index = everybody(&seal);
    assert!(index.remove(reference(3)) && !index.remove(reference(3)));
    assert!(
        !index
            .search(&PROBES[3], &SearchOptions::default())
            .iter()
            .any(|f| f.reference == reference(3))
    );
    let before = index.memory().bits;
    index.compact();
    assert_eq!(index.len(), PEOPLE - 1);
    assert_eq!(index.segments().map(Segment::len).sum::<usize>(), PEOPLE - 1);
    assert!(index.memory().bits < before);
    assert!(!index.segments().any(|segment| segment.people.references.contains(&reference(3))));
}

#[test]
fn a_united_index_answers_the_same_from_one_segment() {
    let mut seal = [false; PEOPLE];
    seal[10] = true;
    seal[30] = true;
    let mut index = everybody(&seal);
    assert!(index.remove(reference(12)));
    let options = SearchOptions::default();
    let before = by_votes(&index, &PROBES[17], &options);
    index.unite();
    assert_eq!(by_votes(&index, &PROBES[17], &options), before);
    assert_eq!(index.segments().map(Segment::len).collect::<Vec<_>>(), [PEOPLE - 1]);
    for person in 0..PEOPLE {
        index.remove(reference(person));
    }
    index.unite();
    assert_eq!(index.segments().len(), 0);
}

#[test]
fn only_those_asked_for_are_found() {
    let index = everybody(&[false; PEOPLE]);
    let few = [3, 9, 17, PEOPLE + 5].map(reference);
    let among = Some(std::sync::Arc::new(few.into()));
    let options = SearchOptions { among, ..SearchOptions::default() };
    let found = index.search(&PROBES[17], &options);
    assert_eq!((found.len(), found[0].reference), (3, reference(17)));
    assert!(found.iter().all(|found| few.contains(&found.reference)));
}

#[test]
fn a_new_enrolment_replaces_the_old_one() {
    let mut index = everybody(&[false; PEOPLE]);
    assert_eq!(
        index.insert(5, reference(0), &ENROLLED[1]),
        Err(IndexError::Sequence { given: 5, last: 470 })
    );
    index.insert(1_000, reference(0), &ENROLLED[40]).unwrap();
    assert_eq!(index.len(), PEOPLE);
    let found = index.search(&PROBES[40], &SearchOptions::default());
    assert_eq!([found[0].sequence, found[1].sequence], [400, 1_000]);
    let found = index.search(&PROBES[0], &SearchOptions::default());
    assert!(!found.iter().any(|found| found.sequence == 0));
}

#[test]
fn swapped_hands_are_found_when_asked_for() {
    let index = everybody(&[false; PEOPLE]);
    for person in [0, 7] {
        let swapped = templates(person as u64, 1);
        let swapped: Fingers = swapped
            .into_iter()
            .map(|(finger, print)| (Assignment::HandsExchanged.partner(finger), print))
            .collect();
        let probe = cylinders(&swapped);
        let as_stated = SearchOptions::default();
        let options =
            SearchOptions { assignment: Assignment::HandsExchanged, ..SearchOptions::default() };
        assert_eq!(by_votes(&index, &probe, &options)[0].reference, reference(person));
        assert!(by_votes(&index, &probe, &as_stated).iter().all(|f| f.likeness < 1 << 20));
    }
}

#[test]
fn unknown_positions_are_compared_with_every_finger() {
    let unknown = |print: &Fingers| {
        let one = &print[6].1;
        PersonCylinders::from_templates([(FingerPosition::Unknown, one)])
    };
    let mut index = everybody(&[false; PEOPLE]);
    index.insert(2_000, GalleryReference(0), &unknown(&templates(99, 0))).unwrap();
    let options = SearchOptions::default();
    let first = |person: &usize| {
        let probe = unknown(&templates(*person as u64, 1));
        index.search(&probe, &options)[0].reference == reference(*person)
    };
    assert!((0..12).filter(first).count() >= 9);
    let probe = cylinders(&templates(99, 1));
    for most in [[100; 3], [5, 100, 100]] {
        let found = narrowly(&[&index], &probe, &options, most);
        assert_eq!(found[0].reference, GalleryReference(0));
    }
}

#[test]
fn empty_probes_and_indexes_find_nobody() {
    let nobody = PersonCylinders::default();
    let mut index = Index::new(&key(), Parameters::default());
    assert!(index.search(&PROBES[0], &SearchOptions::default()).is_empty());
    index.insert(1, reference(0), &nobody).unwrap();
    index.seal();
    index.compact();
    let found = index.search(&nobody, &SearchOptions::default());
    assert!(found.iter().all(|found| found.likeness == 0));
    assert!(index.remove(reference(0)) && index.is_empty());
}

#[test]
fn another_key_makes_other_postings_and_the_same_answers() {
    let first = everybody(&[true; PEOPLE]);
    let mut second = Index::new(&IndexKey::new([10; 32]), Parameters::default());
    for (person, prints) in ENROLLED.iter().enumerate() {
        second.insert(10 * person as u64, reference(person), prints).unwrap();
    }
    second.seal();
    let bytes = |index: &Index| index.segments().next().unwrap().postings.bytes.clone();
    assert_ne!(bytes(&first), bytes(&second));
    let options = SearchOptions::default();
    let found = [&first, &second].map(|index| index.search(&PROBES[5], &options)[0]);
    assert_eq!(found[0].reference, found[1].reference);
    assert_eq!(found[0].likeness, found[1].likeness);
}

#[test]
fn a_shortlist_is_compared_in_full() {
    let index = everybody(&[false; PEOPLE]);
    let person = |fingers: &Fingers| {
        PersonTemplates::from_templates(fingers.iter().map(|(finger, print)| (*finger, print)))
    };
    let shortlist =
        index.search(&PROBES[17], &SearchOptions { shortlist: 5, ..SearchOptions::default() });
    let fetch = |reference: GalleryReference, wanted: &[FingerPosition]| {
        let stored = templates((1_000 - reference.0) as u64, 0);
        Some(person(&stored.into_iter().filter(|(finger, _)| wanted.contains(finger)).collect()))
    };
    let found =
        compare_shortlist(&person(&templates(17, 1)), &shortlist, Assignment::AsStated, fetch);
    assert_eq!(found[0].reference, reference(17));
    assert!(found[0].score > crate::CANDIDATE_THRESHOLD && found[0].fingers.len() == 10);
    assert!(found.iter().skip(1).all(|other| other.score < 0));
    assert!(
        compare_shortlist(&person(&templates(17, 1)), &shortlist, Assignment::AsStated, |_, _| {
            None
        })
        .is_empty()
    );
}
