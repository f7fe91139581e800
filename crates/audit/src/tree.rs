//! The Merkle tree of RFC 6962 over stored hashes of complete subtrees.
//!
//! Node `(level, index)` is the hash over the leaves `index << level` up to
//! `(index + 1) << level`. A complete subtree never changes, so each node is written once.
//! Functions ending in `_nodes` say which nodes a computation needs; fetch them from
//! wherever they lie, then call the function without that ending.

use std::collections::BTreeMap;

use crate::hash::{Hash, empty_root, node_hash};

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeAt {
    /// Height above the leaves, 0 to 63.
    pub level: u8,
    /// Place within the level, from 0.
    pub index: u64,
}

/// A node with its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Where it stands.
    pub at: NodeAt,
    /// Its hash.
    pub hash: Hash,
}

/// Nodes that were fetched.
pub type Nodes = BTreeMap<NodeAt, Hash>;

/// Why a computation or a proof fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A node that the computation needs was not given.
    #[error("node {index} of level {level} is missing")]
    NodeMissing {
        /// Its level.
        level: u8,
        /// Its index.
        index: u64,
    },
    /// The leaf or the older tree lies outside the tree.
    #[error("{inner} lies outside a tree of {size} leaves")]
    Outside {
        /// Index of the leaf, or size of the older tree.
        inner: u64,
        /// Size of the tree.
        size: u64,
    },
    /// The proof does not lead from the leaf to the root.
    #[error("the inclusion proof does not lead to the root")]
    Inclusion,
    /// The proof does not lead from the older root to the newer.
    #[error("the consistency proof does not lead from the older root to the newer")]
    Consistency,
}

impl TreeError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NodeMissing { .. } => "tree.node_missing",
            Self::Outside { .. } => "tree.outside",
            Self::Inclusion => "tree.inclusion",
            Self::Consistency => "tree.consistency",
        }
    }
}

/// The complete subtrees that make up a tree of `size` leaves, left to right. They are what
/// [`root`] and [`append`] need; at most 64.
pub fn root_nodes(size: u64) -> Vec<NodeAt> {
    span_nodes(Span { start: 0, end: size })
}

/// Root hash of the tree of `size` leaves, from its [`root_nodes`].
///
/// # Errors
/// [`TreeError::NodeMissing`].
pub fn root(size: u64, nodes: &Nodes) -> Result<Hash, TreeError> {
    if size == 0 {
        return Ok(empty_root());
    }
    span_hash(Span { start: 0, end: size }, nodes)
}

/// The nodes that come into being when `leaves` (their hashes) join a tree of `size`
/// leaves, from that tree's [`root_nodes`]. Store them all; none of them existed before.
///
/// # Errors
/// [`TreeError::NodeMissing`].
pub fn append(size: u64, leaves: &[Hash], nodes: &Nodes) -> Result<Vec<Node>, TreeError> {
    let mut frontier = Frontier::new(size, nodes)?;
    let mut made = Vec::with_capacity(leaves.len() * 2);
    for leaf in leaves {
        frontier.push(*leaf, |node| made.push(node));
    }
    Ok(made)
}

/// The nodes that [`inclusion_proof`] needs.
///
/// # Errors
/// [`TreeError::Outside`] when there is no such leaf.
pub fn inclusion_nodes(index: u64, size: u64) -> Result<Vec<NodeAt>, TreeError> {
    Ok(inclusion_spans(index, size)?.into_iter().flat_map(span_nodes).collect())
}

/// Proof that leaf `index` is in the tree of `size` leaves, sibling of the leaf first.
///
/// # Errors
/// [`TreeError::Outside`], [`TreeError::NodeMissing`].
pub fn inclusion_proof(index: u64, size: u64, nodes: &Nodes) -> Result<Vec<Hash>, TreeError> {
    inclusion_spans(index, size)?.into_iter().map(|span| span_hash(span, nodes)).collect()
}

