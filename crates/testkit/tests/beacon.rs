//! The simulator's objects against the light client: bootstrap, finality updates, rotation, misbehaviour.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use alloy_primitives::Bytes;
use light_client::{
    beacon::{
        Client, Error, Trusted, Update,
        builder::{OwnedBootstrap, OwnedUpdate},
    },
    crypto::DefaultBls,
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
    let parent = chain.head().map(|block| block.execution().clone());
    let hash = parent.as_ref().map(ExecutionBlock::hash).unwrap_or_default();
    let number = parent.map_or(1, |block| block.number() + 1);
    let block = ExecutionBlock::synthetic(hash, number, chain.network().time(slot));
    chain.propose(slot, block).unwrap();
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

fn apply(chain: &Chain, trusted: &Trusted, update: &Update<'_>) -> Result<Trusted, Error> {
    let now = chain.network().time(update.signature_slot);
    client(chain).update(trusted, update, now).map(|(trusted, _)| trusted)
}

#[test]
fn finality_updates_are_accepted_with_any_legal_number_of_absent_members() {
    let chain = chain(Network::default(), 1..8);
    let mut trusted = bootstrap(&chain, 32);
    for (epoch, absent) in
        [(2, vec![]), (3, vec![511]), (4, (0..170).collect()), (5, vec![3, 4, 200])]
    {
        let update = chain.finality_update(32 * epoch, &absent).unwrap();
        trusted = apply(&chain, &trusted, &update.as_update()).unwrap();
        assert_eq!(trusted.finalized_slot, 32 * epoch);
        assert_eq!(trusted.finalized_root, chain.block(32 * epoch).unwrap().root());
    }
}

#[test]
fn committees_rotate_at_the_end_of_their_period() {
    let network = Network { epochs_per_period: 8, ..Network::default() };
    let chain = chain(network, 1..30);
    let mut trusted = bootstrap(&chain, 32);
    let learn = chain.with_next_committee(chain.finality_update(64, &[5]).unwrap()).unwrap();
    trusted = apply(&chain, &trusted, &learn.as_update()).unwrap();
    assert_eq!(trusted.next_committee_root, chain.committee(1).root());

    // Finalized in the next period: its committee is the one learned, the one after is not known yet.
    let rotate = chain.finality_update(32 * 9, &[]).unwrap();
    trusted = apply(&chain, &trusted, &rotate.as_update()).unwrap();
    assert_eq!(trusted.current_committee_root, chain.committee(1).root());
    assert!(trusted.next_committee_root.is_zero());

    let unknown = chain.finality_update(32 * 17, &[]).unwrap();
    let refused = apply(&chain, &trusted, &unknown.as_update());
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
    let now = a.network().time(200);
    let frozen =
        client(&a).misbehaviour(&trusted, &in_a.as_update(), &in_b.as_update(), now).unwrap();
    assert_eq!(frozen.frozen_at, now);
    let same = client(&a).misbehaviour(&trusted, &in_a.as_update(), &in_a.as_update(), now);
    assert_eq!(same, Err(Error::NotMisbehaviour));
}

/// The simulator and the library build updates independently of each other.
#[test]
fn spec_objects_and_direct_updates_agree() {
    let chain = chain(Network::default(), 1..6);
    let config = chain.network().config();
    let committee = chain.committee(0).sync_committee();
    for absent in [vec![], vec![0], vec![511, 4], (100..270).collect()] {
        let object = chain.light_client_update(64, &absent).unwrap();
        let built = OwnedUpdate::new(&config, &object, &committee, true).unwrap();
        let direct = chain.with_next_committee(chain.finality_update(64, &absent).unwrap());
        assert_eq!(built, direct.unwrap());
        let object = chain.light_client_finality_update(64, &absent).unwrap();
        let built = OwnedUpdate::from_finality_update(&object, &committee).unwrap();
        assert_eq!(built, chain.finality_update(64, &absent).unwrap());
    }
    let object = chain.light_client_bootstrap(33).unwrap();
    assert_eq!(OwnedBootstrap::new(&object), chain.bootstrap(33).unwrap());
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
        let root = ssz::merkleize(&block.payload_fields(), 5);
        assert_eq!(root, block.payload_header().hash_tree_root());
    }
}
