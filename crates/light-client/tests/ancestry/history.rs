//! ANC-4: the block hashes that the state keeps (EIP-2935).

use crate::made::{CONFIG, hash_of, head, header, integer, list, string};
use alloy_primitives::{B256, keccak256};
use light_client::{
    ancestry::{Error, HISTORY_ADDRESS, HISTORY_LENGTH, history_slot},
    header,
};
use mpt_proof::{
    builder::{Trie, packed},
    proof, state,
};

/// A state with the history contract, an account beside it, and some of its slots.
struct State {
    accounts: Trie,
    storage: Trie,
}

impl State {
    /// Each slot with the value in its encoding.
    fn new(slots: impl IntoIterator<Item = (B256, Vec<u8>)>) -> Self {
        let slots = slots.into_iter().map(|(slot, value)| (keccak256(slot), value));
        let storage = Trie::new(slots).unwrap();
        let account = |root: B256| {
            list(&[string(&[]), integer(5), string(root.as_slice()), string(&[0xc0; 32])])
        };
        let accounts = Trie::new([
            (keccak256(HISTORY_ADDRESS), account(storage.root())),
            (keccak256([1; 20]), account(keccak256([0x80]))),
        ]);
        Self { accounts: accounts.unwrap(), storage }
    }

    /// That keeps the hashes of these blocks.
    fn keeping(numbers: impl IntoIterator<Item = u64>) -> Self {
        let slots = numbers.into_iter().map(|number| (history_slot(number), word(hash_of(number))));
        Self::new(slots)
    }

    fn prove(&self, newer: u64, number: u64) -> Proof {
        Proof {
            number,
            header: header(21, self.accounts.root(), newer, B256::ZERO),
            account: packed(&self.accounts.proof(keccak256(HISTORY_ADDRESS).as_slice())).to_vec(),
            storage: packed(&self.storage.proof(keccak256(history_slot(number)).as_slice()))
                .to_vec(),
        }
    }
}

#[derive(Clone)]
struct Proof {
    number: u64,
    header: Vec<u8>,
    account: Vec<u8>,
    storage: Vec<u8>,
}

impl Proof {
    fn encode(&self) -> Vec<u8> {
        [
            &[2][..],
            &u16::try_from(self.header.len()).unwrap().to_be_bytes(),
            &u16::try_from(self.account.len()).unwrap().to_be_bytes(),
            &self.number.to_be_bytes(),
            &self.header,
            &self.account,
            &self.storage,
        ]
        .concat()
    }

    /// What a head with this proof's header says.
    fn verify(&self) -> Result<B256, Error> {
        let head = head(keccak256(&self.header));
        head.ancestor(&CONFIG, &self.encode()).map(|ancestor| ancestor.block_hash())
    }

    fn changed(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }
}

fn mismatch(index: u64) -> Result<B256, Error> {
    Err(Error::Proof(proof::Error::HashMismatch { index }.into()))
}

fn word(hash: B256) -> Vec<u8> {
    string(hash.as_slice())
}

#[test]
fn anc_4_accepts_every_distance_that_is_kept() {
    for number in [9_999, 9_998, 10_000 - HISTORY_LENGTH] {
        let state = State::keeping([9_999, 9_998, 10_000 - HISTORY_LENGTH]);
        assert_eq!(state.prove(10_000, number).verify(), Ok(hash_of(number)));
    }
}

/// The slot is the number modulo 8191, so that of block 8191 is 0 and that of 8190 the last one.
#[test]
fn anc_4_accepts_the_slots_where_the_ring_closes() {
    assert_eq!(history_slot(8190), B256::left_padding_from(&[0x1f, 0xfe]));
    assert_eq!(history_slot(8191), B256::ZERO);
    assert_eq!(history_slot(0), B256::ZERO);
    for (newer, number) in [(8_200, 8_190), (8_200, 8_191), (8_191, 0), (1, 0)] {
        let state = State::keeping([number]);
        assert_eq!(state.prove(newer, number).verify(), Ok(hash_of(number)));
    }
}

/// A header may follow: the parent of the block that is proven here.
#[test]
fn anc_1_anc_4_accepts_headers_below_the_block() {
    let parent = header(21, B256::ZERO, 4, B256::ZERO);
    let mut items: Vec<_> = (0..21).map(|_| string(&[1; 32])).collect();
    items[0] = word(keccak256(&parent));
    (items[8], items[11]) = (integer(5), integer(6));
    let child = list(&items);
    let state = State::new([(history_slot(5), word(keccak256(&child)))]);
    let proof = state.prove(3_000, 5);
    let ancestor = head(keccak256(&proof.header)).ancestor(&CONFIG, &proof.encode()).unwrap();
    assert_eq!(ancestor.open(&[&child]).unwrap().number(), 5);
    let opened = ancestor.open(&[&child, &parent]).unwrap();
    assert_eq!((opened.number(), opened.hash(), opened.chain_id()), (4, keccak256(&parent), 7));
    let none = ancestor.open::<Vec<u8>>(&[]);
    assert_eq!(none, Err(Error::Empty));
}

#[test]
fn anc_4_rejects_a_header_that_is_not_the_heads() {
    let proof = State::keeping([5]).prove(10, 5);
    let expected = hash_of(1);
    let refused = head(expected).ancestor(&CONFIG, &proof.encode());
    let got = keccak256(&proof.header);
    assert_eq!(refused, Err(Error::Header(header::Error::HashMismatch { expected, got })));
    let items = header(12, B256::ZERO, 10, B256::ZERO);
    let short = proof.changed(|proof| proof.header = items);
    assert_eq!(short.verify(), Err(Error::Header(header::Error::ItemCount { got: 12 })));
}

