//! UPD-1, BCN-1 to BCN-13: updates of every index set and of both committee sizes against any trusted state.

use crate::session::{Session, artifact, cases};
use alloy_primitives::{B256, Bytes};
use alloy_sol_types::SolValue;
use bindings::{IBeaconLightClient as sol, Revert};
use light_client::{
    beacon::{Client, Error, Update},
    crypto::DefaultBls,
};
use std::collections::BTreeSet;
use testkit::mutate::update::{Mutation, Scene, scenes};

#[test]
fn h10_updates() {
    updates("beacon updates", 512, cases() / 4);
}

#[test]
fn h10_updates_of_small_committees() {
    updates("beacon updates of 32", 32, cases() / 4);
}

fn updates(family: &'static str, committee_size: u64, rounds: usize) {
    let mut session = Session::new(family);
    let to = session.harnesses(&["BeaconHarness"]);
    let selector = artifact("BeaconHarness").selector("verifyUpdate");
    let (chain, mutations) = (scenes(committee_size).unwrap(), Mutation::all());
    let mut accepted = BTreeSet::new();
    // Every mutation at least once where there are rounds enough, and an honest update between them.
    for round in 0..rounds {
        let mut scene = Scene::honest(&chain, &mut session.dice).unwrap();
        let mutation = match round % 4 {
            0 => Mutation::Honest,
            _ => mutations[(round - round / 4) % mutations.len()],
        };
        let Some(caused) = mutation.apply(&mut scene, &mut session.dice) else { continue };
        let bytes = scene.encoded();
        let rust = verify(&scene, &bytes).map_err(Revert::from);
        if mutation == Mutation::Honest {
            assert!(rust.is_ok(), "an honest update is refused: {}", rust.unwrap_err());
            let sets = [scene.update.pair.outer_slot, scene.update.pair.inner_slot]
                .map(|slot| chain.block(slot).unwrap().index_set());
            accepted.insert(sets);
        }
        if let Some(caused) = caused {
            let refused = rust.as_ref().err().and_then(|revert| Revert::decode(&revert.data));
            assert_eq!(refused.map(|error| error.name).as_deref(), Some(caused), "{mutation}");
        }
        let call = (
            sol::Config::from(&chain.network().config()),
            sol::Trusted::from(&scene.trusted),
            Bytes::from(bytes),
            scene.now,
            false,
        );
        let data = [&selector[..], &call.abi_encode_params()].concat();
        session.compare_encoded(&to, mutation, &data, rust.map(|root| root.0.into()));
    }
    println!("accepted, attested in one set and finalized in another: {accepted:?}");
    assert!(rounds < 400 || accepted.len() >= 8, "{accepted:?}");
    session.finish();
}

/// The finalized root.
fn verify(scene: &Scene, bytes: &[u8]) -> Result<B256, Error> {
    let client = Client::new(scene.chain.network().config(), DefaultBls::default())?;
    client.verify_update(&scene.trusted, &Update::decode(bytes)?, scene.now)
}
