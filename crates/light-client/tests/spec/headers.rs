//! The execution block hash of a header, in every form that the header may come in.

use crate::scene::{block_hash, header, index_set, protocol};
use alloy_primitives::B256;
use light_client::{
    beacon::{
        IndexSet,
        spec::{Execution, LightClientHeader},
    },
    ssz::branch_root,
};

/// A slot of each form, from Altair to Gloas.
const SLOTS: [u64; 5] = [5, 35, 50, 66, 83];

#[test]
fn the_block_hash_is_proven_at_the_index_of_the_headers_own_fork() {
    for slot in SLOTS {
        let own = index_set(slot);
        for form in IndexSet::ALL.into_iter().filter(|form| *form >= own) {
            let header = protocol().upgrade_header(&header(slot, B256::ZERO), own, form).unwrap();
            assert!(header.has_form(form));
            if own == IndexSet::Altair {
                assert_eq!(header.execution_block_hash(), None, "{form:?}");
                assert_eq!(header.block_hash_branch(), Vec::<B256>::new());
                continue;
            }
            assert_eq!(header.execution_block_hash(), Some(block_hash(slot)));
            let branch = header.block_hash_branch();
            let nodes = [0, 8, 9, 9, 11][IndexSet::ALL.iter().position(|set| *set == own).unwrap()];
            assert_eq!(branch.len(), nodes, "{own:?} as {form:?}");
            let root = branch_root(&block_hash(slot), &branch, own.execution_block_hash());
            assert_eq!(root, Ok(header.beacon.body_root), "{own:?} as {form:?}");
        }
    }
}

#[test]
fn a_branch_that_proves_nothing_is_returned_as_the_form_has_it() {
    for (slot, nodes) in SLOTS.into_iter().zip([0, 8, 9, 9, 11]) {
        let mut header = header(slot, B256::ZERO);
        header.beacon.body_root = B256::ZERO;
        assert_eq!(header.block_hash_branch().len(), nodes);
        let hash = Some(block_hash(slot)).filter(|_| nodes > 0);
        assert_eq!(header.execution_block_hash(), hash);
    }
}

#[test]
fn an_empty_header_proves_no_block() {
    for form in IndexSet::ALL {
        let header = LightClientHeader::empty(form);
        assert!(header.has_form(form));
        assert_eq!(header.execution_block_hash(), None);
        assert_eq!(header.block_hash_branch(), Vec::<B256>::new());
    }
}

#[test]
fn a_header_has_one_form() {
    for slot in SLOTS {
        let of = |form: IndexSet| header(slot, B256::ZERO).has_form(form);
        for form in IndexSet::ALL {
            // Deneb and Electra differ in branches only.
            let deneb = |form| matches!(form, IndexSet::Deneb | IndexSet::Electra);
            let own = index_set(slot);
            assert_eq!(of(form), form == own || (deneb(form) && deneb(own)));
        }
    }
    let Execution::BlockHash { branch, .. } = header(83, B256::ZERO).execution else {
        unreachable!("slot 83 is of Gloas")
    };
    assert!(branch.iter().all(|node| !node.is_zero()));
}
