//! The simulator's objects against the light client: bootstrap, finality updates, rotation, misbehaviour.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use alloy_primitives::Bytes;
use light_client::{
    beacon::{
        Client, Error, Fork, IndexSet, Trusted, Update,
        builder::{OwnedBootstrap, OwnedUpdate},
    },
    crypto::DefaultBls,
    header::Header,
};
use testkit::beacon::{Chain, ExecutionBlock, Network, Withdrawal, ssz};

const SEED: u64 = 7;

/// A chain with a block in the first and the second slot of every epoch in `epochs`.
fn chain(network: Network, epochs: std::ops::Range<u64>) -> Chain {
    let mut chain = Chain::new(network, SEED);
    for epoch in epochs {
        for slot in [32 * epoch, 32 * epoch + 1] {
            propose(&mut chain, slot);
        }
    }
    chain
}

fn propose(chain: &mut Chain, slot: u64) {
    let number = chain.head().map_or(1, |block| block.execution().number() + 1);
    let block = chain.next_execution(slot, number).unwrap();
    chain.propose(slot, block).unwrap();
}

/// A network of small committees that goes through every index set in six epochs each.
fn every_fork() -> Network {
    let sets = IndexSet::ALL.into_iter().zip(1..);
    let fork = |(index_set, place): (IndexSet, u8)| Fork {
        epoch: 6 * u64::from(place) - 5,
        version: [place, 0, 0, 0],
        index_set,
    };
    Network {
        committee_size: 32,
        slots_per_historical_root: 64,
        forks: sets.map(fork).collect(),
        ..Network::default()
    }
}

fn client(chain: &Chain) -> Client<'_, DefaultBls> {
    Client::new(chain.network().config(), DefaultBls::default()).unwrap()
}

fn bootstrap(chain: &Chain, slot: u64) -> Trusted {
    let bootstrap = chain.bootstrap(slot).unwrap();
    let root = chain.block(slot).unwrap().root();
    let now = chain.network().time(slot);
    client(chain).bootstrap(&bootstrap.as_bootstrap(), &root, now).unwrap().0
}

fn apply(chain: &Chain, trusted: &Trusted, update: &OwnedUpdate) -> Result<Trusted, Error> {
    let now = chain.network().time(update.signature_slot);
    let bytes = update.encode();
    client(chain).update(trusted, &Update::decode(&bytes)?, now).map(|(trusted, _)| trusted)
}

#[test]
fn finality_updates_are_accepted_with_any_legal_number_of_absent_members() {
    let chain = chain(Network::default(), 1..8);
    let mut trusted = bootstrap(&chain, 32);
    for (epoch, absent) in
        [(2, vec![]), (3, vec![511]), (4, (0..170).collect()), (5, vec![3, 4, 200])]
    {
        let update = chain.finality_update(32 * epoch, &absent).unwrap();
        trusted = apply(&chain, &trusted, &update).unwrap();
        assert_eq!(trusted.finalized_slot, 32 * epoch);
    }
}

#[test]
fn committees_rotate_at_the_end_of_their_period() {
    let network = Network { epochs_per_period: 8, ..Network::default() };
    let chain = chain(network, 1..30);
    let mut trusted = bootstrap(&chain, 32);
    let learn = chain.with_next_committee(chain.finality_update(64, &[5]).unwrap()).unwrap();
    trusted = apply(&chain, &trusted, &learn).unwrap();
    assert_eq!(trusted.next_committee_root, chain.committee(1).root());

    // Finalized in the next period: its committee is the one learned, the one after is not known yet.
    let rotate = chain.finality_update(32 * 9, &[]).unwrap();
    trusted = apply(&chain, &trusted, &rotate).unwrap();
    assert_eq!(trusted.current_committee_root, chain.committee(1).root());
    assert!(trusted.next_committee_root.is_zero());

    let unknown = chain.finality_update(32 * 17, &[]).unwrap();
    let refused = apply(&chain, &trusted, &unknown);
    assert_eq!(refused, Err(Error::UnknownPeriod { signature_period: 2, trusted_period: 1 }));
}

#[test]
fn two_histories_signed_by_one_committee_freeze_the_client() {
    let honest = chain(Network::default(), 1..3);
    let trusted = bootstrap(&honest, 32);
    let (mut a, mut b) = (honest.clone(), honest);
    propose(&mut a, 96);
    let other = ExecutionBlock::synthetic(Default::default(), 9, 9);
    b.propose(96, other).unwrap();
    for chain in [&mut a, &mut b] {
        propose(chain, 160);
    }
    let (in_a, in_b) = (a.finality_update(96, &[]).unwrap(), b.finality_update(96, &[1]).unwrap());
    let (in_a, in_b) = (in_a.encode(), in_b.encode());
    let [in_a, in_b] = [&in_a, &in_b].map(|bytes| Update::decode(bytes).unwrap());
    let now = a.network().time(200);
    let frozen = client(&a).misbehaviour(&trusted, &in_a, &in_b, now).unwrap();
    assert_eq!(frozen.frozen_at, now);
    let same = client(&a).misbehaviour(&trusted, &in_a, &in_a, now);
    assert_eq!(same, Err(Error::NotMisbehaviour));
}