/// Verifies an inclusion proof (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`TreeError::Outside`], [`TreeError::Inclusion`].
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), TreeError> {
    if index >= size {
        return Err(TreeError::Outside { inner: index, size });
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(TreeError::Inclusion);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 && hash == *root { Ok(()) } else { Err(TreeError::Inclusion) }
}

/// The nodes that [`consistency_proof`] needs.
///
/// # Errors
/// [`TreeError::Outside`] when the older tree is the larger.
pub fn consistency_nodes(old: u64, size: u64) -> Result<Vec<NodeAt>, TreeError> {
    Ok(consistency_spans(old, size)?.into_iter().flat_map(span_nodes).collect())
}

/// Proof that the tree of `old` leaves is the beginning of the tree of `size` leaves
/// (RFC 6962 §2.1.2). Empty when `old` is 0 or `size`.
///
/// # Errors
/// [`TreeError::Outside`], [`TreeError::NodeMissing`].
pub fn consistency_proof(old: u64, size: u64, nodes: &Nodes) -> Result<Vec<Hash>, TreeError> {
    consistency_spans(old, size)?.into_iter().map(|span| span_hash(span, nodes)).collect()
}

/// Verifies a consistency proof (RFC 9162 §2.1.4.2).
///
/// # Errors
/// [`TreeError::Outside`], [`TreeError::Consistency`].
pub fn verify_consistency(
    (old, old_root): (u64, &Hash),
    (size, root): (u64, &Hash),
    proof: &[Hash],
) -> Result<(), TreeError> {
    if old > size {
        return Err(TreeError::Outside { inner: old, size });
    }
    if old == 0 || old == size {
        let same = if old == 0 { *old_root == empty_root() } else { old_root == root };
        return if same && proof.is_empty() { Ok(()) } else { Err(TreeError::Consistency) };
    }
    let (first, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(TreeError::Consistency)?
    };
    let (mut node, mut last) = (old - 1, size - 1);
    let shared = node.trailing_ones();
    node >>= shared;
    last >>= shared;
    let (mut older, mut newer) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return Err(TreeError::Consistency);
        }
        if node & 1 == 1 || node == last {
            older = node_hash(sibling, &older);
            newer = node_hash(sibling, &newer);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            newer = node_hash(&newer, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 && older == *old_root && newer == *root {
        Ok(())
    } else {
        Err(TreeError::Consistency)
    }
}

/// The right edge of a growing tree: its complete subtrees, largest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// The edge of the tree of `size` leaves, from its [`root_nodes`].
    ///
    /// # Errors
    /// [`TreeError::NodeMissing`].
    pub fn new(size: u64, nodes: &Nodes) -> Result<Self, TreeError> {
        let subtrees = root_nodes(size).into_iter().map(|at| get(at, nodes));
        Ok(Self { size, subtrees: subtrees.collect::<Result<_, _>>()? })
    }

    /// Leaves so far.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf and tells `made` every node that became complete by it, leaf first.
    pub fn push(&mut self, leaf: Hash, mut made: impl FnMut(Node)) {
        let mut hash = leaf;
        made(Node { at: NodeAt { level: 0, index: self.size }, hash });
        // Each trailing one of the size is a complete subtree waiting for its right twin.
        for level in 1..=self.size.trailing_ones() {
            let Some(left) = self.subtrees.pop() else { break };
            hash = node_hash(&left, &hash);
            made(Node { at: NodeAt { level: level as u8, index: self.size >> level }, hash });
        }
        self.subtrees.push(hash);
        self.size += 1;
    }

    /// Root hash of the tree so far.
    pub fn root(&self) -> Hash {
        let joined =
            self.subtrees.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        joined.unwrap_or_else(empty_root)
    }
}

/// Leaves `start..end` whose hash is one node of some tree: `start` is a multiple of the
/// largest power of two within the length.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u64,
    end: u64,
}

impl Span {
    const fn length(self) -> u64 {
        self.end - self.start
    }

    /// Left and right child; the left is the largest power of two below the length.
    const fn split(self) -> (Self, Self) {
        let half = 1 << (self.length() - 1).ilog2();
        let middle = self.start + half;
        (Self { start: self.start, end: middle }, Self { start: middle, end: self.end })
    }
}

fn inclusion_spans(index: u64, size: u64) -> Result<Vec<Span>, TreeError> {
    if index >= size {
        return Err(TreeError::Outside { inner: index, size });
    }
    let mut spans = Vec::new();
    let mut span = Span { start: 0, end: size };
    while span.length() > 1 {
        let (left, right) = span.split();
        let (inside, sibling) = if index < right.start { (left, right) } else { (right, left) };
        spans.push(sibling);
        span = inside;
    }
    spans.reverse();
    Ok(spans)
}

fn consistency_spans(old: u64, size: u64) -> Result<Vec<Span>, TreeError> {
    if old > size {
        return Err(TreeError::Outside { inner: old, size });
    }
    let mut spans = Vec::new();
    let mut span = Span { start: 0, end: size };
    // SUBPROOF of RFC 6962: down the edge of the older tree until it fills a subtree.
    while old > 0 && old < span.end {
        let (left, right) = span.split();
        let (inside, sibling) = if old <= right.start { (left, right) } else { (right, left) };
        spans.push(sibling);
        span = inside;
    }
    // The subtree reached is part of the proof unless it is the older tree itself.
    if old > 0 && old < size && span.start > 0 {
        spans.push(span);
    }
    spans.reverse();
    Ok(spans)
}

fn span_nodes(span: Span) -> Vec<NodeAt> {
    let mut nodes = Vec::new();
    let mut start = span.start;
    for level in (0..64_u8).rev() {
        if span.length() >> level & 1 == 1 {
            nodes.push(NodeAt { level, index: start >> level });
            start += 1 << level;
        }
    }
    nodes
}

fn span_hash(span: Span, nodes: &Nodes) -> Result<Hash, TreeError> {
    let mut joined = None;
    for at in span_nodes(span).into_iter().rev() {
        let hash = get(at, nodes)?;
        joined = Some(joined.map_or(hash, |right| node_hash(&hash, &right)));
    }
    Ok(joined.unwrap_or_else(empty_root))
}

fn get(at: NodeAt, nodes: &Nodes) -> Result<Hash, TreeError> {
    let NodeAt { level, index } = at;
    nodes.get(&at).copied().ok_or(TreeError::NodeMissing { level, index })
}

#[cfg(test)]
mod tests;
