//! Stores and objects of older forms in newer ones.

use crate::scene::{
    Plan, block_hash, bootstrap, committee, finality, header, index_set, informed, optimistic,
    protocol, store, version,
};
use alloy_primitives::B256;
use light_client::beacon::{
    IndexSet,
    spec::{
        BlobGas, Execution, LightClientHeader, Object,
        store::{Error, normalize_merkle_branch},
    },
};

/// A slot of each form, from Altair to Gloas, and the one of the header after it.
const SLOTS: [u64; 5] = [17, 33, 49, 65, 81];

#[test]
fn a_store_of_any_form_takes_objects_of_its_own_and_older_forms() {
    for slot in SLOTS {
        for form in IndexSet::ALL {
            let own = index_set(slot);
            let (bootstrap, root) = bootstrap(slot);
            let started = protocol().initialize(version(form), &root, &bootstrap);
            if form < own {
                assert_eq!(started, Err(Error::Form { expected: form }));
                continue;
            }
            let mut store = started.unwrap();
            let update = Plan::new(slot + 3, Some(slot + 1)).with_next().build();
            assert!(update.has_form(own));
            assert_eq!(protocol().process_update(&mut store, &update, slot + 4), Ok(()));
            assert_eq!(store.finalized_header.beacon.slot, slot + 1);
            assert_eq!(store.next_sync_committee, Some(committee(slot / 16 + 1)));
            assert!(store.finalized_header.has_form(form));
            let update = Plan::new(slot + 5, Some(slot + 2)).build();
            let done = protocol().process_finality_update(&mut store, &finality(&update), slot + 6);
            assert_eq!(done, Ok(()));
            assert_eq!(store.finalized_header.beacon.slot, slot + 2);
            let update = Plan::new(slot + 6, None).build();
            let update = optimistic(&update);
            assert_eq!(protocol().process_optimistic_update(&mut store, &update, slot + 7), Ok(()));
            assert_eq!(store.optimistic_header.beacon.slot, slot + 6);
            assert!(store.optimistic_header.has_form(form));
        }
    }
}

#[test]
fn a_store_is_upgraded_with_all_that_is_in_it() {
    for slot in SLOTS {
        for form in IndexSet::ALL {
            let own = index_set(slot);
            let mut store = informed(slot);
            // Half of the committee: enough to be the best update, not to finalize.
            let update = Plan::new(slot + 2, Some(slot + 1)).signed_by(16).build();
            assert_eq!(protocol().process_update(&mut store, &update, slot + 3), Ok(()));
            assert!(store.best_valid_update.is_some());
            let before = store.clone();
            let upgraded = protocol().upgrade_store(&mut store, version(form));
            if form < own {
                assert_eq!(upgraded, Err(Error::Form { expected: form }));
                assert_eq!(store, before);
                continue;
            }
            assert_eq!(upgraded, Ok(()));
            assert_eq!(store.form, form);
            assert!(store.best_valid_update.as_ref().unwrap().has_form(form));
            for (new, old) in [
                (&store.finalized_header, &before.finalized_header),
                (&store.optimistic_header, &before.optimistic_header),
            ] {
                assert!(new.has_form(form));
                assert_eq!(new.beacon, old.beacon);
                assert_eq!(protocol().execution_root(new), protocol().execution_root(old));
                assert_eq!(protocol().verify_header(new), Ok(()));
            }
        }
    }
}

#[test]
fn a_client_follows_through_all_forks() {
    let mut store = store(4);
    for period in 0..6 {
        let slot = 16 * period + 5;
        protocol().upgrade_store(&mut store, version(index_set(slot + 8))).unwrap();
        let update = Plan::new(slot + 8, Some(slot)).with_next().build();
        assert_eq!(protocol().process_update(&mut store, &update, slot + 9), Ok(()));
        assert_eq!(store.finalized_header.beacon.slot, slot);
        assert_eq!(store.current_sync_committee, committee(period));
        assert_eq!(store.next_sync_committee, Some(committee(period + 1)));
        // Final in the next fork, by which this block is of an older one.
        let late = 16 * period + 15;
        protocol().upgrade_store(&mut store, version(index_set(late + 3))).unwrap();
        let update = Plan::new(late + 3, Some(late)).build();
        assert_eq!(protocol().process_update(&mut store, &update, late + 4), Ok(()));
        assert_eq!(store.finalized_header.beacon.slot, late);
        let hash = store.finalized_header.execution_block_hash();
        assert_eq!(hash, (period >= 2).then(|| block_hash(late)));
    }
}

