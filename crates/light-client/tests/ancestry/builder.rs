//! The provers' side: what is built is what is accepted, and what cannot be proven is said in words.

use crate::{
    made::{CONFIG, LENGTH, hash_of, head, header, integer, list, string},
    tree::Tree,
};
use alloy_primitives::{Address, B256, Bytes, hex, keccak256};
use light_client::{
    ancestry::{
        self, HISTORY_ADDRESS, HISTORY_LENGTH,
        builder::{
            Anchor, Error, Means, Older, Place, block_roots, cheapest, header_from_json, kept_hash,
            summaries,
        },
        history_slot,
    },
    beacon::{BeaconHeader, history},
    header::ITEM_NAMES,
    ssz::hash_pair,
};
use mpt_proof::{
    builder::{
        Trie,
        accounts::{AccountProof, SlotProof},
    },
    rlp::{Items, list_exact},
};
use serde_json::{Value, json};

/// A block as a node answers it.
fn json_of(header: &[u8]) -> Value {
    let items = Items::<24>::read(list_exact(header).unwrap()).unwrap();
    let mut block = json!({ "hash": keccak256(header), "size": "0x1" });
    for (name, item) in ITEM_NAMES.iter().zip(items.as_slice()) {
        let digits = hex::encode(item.string().unwrap());
        let quantity = ["number", "timestamp"].contains(name);
        let digits = if quantity { digits.trim_start_matches('0') } else { &digits };
        block[*name] = json!(format!("0x{digits}"));
    }
    block
}

#[test]
fn headers_of_every_length_are_rebuilt_from_json() {
    for items in 15..=23 {
        let expected = header(items, B256::repeat_byte(1), 300, B256::repeat_byte(2));
        let block = json_of(&expected);
        // The number is 0x12c: a quantity of an odd number of digits.
        assert_eq!(block["number"], "0x12c");
        assert_eq!(header_from_json(&block.to_string()), Ok(Bytes::from(expected.clone())));
        let response = json!({ "jsonrpc": "2.0", "id": 1, "result": block }).to_string();
        assert_eq!(header_from_json(&response), Ok(expected.into()));
    }
}

#[test]
fn json_that_is_no_header_is_refused_in_words() {
    let header = header(21, B256::ZERO, 300, B256::ZERO);
    let changed = |name: &str, value: Value| {
        let mut block = json_of(&header);
        block[name] = value;
        header_from_json(&block.to_string()).unwrap_err()
    };
    let words = |name, value| changed(name, value).to_string();
    assert_eq!(words("stateRoot", Value::Null), "not a block in JSON: no stateRoot");
    assert_eq!(words("gasUsed", json!(7)), "not a block in JSON: gasUsed is 7");
    assert_eq!(words("hash", Value::Null), "not a block in JSON: no hash");
    let expected = keccak256(&header);
    let other = changed("number", json!("0x12d"));
    assert!(matches!(other, Error::BlockHash { expected: stated, .. } if stated == expected));
    assert!(matches!(header_from_json("{"), Err(Error::Block { .. })));
}

/// The answer to `eth_getProof`, and the head's header.
fn history_of(number: u64, newer: u64) -> (Vec<u8>, AccountProof) {
    let slot = history_slot(number);
    let storage = Trie::new([(keccak256(slot), string(hash_of(number).as_slice()))]).unwrap();
    let account =
        list(&[string(&[]), integer(1), string(storage.root().as_slice()), string(&[0xc0; 32])]);
    let key = keccak256(HISTORY_ADDRESS);
    let state = Trie::new([(key, account), (keccak256([1; 20]), vec![1])]).unwrap();
    let nodes = storage.proof(keccak256(slot).as_slice());
    let proof = AccountProof {
        address: HISTORY_ADDRESS,
        nodes: state.proof(key.as_slice()),
        slots: vec![SlotProof { slot, nodes }],
    };
    (header(21, state.root(), newer, B256::ZERO), proof)
}

#[test]
fn anc_4_accepts_what_is_built_from_a_nodes_answer() {
    let (header, answer) = history_of(500, 8_000);
    let proof = kept_hash(&header, 500, &answer).unwrap();
    let proven = head(keccak256(&header)).ancestor(&CONFIG, &proof).unwrap();
    assert_eq!(proven.block_hash(), hash_of(500));
}

#[test]
fn anc_4_rejects_answers_about_something_else() {
    let (header, answer) = history_of(500, 8_000);
    let number = 501;
    assert_eq!(kept_hash(&header, number, &answer), Err(Error::NoSlot { number }));
    let got = Address::repeat_byte(1);
    let other = AccountProof { address: got, ..answer.clone() };
    assert_eq!(kept_hash(&header, 500, &other), Err(Error::OtherAccount { got }));
    let (earlier, _) = history_of(500, 7_999);
    assert!(kept_hash(&earlier, 500, &answer).is_ok(), "the state is the same");
    let (young, answer) = history_of(500, 500);
    let range = ancestry::Error::HistoryRange { number: 500, head: 500 };
    assert_eq!(kept_hash(&young, 500, &answer), Err(Error::Refused(range)));
    let (other, _) = history_of(499, 8_000);
    assert!(matches!(kept_hash(&other, 500, &answer), Err(Error::Nodes(_))));
}

