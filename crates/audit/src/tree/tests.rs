//! The tree against published values, against the definition written out, and against forgery.

use proptest::prelude::*;

use super::*;
use crate::hash::leaf_hash;

/// Entries and roots that implementations of RFC 6962 share as test values.
const ENTRIES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn published_roots() {
    let mut frontier = Frontier::default();
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(hex::encode(frontier.root()), *root, "size {size}");
        if let Some(entry) = ENTRIES.get(size) {
            frontier.push(leaf_hash(&hex::decode(entry).unwrap()), |_| ());
        }
    }
}

/// MTH of RFC 6962 §2.1, word for word.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [one] => *one,
        many => {
            let k = many.len().next_power_of_two() / 2;
            node_hash(&mth(&many[..k]), &mth(&many[k..]))
        }
    }
}

/// PATH of RFC 6962 §2.1.1, word for word.
fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut proof, sibling) =
        if m < k { (path(m, left), mth(right)) } else { (path(m - k, right), mth(left)) };
    proof.push(sibling);
    proof
}

/// SUBPROOF of RFC 6962 §2.1.2, word for word.
fn subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if whole { Vec::new() } else { vec![mth(leaves)] };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut proof, sibling) = if m <= k {
        (subproof(m, left, whole), mth(right))
    } else {
        (subproof(m - k, right, false), mth(left))
    };
    proof.push(sibling);
    proof
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|at| leaf_hash(&at.to_be_bytes())).collect()
}

/// A store that grew by `batch` leaves at a time, each time from the root nodes alone.
fn grown(leaves: &[Hash], batch: usize) -> Nodes {
    let mut stored = Nodes::new();
    let mut size = 0;
    for batch in leaves.chunks(batch) {
        let edge = only(&stored, &root_nodes(size));
        for node in append(size, batch, &edge).unwrap() {
            assert_eq!(stored.insert(node.at, node.hash), None, "written twice");
        }
        size += batch.len() as u64;
    }
    stored
}

/// Exactly the nodes that were asked for: a computation that needs more fails.
fn only(stored: &Nodes, wanted: &[NodeAt]) -> Nodes {
    wanted.iter().map(|at| (*at, stored[at])).collect()
}

#[test]
fn agrees_with_the_definition_at_every_size() {
    let all = leaves(67);
    let stored = grown(&all, 1);
    assert_eq!(stored, grown(&all, 13));
    for size in 0..=all.len() as u64 {
        let now = &all[..size as usize];
        let whole = mth(now);
        assert_eq!(root(size, &only(&stored, &root_nodes(size))), Ok(whole));
        for index in 0..size {
            let needed = only(&stored, &inclusion_nodes(index, size).unwrap());
            let proof = inclusion_proof(index, size, &needed).unwrap();
            assert_eq!(proof, path(index as usize, now), "{index} of {size}");
            let leaf = &now[index as usize];
            assert_eq!(verify_inclusion(leaf, index, size, &proof, &whole), Ok(()));
        }
        for old in 0..=size {
            let needed = only(&stored, &consistency_nodes(old, size).unwrap());
            let proof = consistency_proof(old, size, &needed).unwrap();
            let expected = if old == 0 { Vec::new() } else { subproof(old as usize, now, true) };
            assert_eq!(proof, expected, "{old} to {size}");
            let before = mth(&now[..old as usize]);
            assert_eq!(verify_consistency((old, &before), (size, &whole), &proof), Ok(()));
        }
    }
}

#[test]
fn outside_and_missing() {
    let none = Nodes::new();
    assert_eq!(inclusion_proof(3, 3, &none), Err(TreeError::Outside { inner: 3, size: 3 }));
    assert_eq!(consistency_nodes(4, 3), Err(TreeError::Outside { inner: 4, size: 3 }));
    assert_eq!(root(2, &none), Err(TreeError::NodeMissing { level: 1, index: 0 }));
    assert_eq!(append(1, &[[0; 32]], &none), Err(TreeError::NodeMissing { level: 0, index: 0 }));
    // The largest sizes neither overflow nor loop.
    assert!(inclusion_nodes(u64::MAX - 1, u64::MAX).unwrap().len() <= 64 * 64);
    assert!(consistency_nodes(u64::MAX - 1, u64::MAX).unwrap().len() <= 64 * 64);
    assert_eq!(root_nodes(u64::MAX).len(), 64);
    assert!(verify_inclusion(&[0; 32], 0, u64::MAX, &[], &[0; 32]).is_err());
}

proptest! {
    #[test]
    fn no_altered_inclusion_proof_verifies(
        size in 1_u64..200, index in 0_u64..200, flip in 0_usize..9, bit in 0_usize..256, other in 0_u64..200,
    ) {
        let index = index % size;
        let all = leaves(size);
        let stored = grown(&all, 200);
        let whole = mth(&all);
        let good = inclusion_proof(index, size, &stored).unwrap();
        let leaf = all[index as usize];
        let mut bad = good.clone();
        if let Some(hash) = bad.get_mut(flip) {
            hash[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_inclusion(&leaf, index, size, &bad, &whole).is_err());
        }
        let longer = [&good[..], &[[0; 32]]].concat();
        prop_assert!(verify_inclusion(&leaf, index, size, &longer, &whole).is_err());
        if let Some((_, shorter)) = good.split_last() {
            prop_assert!(verify_inclusion(&leaf, index, size, shorter, &whole).is_err());
        }
        if other % size != index {
            prop_assert!(verify_inclusion(&leaf, other % size, size, &good, &whole).is_err());
        }
    }

    #[test]
    fn no_rewritten_history_is_consistent(size in 2_u64..150, old in 1_u64..150, altered in 0_u64..150) {
        let old = 1 + old % (size - 1);
        let all = leaves(size);
        let mut rewritten = all.clone();
        rewritten[(altered % old) as usize] = [7; 32];
        let stored = grown(&rewritten, 200);
        let proof = consistency_proof(old, size, &stored).unwrap();
        let (before, now) = (mth(&all[..old as usize]), mth(&rewritten));
        prop_assert!(verify_consistency((old, &before), (size, &now), &proof).is_err());
    }
}
