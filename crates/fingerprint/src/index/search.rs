//! A search: votes by key, then bits, each round with fewer persons.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::Index;
use super::people::People;
use super::prints::PersonCylinders;
use super::query::{Finger, Query, SearchOptions};
use super::ranking::{Shortlisted, merge_rankings, promising};
use super::rounds::{Asked, Round, VOTE_WORTH, trusts_votes};
use super::tally::{Level, Tally};
use super::view::View;
use crate::person::Assignment;

/// Persons who are compared together with one finger after the other, so that the finger's layout
/// stays in the nearest memory.
const TOGETHER: usize = 256;
/// Persons whose votes are looked at together.
const BLOCK: usize = 64;
/// Persons ahead of the comparison whose bits are asked for.
const AHEAD: usize = 6;

impl Index {
    /// The persons worth a full comparison, most alike first, equal ones in order of enrolment.
    ///
    /// The result depends on who is enrolled and on nothing else: not on segments, threads or kernel.
    pub fn search(&self, probe: &PersonCylinders, options: &SearchOptions) -> Vec<Shortlisted> {
        let begun = self.begin(probe, options);
        let (assignment, people) = (options.assignment, begun.tally().total());
        let mut ranked = rank_parts(probe, assignment, vec![begun]);
        let asked = Asked { probe, assignment, people };
        ranked.truncate(promising(&asked, &ranked, options.shortlist));
        ranked
    }

    /// Begins a search of this index, which may be one part of a gallery, and counts votes. The search
    /// sees who is enrolled now, whatever happens to the index afterwards.
    pub fn begin(&self, probe: &PersonCylinders, options: &SearchOptions) -> PartialSearch {
        self.seen_now().begin(probe, options)
    }

    /// What a search that begins now sees. Whoever guards an index by a lock takes this under the lock and
    /// searches without it: a search waits for other threads, and these may wait for the lock.
    pub fn seen_now(&self) -> IndexView {
        IndexView(self.view.clone())
    }
}

/// An index as it was at one moment; taking it copies a few pointers.
#[derive(Clone)]
pub struct IndexView(View);

/// Biometric data: only sizes are shown.
impl std::fmt::Debug for IndexView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IndexView({} segments)", self.0.segments.len())
    }
}

impl IndexView {
    /// As [`Index::begin`].
    pub fn begin(self, probe: &PersonCylinders, options: &SearchOptions) -> PartialSearch {
        let view = self.0;
        let query = Query::new(&view, probe, trusts_votes(probe), options);
        let votes = match &query.keys {
            Some(keys) => keys.vote(&view),
            None => view.parts().map(|(people, _)| vec![0; people.len()]).collect(),
        };
        PartialSearch { view, query, round: Some(Round::Votes), votes, persons: Vec::new() }
    }
}

/// Everybody of a gallery whose parts have begun a search for this probe, most alike first.
///
/// The same as one index of all the people would give. Parts on other machines do the same by hand:
/// tallies go one way, levels the other, and [`merge_rankings`] joins what is left.
pub fn rank_parts(
    probe: &PersonCylinders,
    assignment: Assignment,
    parts: Vec<PartialSearch>,
) -> Vec<Shortlisted> {
    let mut people = 0;
    rank_by(parts, |round, tally| {
        if round == Round::Votes {
            people = tally.total();
        }
        round.cut(&Asked { probe, assignment, people }, tally)
    })
}

/// The same with any rule for the cuts.
pub(super) fn rank_by(
    mut parts: Vec<PartialSearch>,
    mut cut: impl FnMut(Round, &Tally) -> Level,
) -> Vec<Shortlisted> {
    for round in Round::ALL {
        let mut tally = Tally::default();
        for part in &parts {
            tally.add(&part.tally());
        }
        let cut = cut(round, &tally);
        for part in &mut parts {
            part.narrow(cut);
        }
    }
    merge_rankings(parts.into_iter().map(PartialSearch::ranking))
}

/// A search of one part of a gallery, between two rounds.
pub struct PartialSearch {
    view: View,
    query: Query,
    /// The round whose levels are counted next; none after the last.
    round: Option<Round>,
    /// Of everybody of each part of the index; empty after the first round.
    votes: Vec<Vec<u8>>,
    /// Who is left after the first round.
    persons: Vec<Person>,
}

/// Biometric data: only sizes are shown.
impl std::fmt::Debug for PartialSearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PartialSearch({} persons left, {:?} next)", self.persons.len(), self.round)
    }
}

/// Part of the index, number of the person in it, and what has been found out.
#[derive(Clone, Copy)]
struct Person {
    part: u32,
    number: u32,
    votes: u8,
    likeness: u64,
}

impl Person {
    /// By likeness and votes together: one finger alone, which may be the poor one of ten, must not
    /// outweigh the keys of all.
    fn level(&self) -> Level {
        Level::of_likeness(self.likeness + VOTE_WORTH * u64::from(self.votes))
    }
}