fn root_of(leaves: &[B256]) -> B256 {
    match leaves {
        [root] => *root,
        _ => {
            let (left, right) = leaves.split_at(leaves.len() / 2);
            hash_pair(&root_of(left), &root_of(right))
        }
    }
}

/// A newer and an older block with all the roots between them, below a field of the newer one's state.
struct Made {
    roots: Vec<B256>,
    field: Tree,
    at: u64,
    outer: BeaconHeader,
    inner: BeaconHeader,
    execution_branch: Vec<B256>,
    execution_header: Vec<u8>,
}

fn made(anchor: u64, slot: u64, at: u64) -> Made {
    let execution = Tree::new([(2856, hash_of(slot))]);
    let inner = BeaconHeader { slot, body_root: execution.root(), ..BeaconHeader::default() };
    let mut roots: Vec<B256> = (0..LENGTH).map(hash_of).collect();
    roots[usize::try_from(slot % LENGTH).unwrap()] = inner.hash_tree_root();
    let field = Tree::new([(at, root_of(&roots))]);
    let outer = BeaconHeader { slot: anchor, state_root: field.root(), ..BeaconHeader::default() };
    let execution_header = header(21, B256::ZERO, 9, outer.hash_tree_root());
    let execution_branch = execution.branch(2856);
    Made { roots, field, at, outer, inner, execution_branch, execution_header }
}

impl Made {
    fn older(&self) -> Older<'_> {
        Older {
            header: self.inner,
            execution_block_hash: hash_of(self.inner.slot),
            execution_branch: &self.execution_branch,
        }
    }

    fn prove(&self, branch: &[B256]) -> Result<Bytes, Error> {
        self.anchored(branch, &self.roots, |anchor| block_roots(&CONFIG, anchor, &self.older()))
    }

    fn anchored<T>(
        &self,
        branch: &[B256],
        block_roots: &[B256],
        then: impl FnOnce(&Anchor<'_>) -> T,
    ) -> T {
        let execution_header = &self.execution_header;
        then(&Anchor { execution_header, header: self.outer, branch, block_roots })
    }
}

#[test]
fn anc_3_accepts_what_is_built_from_a_states_roots() {
    for slot in [500 - LENGTH, 448, 499] {
        let made = made(500, slot, 352);
        let proof = made.prove(&made.field.branch(made.at)).unwrap();
        let head = head(keccak256(&made.execution_header));
        assert_eq!(head.ancestor(&CONFIG, &proof).unwrap().block_hash(), hash_of(slot));
    }
    let slot = 400;
    let at = 2 * ((2950 << 25) + slot / LENGTH - 1);
    let made = made(500, slot, at);
    let proof = made.anchored(&made.field.branch(at), &made.roots, |anchor| {
        summaries(&CONFIG, anchor, &made.older()).unwrap()
    });
    let head = head(keccak256(&made.execution_header));
    let proven = history::ancestor(&head, &CONFIG, &proof).unwrap();
    assert_eq!(proven.block_hash(), hash_of(slot));
}

#[test]
fn anc_3_rejects_parts_that_do_not_belong_together() {
    let made = made(500, 499, 352);
    let branch = made.field.branch(352);
    let few = made
        .anchored(&branch, &made.roots[1..], |anchor| block_roots(&CONFIG, anchor, &made.older()));
    assert_eq!(few, Err(Error::RootCount { expected: 64, got: 63 }));
    let long = made.prove(&vec![B256::ZERO; 250]);
    assert_eq!(long, Err(Error::TooLong { part: "block roots branch", length: 256 }));
    let short = made.prove(&branch[1..]);
    assert!(matches!(short, Err(Error::Refused(ancestry::Error::Beacon(_)))));
    let mut wrong = branch;
    wrong[0] = B256::ZERO;
    let refused = made.prove(&wrong);
    assert!(matches!(refused, Err(Error::Refused(ancestry::Error::BeaconRoot { .. }))));
}

#[test]
fn the_cheapest_means_reaches_the_block() {
    let head = Place { number: 50_000, slot: Some(700) };
    let to = |distance: u64, slot: Option<u64>| {
        cheapest(&CONFIG, head, Place { number: 50_000 - distance, slot })
    };
    for (distance, slot, means) in [
        (0, Some(700), Some(Means::Headers(1))),
        (2, Some(698), Some(Means::Headers(3))),
        (3, Some(697), Some(Means::BlockRoots)),
        (4, None, Some(Means::Headers(5))),
        (LENGTH, Some(700 - LENGTH), Some(Means::BlockRoots)),
        (LENGTH, Some(700 - LENGTH - 1), Some(Means::KeptHash)),
        (11, None, Some(Means::KeptHash)),
        // Slots may have no block, and a block may be proven by a later slot.
        (10, Some(700), Some(Means::Headers(11))),
        (HISTORY_LENGTH, None, Some(Means::KeptHash)),
        (HISTORY_LENGTH + 1, None, None),
        (HISTORY_LENGTH + 1, Some(200), Some(Means::Summaries)),
        (HISTORY_LENGTH + 1, Some(95), None),
        (HISTORY_LENGTH + 1, Some(7), None),
    ] {
        assert_eq!(to(distance, slot), means, "{distance} {slot:?}");
    }
    let newer = Place { number: 50_001, slot: Some(701) };
    assert_eq!(cheapest(&CONFIG, head, newer), None);
}