#[test]
fn anc_4_rejects_numbers_that_the_state_cannot_keep() {
    let state = State::keeping([5]);
    let range = |number, head| Err(Error::HistoryRange { number, head });
    for number in [10_000, 10_001, u64::MAX, 0, 10_000 - HISTORY_LENGTH - 1] {
        assert_eq!(state.prove(10_000, number).verify(), range(number, 10_000));
    }
    assert_eq!(state.prove(0, 0).verify(), range(0, 0));
    // What is in the slot is the hash of another block.
    let later = State::keeping([5 + HISTORY_LENGTH]);
    assert_eq!(later.prove(10_000, 5).verify(), range(5, 10_000));
}

#[test]
fn anc_4_rejects_a_slot_that_is_empty() {
    let state = State::keeping([5]);
    for number in [4, 6] {
        assert_eq!(state.prove(10, number).verify(), Err(Error::HistoryEmpty { number }));
    }
    // No hash at all: the empty storage, proven by no node.
    let none = State::keeping([]).prove(10, 5);
    assert!(none.storage.is_empty());
    assert_eq!(none.verify(), Err(Error::HistoryEmpty { number: 5 }));
}

#[test]
fn anc_4_acc_2_rejects_a_slot_that_is_zero_or_no_number() {
    let zero = State::new([(history_slot(5), vec![0x80])]).prove(10, 5);
    assert_eq!(zero.verify(), Err(Error::Proof(state::Error::ZeroSlotValue.into())));
    let long = State::new([(history_slot(5), string(&[1; 33]))]).prove(10, 5);
    let error = mpt_proof::rlp::Error::IntegerTooLarge { max: 32, got: 33 };
    assert_eq!(long.verify(), Err(Error::Proof(error.into())));
}

/// A hash that begins with zeros is a shorter integer.
#[test]
fn anc_4_accepts_a_hash_that_begins_with_zeros() {
    let state = State::new([(history_slot(5), string(&[0x77; 30]))]);
    let expected = B256::left_padding_from(&[0x77; 30]);
    assert_eq!(state.prove(10, 5).verify(), Ok(expected));
}

#[test]
fn anc_4_acc_1_rejects_an_account_that_is_absent_or_another() {
    let state = State::keeping([5]);
    let lacking = Trie::new([(keccak256([1; 20]), list(&[]))]).unwrap();
    let proof = state.prove(10, 5).changed(|proof| {
        proof.header = header(21, lacking.root(), 10, B256::ZERO);
        proof.account = packed(&lacking.proof(keccak256(HISTORY_ADDRESS).as_slice())).to_vec();
    });
    assert_eq!(proof.verify(), Err(Error::Proof(proof::Error::KeyAbsent.into())));
    // The account beside it has no storage.
    let other = state.prove(10, 5).changed(|proof| {
        proof.account = packed(&state.accounts.proof(keccak256([1; 20]).as_slice())).to_vec();
    });
    assert_eq!(other.verify(), mismatch(1));
}

#[test]
fn anc_4_rejects_storage_of_another_slot_account_or_block() {
    let state = State::keeping([5, 6]);
    let proof = state.prove(10, 5);
    let other = state.prove(10, 6);
    let swapped = proof.changed(|proof| proof.storage = other.storage.clone());
    assert_eq!(swapped.verify(), mismatch(1));
    let forged = State::keeping([5, 7]).prove(10, 5);
    let forged = proof.changed(|proof| proof.storage = forged.storage.clone());
    assert_eq!(forged.verify(), mismatch(0));
    let none = proof.changed(|proof| proof.storage.clear());
    let truncated = proof::Error::TruncatedProof { index: 0 };
    assert_eq!(none.verify(), Err(Error::Proof(truncated.into())));
}

/// The storage proof takes the rest, and a node is where the trie says: bytes behind it are refused there.
#[test]
fn anc_4_rejects_trailing_bytes() {
    let proof = State::keeping([5]).prove(10, 5);
    let trailing = proof.changed(|proof| proof.storage.push(0));
    let error = proof::Error::TrailingNode { index: 1 };
    assert_eq!(trailing.verify(), Err(Error::Proof(error.into())));
    let trailing = proof.changed(|proof| proof.account.push(0));
    let error = proof::Error::TrailingNode { index: 2 };
    assert_eq!(trailing.verify(), Err(Error::Proof(error.into())));
    let trailing = proof.changed(|proof| proof.header.push(0));
    let error = mpt_proof::rlp::Error::TrailingBytes;
    assert_eq!(trailing.verify(), Err(Error::Header(header::Error::Rlp(error))));
}

/// T2: no bit but those of the number that name the same block is without effect.
#[test]
fn anc_4_rejects_every_flipped_bit() {
    let proof = State::keeping([5, 6, 9]).prove(10, 5);
    let (head, bytes) = (head(keccak256(&proof.header)), proof.encode());
    assert_eq!(head.ancestor(&CONFIG, &bytes).unwrap().block_hash(), hash_of(5));
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(head.ancestor(&CONFIG, &flipped).is_err(), "bit {bit}");
    }
}