impl PartialSearch {
    /// How many persons are at each level in the present round; nobody after the last.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        match self.round {
            Some(Round::Votes) => self.tally_votes(&mut tally),
            Some(_) => {
                self.persons.iter().for_each(|person| tally.count(person.level()));
            }
            None => {}
        }
        tally
    }

    /// Ends the present round: those below `cut`, the level that [`Round::cut`] gave for the whole
    /// gallery, are left out, and the others compared with the fingers of the next round. Does
    /// nothing after the last.
    pub fn narrow(&mut self, cut: Level) {
        let Some(round) = self.round else { return };
        let compared = self.compared();
        match round {
            Round::Votes => {
                let mut persons = Vec::new();
                self.each_level(cut.least_votes(), &mut |level, person| {
                    if level >= cut {
                        persons.push(person);
                    }
                });
                self.persons = persons;
                self.votes = Vec::new();
            }
            _ => self.persons.retain(|person| person.level() >= cut),
        }
        let fingers = &self.query.fingers;
        let fingers =
            &fingers[compared..round.fingers(self.query.keys.is_some()).min(fingers.len())];
        add_likeness(&self.view, &self.query, fingers, &mut self.persons);
        self.round = round.next();
    }

    /// Who is left, most alike first; to be joined with the other parts' by [`merge_rankings`].
    pub fn ranking(self) -> Vec<Shortlisted> {
        let parts: Vec<&People> = self.view.parts().map(|(people, _)| people).collect();
        let shortlisted = self.persons.iter().map(|one| {
            let (people, number) = (parts[one.part as usize], one.number as usize);
            let (reference, sequence) = (people.references[number], people.sequences[number]);
            Shortlisted { reference, sequence, votes: one.votes, likeness: one.likeness }
        });
        merge_rankings([shortlisted.collect()])
    }

    /// Number of fingers that have been compared by bits.
    fn compared(&self) -> usize {
        let before = Round::ALL.into_iter().take_while(|round| Some(*round) < self.round);
        let fingers = |round: Round| round.fingers(self.query.keys.is_some());
        before.last().map_or(0, fingers).min(self.query.fingers.len())
    }

    fn tally_votes(&self, tally: &mut Tally) {
        if self.query.options.among.is_some() {
            self.each_level(0, &mut |level, _| tally.count(level));
            return;
        }
        for ((people, removed), votes) in self.view.parts().zip(&self.votes) {
            let number = self.early_enough(people);
            tally.count_votes(&votes[..number], &people.shares[..number], &removed[..number]);
        }
    }

    /// How many of these persons were enrolled early enough to be seen.
    fn early_enough(&self, people: &People) -> usize {
        let below = self.query.options.below_sequence;
        below.map_or(people.len(), |below| people.sequences.partition_point(|s| *s < below))
    }

    /// Those who are enrolled and were so early enough, with at least so many votes, and their level by votes.
    fn each_level(&self, least_votes: u8, with: &mut impl FnMut(Level, Person)) {
        let among = self.query.options.among.as_ref();
        for (part, ((people, removed), votes)) in self.view.parts().zip(&self.votes).enumerate() {
            let votes = &votes[..self.early_enough(people)];
            for (block, together) in votes.chunks(BLOCK).enumerate() {
                // Most blocks have nobody: told by a few instructions on vectors.
                if together.iter().fold(0, |most, votes| most.max(*votes)) < least_votes {
                    continue;
                }
                for (at, votes) in together.iter().enumerate() {
                    let number = block * BLOCK + at;
                    let asked_for =
                        |among: &Arc<BTreeSet<_>>| among.contains(&people.references[number]);
                    if *votes >= least_votes && !removed[number] && among.is_none_or(asked_for) {
                        let level = Level::of_votes(*votes, people.shares[number]);
                        let (part, number) = (part as u32, number as u32);
                        with(level, Person { part, number, votes: *votes, likeness: 0 });
                    }
                }
            }
        }
    }
}

/// Adds to the likeness of each person that of these fingers.
fn add_likeness(view: &View, query: &Query, fingers: &[Finger], persons: &mut [Person]) {
    let parts: Vec<&People> = view.parts().map(|(people, _)| people).collect();
    let kernel = query.options.kernel;
    persons.par_chunks_mut(TOGETHER).for_each(|persons| {
        for finger in fingers {
            for at in 0..persons.len() {
                if let Some(ahead) = persons.get(at + AHEAD) {
                    let people = parts[ahead.part as usize];
                    if let Some(print) = finger.expected(people, ahead.number as usize) {
                        print.prefetch();
                    }
                }
                let person = &mut persons[at];
                let people = parts[person.part as usize];
                person.likeness += finger.likeness(people, person.number as usize, kernel);
            }
        }
    });
}
