//! Many keys from one list of nodes: each outcome is that of the key alone, and no other list is accepted (BAT-1 to BAT-3).
#![no_main]

use fuzz::{Edit, Key, Plan};
use libfuzzer_sys::fuzz_target;
use mpt_proof::{
    Outcome,
    batch::{Batch, Error},
    builder, proof,
};
use std::collections::BTreeSet;

fuzz_target!(|input: (Plan, Vec<Key>, Vec<Edit>, Vec<u8>)| {
    let (plan, others, edits, order) = input;
    let Some(case) = plan.case(false) else { return };
    let mut asked: BTreeSet<Vec<u8>> = others.iter().take(8).map(Key::bytes).collect();
    asked.extend(case.entries.keys().step_by(2).cloned());
    let Ok(batch) = case.trie.batch(&asked) else { return };
    let keys: Vec<_> = asked.iter().collect();
    assert_eq!(batch.keys, keys);

    let walked: Result<Vec<_>, _> = Batch::new(&case.root, &batch.nodes).walk(&keys);
    if keys.is_empty() {
        assert_eq!(walked, Err(Error::Empty));
        return;
    }
    let honest = walked.expect("the honest list");
    for (key, outcome) in keys.iter().zip(&honest) {
        assert_eq!(
            proof::walk(&case.root, key, &case.trie.proof(key)).ok().as_ref(),
            Some(outcome)
        );
    }
    let packed = builder::packed(&batch.nodes);
    let packed: Result<Vec<_>, _> = Batch::packed(&case.root, &packed).walk(&keys);
    assert_eq!(packed.as_ref(), Ok(&honest));
    let place =
        |wanted: fn(&Outcome<'_>) -> bool| honest.iter().position(wanted).map(|at| at as u64);
    let included: Result<Vec<_>, _> = Batch::new(&case.root, &batch.nodes).inclusion(&keys);
    match place(|outcome| matches!(outcome, Outcome::Absent(_))) {
        Some(item) => assert_eq!(included, Err(Error::KeyAbsent { item })),
        None => assert!(included.is_ok()),
    }
    let excluded: Result<Vec<_>, _> = Batch::new(&case.root, &batch.nodes).exclusion(&keys);
    match place(|outcome| matches!(outcome, Outcome::Value(_))) {
        Some(item) => assert_eq!(excluded, Err(Error::KeyPresent { item })),
        None => assert!(excluded.is_ok()),
    }

    let mut nodes = batch.nodes.clone();
    edits.iter().take(4).for_each(|edit| edit.apply(&mut nodes));
    let walked: Result<Vec<_>, _> = Batch::new(&case.root, &nodes).walk(&keys);
    if nodes == batch.nodes {
        assert_eq!(walked, Ok(honest));
    } else if case.root != proof::EMPTY_ROOT {
        assert!(walked.is_err(), "a second list of nodes");
    }
    // Keys in another order, or twice, are refused at the first that is not above the one before.
    let shuffled: Vec<_> =
        order.iter().take(8).map(|at| keys[usize::from(*at) % keys.len()]).collect();
    if let Some(item) = shuffled.windows(2).position(|pair| pair[0] >= pair[1]) {
        let walked: Result<Vec<_>, _> = Batch::new(&case.root, &batch.nodes).walk(&shuffled);
        let Err(error) = walked else { panic!("keys out of order") };
        // The nodes of the items before may be refused first.
        match error {
            Error::Order { item: named } => assert_eq!(named, item as u64 + 1),
            Error::Proof { item: named, .. } => assert!(named <= item as u64),
            other => panic!("{other}"),
        }
    }
});