#[test]
fn a_client_follows_a_chain_through_every_fork() {
    let chain = chain(every_fork(), 1..31);
    let mut trusted = bootstrap(&chain, 32);
    assert_eq!(trusted.latest_head, 0);
    for epoch in 2..29 {
        let update = chain.finality_update(32 * epoch, &[3, 30]).unwrap();
        trusted = apply(&chain, &trusted, &update).unwrap();
        assert_eq!(trusted.finalized_slot, 32 * epoch);
        let block = chain.block(32 * epoch).unwrap();
        assert_eq!(update.pair.execution_block_hash, block.execution_block_hash());
        if block.index_set() == IndexSet::Gloas {
            let parent = chain.block(32 * epoch - 31).unwrap();
            assert_eq!(block.execution_block_hash(), parent.execution().hash());
        }
    }
    // Six epochs of Altair, the first of them trusted already, give no head.
    assert_eq!(trusted.latest_head, 27 - 5);
}

#[test]
fn a_state_proves_the_blocks_before_it() {
    let chain = chain(every_fork(), 1..31);
    for epoch in [2, 8, 14, 20, 26] {
        let outer = chain.block(32 * epoch).unwrap();
        let set = outer.index_set();
        for inner in [32 * epoch - 1, 32 * epoch - 31, 32 * epoch - 32] {
            let branch = chain.block_root_branch(32 * epoch, inner).unwrap();
            let gindex = set.block_roots() * 64 + inner % 64;
            // The last block at or before a slot stands for it.
            let last = chain.blocks().rfind(|block| block.header().slot <= inner).unwrap();
            let root = light_client::ssz::branch_root(&last.root(), &branch, gindex);
            assert_eq!(root, Ok(outer.header().state_root), "{set:?} {inner}");
        }
    }
}

#[test]
fn execution_headers_name_the_beacon_block_before_theirs() {
    let chain = chain(every_fork(), 1..31);
    for (block, before) in chain.blocks().skip(1).zip(chain.blocks()) {
        let rlp = block.execution().header_rlp();
        let items = match block.index_set() {
            IndexSet::Altair => 16,
            IndexSet::Capella => 17,
            IndexSet::Deneb => 20,
            IndexSet::Electra => 21,
            IndexSet::Gloas => 23,
        };
        let mut list = alloy_rlp::Header::decode_bytes(&mut rlp.as_slice(), true).unwrap();
        let mut strings = Vec::new();
        while !list.is_empty() {
            strings.push(alloy_rlp::Header::decode_bytes(&mut list, false).unwrap());
        }
        assert_eq!(strings.len(), items);
        assert!(items < 20 || strings[19] == before.root().as_slice());
        assert_eq!(Header::open(&rlp, &block.execution().hash()).unwrap().number + 1, {
            let next = chain.blocks().find(|next| next.header().slot > block.header().slot);
            next.map_or(block.execution().number() + 1, |next| next.execution().number())
        });
    }
}

/// The simulator and the library build updates independently of each other.
#[test]
fn spec_objects_and_direct_updates_agree() {
    let chains = [chain(Network::default(), 1..6), chain(every_fork(), 1..31)];
    for chain in &chains {
        let config = chain.network().config();
        let committee = chain.committee(0).sync_committee();
        let last = usize::try_from(config.committee_size).unwrap() - 1;
        // The first finalized and the last attested epochs around each fork, where forms differ, are among them.
        let slots = chain.blocks().map(|block| block.header().slot);
        let slots: Vec<_> = slots.filter(|slot| chain.attested_for(*slot).is_ok()).collect();
        for (place, slot) in slots.iter().skip(1).enumerate() {
            let absent = [vec![], vec![0], vec![last, 4], (1..10).collect()];
            let absent = &absent[place % 4];
            let object = chain.light_client_update(*slot, absent).unwrap();
            let built = OwnedUpdate::new(&config, &object, &committee, true).unwrap();
            let direct = chain.with_next_committee(chain.finality_update(*slot, absent).unwrap());
            assert_eq!(built, direct.unwrap());
            let object = chain.light_client_finality_update(*slot, absent).unwrap();
            let built = OwnedUpdate::from_finality_update(&config, &object, &committee).unwrap();
            assert_eq!(built, chain.finality_update(*slot, absent).unwrap());
            let object = chain.light_client_bootstrap(*slot).unwrap();
            assert_eq!(OwnedBootstrap::new(&object), chain.bootstrap(*slot).unwrap());
        }
    }
}

#[test]
fn payload_and_payload_header_have_one_root() {
    let withdrawal =
        Withdrawal { index: 1, validator_index: 2, address: [3; 20].into(), amount: 4 };
    let transactions =
        vec![Bytes::from_static(&[2; 40]), Bytes::new(), Bytes::from_static(&[1; 32])];
    let block = ExecutionBlock::synthetic(Default::default(), 1, 2)
        .with_transactions(transactions)
        .with_withdrawals(vec![withdrawal; 3]);
    let empty = ExecutionBlock::synthetic(Default::default(), 1, 2);
    assert_eq!(block.hash(), empty.hash());
    assert_ne!(block.transactions_root(), empty.transactions_root());
    assert_ne!(block.withdrawals_root(), empty.withdrawals_root());
    for block in [block, empty] {
        for (set, depth) in [(IndexSet::Capella, 4), (IndexSet::Deneb, 5), (IndexSet::Electra, 5)] {
            let root = ssz::merkleize(&block.payload_fields(set), depth);
            assert_eq!(root, block.payload_header(set).hash_tree_root());
        }
    }
}
