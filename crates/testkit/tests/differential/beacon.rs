//! BCN-1 to BCN-14: updates against any trusted state.

use crate::session::{Session, artifact, cases};
use alloy_primitives::B256;
use alloy_sol_types::SolValue;
use bindings::{IBeaconLightClient as sol, Revert};
use light_client::{
    beacon::{Client, Error},
    crypto::DefaultBls,
};
use testkit::mutate::update::{Mutation, Scene, scenes};

#[test]
fn h10_updates() {
    let mut session = Session::new("beacon updates");
    let to = session.harnesses(&["BeaconHarness"]);
    let selector = artifact("BeaconHarness").selector("verifyUpdate");
    let (chain, mutations) = (scenes().unwrap(), Mutation::all());
    for _ in 0..cases() / 4 {
        let mut scene = Scene::honest(&chain, &mut session.dice).unwrap();
        let mutation = *session.dice.one_of(&mutations);
        let Some(caused) = mutation.apply(&mut scene, &mut session.dice) else { continue };
        let rust = verify(&scene).map_err(Revert::from);
        if mutation == Mutation::Honest {
            assert!(rust.is_ok(), "an honest update is refused: {}", rust.unwrap_err());
        }
        if let Some(caused) = caused {
            let refused = rust.as_ref().err().and_then(|revert| Revert::decode(&revert.data));
            assert_eq!(refused.map(|error| error.name).as_deref(), Some(caused), "{mutation}");
        }
        let call = (
            sol::Config::from(&chain.network().config()),
            sol::Trusted::from(&scene.trusted),
            sol::Update::from(&scene.update.as_update()),
            scene.now,
            false,
        );
        let data = [&selector[..], &call.abi_encode_params()].concat();
        session.compare_encoded(&to, mutation, &data, rust.map(|root| root.0.into()));
    }
    session.finish();
}

/// The finalized root. BCN-15 belongs to the client's state and not to the update.
fn verify(scene: &Scene) -> Result<B256, Error> {
    let client = Client::new(scene.chain.network().config(), DefaultBls::default())?;
    let update = scene.update.as_update();
    match client.verify_update(&scene.trusted, &update, scene.now) {
        Err(Error::ConflictingFinality { .. }) => Ok(update.finalized.hash_tree_root()),
        verdict => verdict,
    }
}
