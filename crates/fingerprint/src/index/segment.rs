//! Persons that no longer change: their bits and their sorted entries.

use super::people::People;
use super::postings::{Entry, Postings};

/// Most persons of a segment, so that its bytes are counted in 32 bits.
pub(super) const MOST_PEOPLE: usize = 1 << 19;

/// An immutable part of an index. Any number of them, of any sizes, answer like one.
#[derive(Clone)]
pub struct Segment {
    pub(super) people: People,
    pub(super) postings: Postings,
    /// Number of entries.
    pub(super) entries: u64,
}

/// Biometric data: only sizes are shown.
impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segment({} persons, {} entries)", self.people.len(), self.entries)
    }
}

impl Segment {
    /// Number of persons, those included that an index has since removed.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there are no persons.
    pub fn is_empty(&self) -> bool {
        self.people.len() == 0
    }

    /// One segment with the persons of both that are to be kept, those of the first before those of
    /// the second. Of the others nothing is left.
    pub(super) fn merge(
        first: (&Self, &dyn Fn(usize) -> bool),
        second: (&Self, &dyn Fn(usize) -> bool),
    ) -> Self {
        let mut people = People::default();
        let sum = |part: fn(&People) -> usize| part(&first.0.people) + part(&second.0.people);
        people.reserve(sum(People::len), sum(|people| people.bits.len()));
        let numbers = [first, second].map(|(segment, kept)| renumber(segment, kept, &mut people));
        let [firsts, seconds] =
            [(first.0, &numbers[0]), (second.0, &numbers[1])].map(|(segment, numbers)| {
                segment.postings.iter().filter_map(move |entry| {
                    let person = numbers[entry.person as usize]?;
                    Some(Entry { key: entry.key, person })
                })
            });
        let mut entries = 0;
        let merged = Merged { first: firsts.peekable(), second: seconds.peekable() };
        let counted = merged.inspect(|_| entries += 1);
        let expected = first.0.entries + second.0.entries;
        let postings = Postings::of(counted, expected, people.len());
        Self { people, postings, entries }
    }
}

/// Copies the persons to be kept; says which number each has now.
fn renumber(
    segment: &Segment,
    kept: &dyn Fn(usize) -> bool,
    people: &mut People,
) -> Vec<Option<u32>> {
    (0..segment.people.len())
        .map(|person| {
            kept(person).then(|| {
                people.push_from(&segment.people, person);
                people.len() as u32 - 1
            })
        })
        .collect()
}

/// Two sorted sequences as one.
struct Merged<A: Iterator<Item = Entry>, B: Iterator<Item = Entry>> {
    first: std::iter::Peekable<A>,
    second: std::iter::Peekable<B>,
}

impl<A: Iterator<Item = Entry>, B: Iterator<Item = Entry>> Iterator for Merged<A, B> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        match (self.first.peek(), self.second.peek()) {
            (Some(a), Some(b)) if b < a => self.second.next(),
            (Some(_), _) => self.first.next(),
            (None, _) => self.second.next(),
        }
    }
}