#[test]
fn a_first_slot_of_a_fork_is_signed_under_the_version_before() {
    // Attested in the last slot of Altair, signed in the first one of Capella.
    let plan = Plan::new(31, None);
    assert_eq!((plan.signature, index_set(plan.signature)), (32, IndexSet::Capella));
    let plan = Plan { signer: 2, ..plan };
    let store = informed(17);
    assert_eq!(protocol().validate_update(&store, &plan.build(), 32), Ok(()));
    let wrong = Plan { version_slot: 32, ..plan }.build();
    let refused = protocol().validate_update(&store, &wrong, 32);
    assert_eq!(refused, Err(Error::Signature(light_client::crypto::Error::InvalidSignature)));
}

#[test]
fn blob_gas_before_deneb_is_refused() {
    let capella = header(33, B256::ZERO);
    let mut deneb =
        protocol().upgrade_header(&capella, IndexSet::Capella, IndexSet::Deneb).unwrap();
    assert_eq!(protocol().verify_header(&deneb), Ok(()));
    let Execution::Payload { header, .. } = &mut deneb.execution else {
        unreachable!("Deneb has an execution header")
    };
    header.blob_gas = Some(BlobGas { used: 0, excess: 1 });
    assert_eq!(protocol().verify_header(&deneb), Err(Error::Execution { slot: 33 }));
}

#[test]
fn execution_before_capella_is_refused() {
    for form in [IndexSet::Capella, IndexSet::Deneb, IndexSet::Gloas] {
        let altair = header(17, B256::ZERO);
        let upgraded = protocol().upgrade_header(&altair, IndexSet::Altair, form).unwrap();
        assert_eq!(protocol().verify_header(&upgraded), Ok(()));
        assert_eq!(protocol().execution_root(&upgraded), Ok(B256::ZERO));
        // With what a later block has.
        let slot = if form == IndexSet::Gloas { 83 } else { 33 };
        let later = header(slot, B256::ZERO);
        let form = form.max(index_set(slot));
        let later = protocol().upgrade_header(&later, index_set(slot), form).unwrap();
        let forged = LightClientHeader { execution: later.execution, ..upgraded };
        assert_eq!(protocol().verify_header(&forged), Err(Error::Execution { slot: 17 }));
    }
}

#[test]
fn a_padded_node_that_is_not_zero_is_refused() {
    // A block of Electra in the form of Gloas: two nodes in front are padding, and the third is not.
    let electra = header(66, B256::ZERO);
    let gloas = protocol().upgrade_header(&electra, IndexSet::Electra, IndexSet::Gloas).unwrap();
    assert_eq!(protocol().verify_header(&gloas), Ok(()));
    for place in 0..11 {
        let mut spoilt = gloas.clone();
        let Execution::BlockHash { branch, .. } = &mut spoilt.execution else {
            unreachable!("Gloas has a hash")
        };
        assert_eq!(branch[place].is_zero(), place < 2);
        branch[place].0[31] ^= 1;
        assert_eq!(protocol().verify_header(&spoilt), Err(Error::Execution { slot: 66 }));
    }
}

#[test]
fn headers_are_not_brought_to_older_forms() {
    for (from, to) in [(1, 0), (2, 1), (4, 3), (4, 0)] {
        let (from, to) = (IndexSet::ALL[from], IndexSet::ALL[to]);
        let header = LightClientHeader::empty(from);
        let refused = protocol().upgrade_header(&header, from, to);
        assert_eq!(refused, Err(Error::Form { expected: to }));
    }
    // Nor is a header of one form taken for one of another.
    let header = LightClientHeader::empty(IndexSet::Capella);
    let refused = protocol().upgrade_header(&header, IndexSet::Altair, IndexSet::Gloas);
    assert_eq!(refused, Err(Error::Form { expected: IndexSet::Gloas }));
}

#[test]
fn branches_are_padded_in_front() {
    let node = B256::repeat_byte(1);
    assert_eq!(normalize_merkle_branch(&[node; 2], 16), [B256::ZERO, B256::ZERO, node, node]);
    assert_eq!(normalize_merkle_branch(&[node; 2], 4), [node; 2]);
    assert_eq!(normalize_merkle_branch(&[node; 2], 2), [node; 2]);
}
