//! SSZ-1, SSZ-2: branches and multiproofs.

use crate::session::{Session, cases};
use alloy_primitives::{B256, U256};
use bindings::Revert;
use light_client::ssz::{Node, branch_root, multiproof_root};
use testkit::{beacon::ssz, dice::Dice};

alloy_sol_types::sol! {
    #[derive(Debug)]
    interface Harness {
        function branchRoot(bytes32 leaf, bytes32[] calldata branch, uint256 gindex) external view returns (bytes32);
        function multiproofRoot(
            uint256[] calldata positions,
            bytes32[] calldata leaves,
            uint256 depth,
            bytes32[] calldata witness
        ) external view returns (bytes32);
    }
}

/// Every index of every set, those of block roots with a root below, and some that nobody uses.
const INDICES: [u64; 25] = [
    1,
    2,
    25,
    37,
    54,
    55,
    69,
    86,
    87,
    105,
    169,
    352,
    412,
    735,
    812,
    2_856,
    2_945,
    2_946,
    2_950,
    22_857,
    37 * 8_192 + 8_191,
    69 * 8_192,
    352 * 64 + 63,
    352 << 32,
    u64::MAX,
];

#[test]
fn t3_branches() {
    let mut session = Session::new("ssz branches");
    let to = session.harnesses(&["BeaconHarness", "BeaconReferenceHarness"]);
    for _ in 0..cases() {
        let dice = &mut session.dice;
        let gindex = *dice.one_of(&INDICES);
        let shift = *dice.one_of(&[0, 0, 0, 1, 63]);
        let gindex = gindex >> shift | 1;
        let depth = gindex.ilog2() as usize;
        let (name, length) = match dice.below(5) {
            0 => ("longer", depth + 1 + dice.below(3)),
            1 => ("shorter", depth.saturating_sub(1 + dice.below(3))),
            _ => ("as due", depth),
        };
        let leaf = B256::from_slice(&dice.bytes(32));
        let branch: Vec<B256> = (0..length).map(|_| B256::from_slice(&dice.bytes(32))).collect();
        session.compare(
            &to,
            name,
            &Harness::branchRootCall { leaf, branch: branch.clone(), gindex: U256::from(gindex) },
            branch_root(&leaf, &branch, gindex).map_err(Revert::from),
        );
    }
    session.finish();
}

#[test]
fn t2_multiproofs() {
    let mut session = Session::new("ssz multiproofs");
    let to = session.harnesses(&["BeaconHarness", "BeaconReferenceHarness"]);
    for _ in 0..cases() / 4 {
        let dice = &mut session.dice;
        let depth = *dice.one_of(&[0u32, 1, 3, 5, 9]);
        let all: Vec<B256> =
            (0..1u64 << depth).map(|_| B256::from_slice(&dice.bytes(32))).collect();
        let odds = 1 + dice.below(12);
        let indices: Vec<usize> = (0..all.len()).filter(|_| dice.one_in(odds)).take(170).collect();
        let mut witness = siblings(&all, depth as usize, &indices);
        let name = spoil(&mut witness, dice);
        let mut nodes: Vec<Node> = indices
            .iter()
            .map(|index| Node { index: u16::try_from(*index).unwrap(), hash: all[*index] })
            .collect();
        let rust = multiproof_root(&mut nodes, depth, &witness);
        if name == "honest" {
            assert_eq!(rust, Ok(ssz::merkleize(&all, depth as usize)));
        }
        session.compare(
            &to,
            name,
            &Harness::multiproofRootCall {
                positions: indices.iter().map(|index| U256::from(*index)).collect(),
                leaves: indices.iter().map(|index| all[*index]).collect(),
                depth: U256::from(depth),
                witness,
            },
            rust.map_err(Revert::from),
        );
    }
    session.finish();
}

/// A node of the witness less, more or changed.
fn spoil(witness: &mut Vec<B256>, dice: &mut Dice) -> &'static str {
    match dice.below(5) {
        0 if !witness.is_empty() => {
            witness.remove(dice.below(witness.len()));
            "witness short"
        }
        1 => {
            let length = 1 + dice.below(3);
            witness.extend(vec![B256::ZERO; length]);
            "witness long"
        }
        2 if !witness.is_empty() => {
            let place = dice.below(witness.len());
            witness[place][0] ^= 1;
            "another sibling"
        }
        _ => "honest",
    }
}

/// The siblings that cannot be computed, level by level, and for no leaf the root.
fn siblings(leaves: &[B256], depth: usize, indices: &[usize]) -> Vec<B256> {
    if indices.is_empty() {
        return vec![ssz::merkleize(leaves, depth)];
    }
    let (mut level, mut known, mut witness) = (leaves.to_vec(), indices.to_vec(), Vec::new());
    for _ in 0..depth {
        witness.extend(known.iter().filter(|i| !known.contains(&(**i ^ 1))).map(|i| level[i ^ 1]));
        level = level.chunks(2).map(|pair| ssz::parent(pair[0], pair[1])).collect();
        known.iter_mut().for_each(|index| *index /= 2);
        known.dedup();
    }
    witness
}
