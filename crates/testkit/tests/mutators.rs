//! M1, M2, M5, M6, M12: what the mutations promise, over the Rust verifier alone.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use mpt_proof::{Outcome, proof, receipt::Receipt, receipt::TypePolicy};
use proptest::{prelude::*, sample::select};
use testkit::{
    dice::Dice,
    mutate::{Expected, proof::Mutation, receipt},
    tries::{self, ProofCase, small_trie, word_trie},
};

/// What a proof shows: a value, nothing, or it is refused.
fn answer(case: &ProofCase) -> Result<Option<Vec<u8>>, proof::Error> {
    proof::walk(&case.root, &case.key, &case.nodes).map(|outcome| match outcome {
        Outcome::Value(value) => Some(value.to_vec()),
        Outcome::Absent(_) => None,
    })
}

fn case() -> impl Strategy<Value = ProofCase> {
    prop_oneof![small_trie(), word_trie()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn m4_honest_proofs_show_what_the_trie_has(case in case()) {
        prop_assert_eq!(answer(&case), Ok(case.value));
    }

    #[test]
    fn m12_mutations_cause_the_errors_they_name(
        mut case in case(),
        mutation in select(Mutation::all()),
        seed in any::<u64>(),
    ) {
        if let Some(Expected::Refused(error)) = mutation.apply(&mut case, &mut Dice::new(seed)) {
            prop_assert_eq!(answer(&case), Err(error), "{}", mutation);
        }
    }

    /// Under an honest root and for the same key, whatever is accepted is the truth.
    #[test]
    fn m1_nothing_but_the_truth_is_accepted(
        honest in case(),
        mutations in proptest::collection::vec(select(Mutation::all()), 1..4),
        seed in any::<u64>(),
    ) {
        let (mut case, mut dice) = (honest.clone(), Dice::new(seed));
        for mutation in mutations {
            mutation.apply(&mut case, &mut dice);
        }
        (case.root, case.key) = (honest.root, honest.key);
        if let Ok(shown) = answer(&case) {
            prop_assert_eq!(shown, honest.value);
            // The empty trie alone has two proofs.
            prop_assert!(case.nodes == honest.nodes || honest.root == proof::EMPTY_ROOT);
        }
    }

    #[test]
    fn m14_receipt_mutations_cause_the_errors_they_name(
        entry in tries::receipt(),
        mutation in select(receipt::Mutation::all()),
        seed in any::<u64>(),
    ) {
        let mutated = mutation.apply(&entry, &mut Dice::new(seed));
        if let Some((case, Expected::Refused(error))) = mutated {
            prop_assert_eq!(Receipt::decode(&case.receipt, TypePolicy::Any), Err(error), "{}", mutation);
        }
    }
}
