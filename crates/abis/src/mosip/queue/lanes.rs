//! Which requests may run side by side.
//!
//! A search must see every insertion that stood before it in the queue, and none may be counted
//! twice. So insertions run beside insertions and searches beside searches, but neither beside the
//! other; two requests about one reference never do; an erasure runs alone.

use crate::mosip::messages::{Operation, Refused, Request};
use crate::subject::PersonReference;

/// What a request needs for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lane {
    /// Nothing: it neither changes nor searches the gallery.
    Free,
    /// Its reference, and that nobody searches meanwhile.
    Insert(PersonReference),
    /// That nothing changes meanwhile.
    Search,
    /// Everything.
    Alone,
}

impl Lane {
    pub(super) fn of(request: &Result<Request, Refused>) -> Self {
        match request.as_ref().map(|request| &request.operation) {
            Ok(Operation::Insert(insert)) => Self::Insert(insert.reference.clone()),
            Ok(Operation::Identify(_)) => Self::Search,
            Ok(Operation::Delete(_)) => Self::Alone,
            Ok(Operation::Ping | Operation::PendingJobs | Operation::ReferenceCount) | Err(_) => {
                Self::Free
            }
        }
    }

    fn goes_beside(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Free, _) | (_, Self::Free) | (Self::Search, Self::Search) => true,
            (Self::Insert(one), Self::Insert(another)) => one != another,
            _ => false,
        }
    }
}

/// The place of the waiting request that may begin next, if any may: the first one, or one further
/// back that needs nothing.
pub(super) fn next<'l>(
    running: &(impl Iterator<Item = &'l Lane> + Clone),
    waiting: impl Iterator<Item = &'l Lane>,
) -> Option<usize> {
    let mut blocked = false;
    for (place, lane) in waiting.enumerate() {
        if *lane == Lane::Free {
            return Some(place);
        }
        if !blocked && running.clone().all(|other| lane.goes_beside(other)) {
            return Some(place);
        }
        blocked = true;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert(name: &str) -> Lane {
        Lane::Insert(PersonReference::new(name).unwrap())
    }

    #[test]
    fn order_is_kept_where_it_matters() {
        use Lane::{Alone, Free, Search};
        let check = |running: &[Lane], waiting: &[Lane], want: Option<usize>| {
            assert_eq!(next(&running.iter(), waiting.iter()), want, "{running:?} {waiting:?}");
        };
        check(&[], &[], None);
        check(&[], &[insert("a"), Search], Some(0));
        // A search waits for the insertions before it, and those behind it wait for the search.
        check(&[insert("a")], &[Search, insert("b")], None);
        check(&[insert("a")], &[insert("b"), Search], Some(0));
        check(&[insert("a")], &[insert("a")], None);
        check(&[Search], &[Search, insert("a")], Some(0));
        check(&[Search], &[insert("a"), Search], None);
        check(&[Search], &[Alone], None);
        check(&[Alone], &[insert("a"), Search, Alone], None);
        check(&[Alone], &[insert("a"), Search, Free], Some(2));
        check(&[Free, Free], &[Alone], Some(0));
    }
}
