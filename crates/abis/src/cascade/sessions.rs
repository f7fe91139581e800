//! Searches between two phases.

use std::collections::{HashMap, VecDeque};

use niims_fingerprint::index::PartialSearch;

/// Searches kept at once. Each holds a byte for everybody in its first round. One that is pushed out is
/// only repeated.
const MOST: usize = 32;

/// A search and the cuts it has seen.
pub(super) struct Session {
    pub(super) search: PartialSearch,
    pub(super) cuts: Vec<u16>,
}

/// The searches under way.
#[derive(Default)]
pub(super) struct Sessions {
    by_id: HashMap<[u8; 16], Session>,
    /// Oldest first; may name some that are over.
    order: VecDeque<[u8; 16]>,
}

impl Sessions {
    /// Takes out the search with this id if it has seen the first of these cuts and no others.
    pub(super) fn take(&mut self, id: &[u8; 16], cuts: &[u16]) -> Option<Session> {
        self.by_id.remove(id).filter(|session| cuts.starts_with(&session.cuts))
    }

    /// Keeps a search; the oldest goes when there are too many.
    pub(super) fn put(&mut self, id: [u8; 16], session: Session) {
        if self.by_id.insert(id, session).is_none() {
            self.order.push_back(id);
        }
        while self.by_id.len() > MOST || self.order.len() > 4 * MOST {
            let Some(oldest) = self.order.pop_front() else { break };
            self.by_id.remove(&oldest);
        }
    }
}
