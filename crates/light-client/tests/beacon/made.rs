//! Updates made from the objects that beacon nodes serve.

use crate::support::{CONFIG, Plan, SMALL, committee};
use alloy_primitives::B256;
use light_client::beacon::{
    Error as Refusal,
    builder::{Error, OwnedUpdate, choose},
    spec::{Execution, LightClientFinalityUpdate, LightClientUpdate},
};

type Change = fn(&mut LightClientUpdate);

fn made(plan: &Plan, change: Change) -> Result<OwnedUpdate, Error> {
    let mut object = plan.object();
    change(&mut object);
    OwnedUpdate::new(&plan.config, &object, plan.signer().committee(), true)
}

#[test]
fn upd_1_accepts_an_object_of_either_preset_and_form() {
    let plans = [
        Plan::new(66).with_next(),
        Plan::new(66),
        Plan::new(66).small().with_next(),
        // Finalized in Electra, attested in Gloas: the older header's branch is padded.
        Plan::of_slots(62, 65, 66),
        Plan::new(5).with_next(),
        Plan::new(5).small(),
    ];
    for plan in plans {
        assert_eq!(made(&plan, |_| ()), Ok(plan.build()));
    }
}

#[test]
fn upd_1_accepts_a_finality_update_and_leaves_out_a_next_committee() {
    let (plan, object) = (Plan::new(66), Plan::new(66).object());
    let finality = LightClientFinalityUpdate {
        attested_header: object.attested_header,
        finalized_header: object.finalized_header,
        finality_branch: object.finality_branch,
        sync_aggregate: object.sync_aggregate,
        signature_slot: object.signature_slot,
    };
    let signer = plan.signer();
    let made = OwnedUpdate::from_finality_update(&CONFIG, &finality, signer.committee());
    assert_eq!(made, Ok(plan.build()));
    let object = Plan::new(66).with_next().object();
    let without = OwnedUpdate::new(&CONFIG, &object, signer.committee(), false).unwrap();
    assert_eq!(without.next_committee, None);
    // Across periods a client would refuse it.
    let across = Plan::of_slots(78, 79, 80).with_next();
    assert_eq!(made_next(&across), None);
}

fn made_next(plan: &Plan) -> Option<B256> {
    made(plan, |_| ()).unwrap().next_committee.map(|next| next.root)
}

#[test]
fn upd_1_accepts_branches_that_were_padded() {
    let plan = Plan::new(66).with_next();
    let padded = made(&plan, |object| {
        object.finality_branch.splice(0..0, [B256::ZERO; 2]);
        object.next_sync_committee_branch.insert(0, B256::ZERO);
    });
    assert_eq!(padded, Ok(plan.build()));
    let odd = made(&plan, |object| object.finality_branch.insert(0, B256::repeat_byte(1)));
    assert_eq!(odd, Err(Error::FinalityBranch));
}

#[test]
fn upd_1_rejects_an_object_that_does_not_prove_what_it_says() {
    let plan = Plan::new(66).with_next();
    let cases: [(Error, Change); 9] = [
        (Error::FinalityBranch, |object| object.finality_branch[0].0[0] ^= 1),
        (Error::FinalityBranch, |object| object.finality_branch.truncate(8)),
        (Error::FinalityBranch, |object| object.finalized_header.beacon.proposer_index += 1),
        (Error::FinalityBranch, |object| object.attested_header.beacon.state_root.0[0] ^= 1),
        (Error::ExecutionBranch, |object| object.finalized_header.beacon.body_root.0[0] ^= 1),
        (Error::ExecutionBranch, |object| {
            let Execution::BlockHash { block_hash, .. } = &mut object.finalized_header.execution
            else {
                panic!("another form");
            };
            block_hash.0[0] ^= 1;
        }),
        (Error::ExecutionBranch, |object| {
            object.finalized_header.execution = Execution::Nothing;
        }),
        (Error::NextCommitteeBranch, |object| object.next_sync_committee_branch[0].0[0] ^= 1),
        (Error::NextCommitteeBranch, |object| {
            object.next_sync_committee = committee(9).committee().clone();
        }),
    ];
    for (refused, change) in cases {
        assert_eq!(made(&plan, change), Err(refused));
    }
}

#[test]
fn upd_1_rejects_a_committee_or_participation_of_another_size() {
    let (plan, small) = (Plan::new(66), Plan::new(66).small());
    let new = |config, object: &LightClientUpdate, signer: &Plan| {
        OwnedUpdate::new(config, object, signer.signer().committee(), true)
    };
    let refused = new(&CONFIG, &plan.object(), &small);
    assert_eq!(refused, Err(Error::CommitteeSize { expected: 512, got: 32 }));
    let refused = new(&SMALL, &plan.object(), &plan);
    assert_eq!(refused, Err(Error::CommitteeSize { expected: 32, got: 512 }));
    let refused = new(&CONFIG, &small.object(), &plan);
    assert_eq!(refused, Err(Error::Participation { expected: 512, got: 32 }));
    let refused = new(&SMALL, &plan.object(), &small);
    assert_eq!(refused, Err(Error::Participation { expected: 32, got: 512 }));
}

#[test]
fn bcn_6_rejects_an_object_of_an_unknown_fork() {
    let refused = made(&Plan::new(5), |object| object.attested_header.beacon.slot = 3);
    assert_eq!(refused, Err(Error::Config(Refusal::UnknownFork { epoch: 0 })));
}

#[test]
fn the_newest_checkpoint_with_the_fewest_absent_is_chosen() {
    let object = |finalized, absent: std::ops::Range<usize>| {
        Plan::new(finalized).small().absent(absent).object()
    };
    let (older, newer, better) = (object(66, 0..0), object(70, 0..4), object(70, 1..3));
    let without_quorum = object(74, 0..11);
    let config = &SMALL;
    let all = [older.clone(), newer, better.clone(), without_quorum.clone()];
    assert_eq!(choose(config, &all), Some(&better));
    let later = LightClientUpdate { signature_slot: better.signature_slot + 1, ..better.clone() };
    assert_eq!(choose(config, [&later, &better]), Some(&better));
    assert_eq!(choose(config, [&without_quorum, &older]), Some(&older));
    assert_eq!(choose(config, [&without_quorum]), None);
}
