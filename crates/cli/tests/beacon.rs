//! `heliograph prove beacon-update` and `heliograph evidence`, from files and from a node.

mod support;

use alloy_primitives::{Bytes, hex};
use alloy_sol_types::SolCall;
use bindings::IBeaconLightClient;
use light_client::beacon::Update;
use serde_json::json;
use std::path::PathBuf;
use support::{
    Ended, flip, heliograph,
    light::{FINAL, Light, answer},
    read,
    server::serve,
    verify,
};

/// `prove beacon-update` from the trusted block, into a file.
fn prove(light: &Light, name: &str, args: &[&str]) -> (PathBuf, Ended) {
    let (start, file) = (light.start(), light.folder.path(name));
    let out = file.to_str().expect("UTF-8").to_owned();
    let mut all = vec!["prove", "beacon-update", "--json", "-o", &out];
    all.extend(start.iter().map(String::as_str));
    all.extend(args);
    let ended = heliograph(all);
    (file, ended)
}

#[test]
fn takes_the_update_with_the_fewest_absentees() {
    let light = Light::new();
    let many = light.ssz("many.ssz", &light.finality(FINAL[0], &[1, 2, 9, 30]));
    let one = light.json("one.json", &light.finality(FINAL[0], &[17]));
    let brings = light.ssz("brings.ssz", &light.update(FINAL[0], &[4, 5]));
    let (file, ended) = prove(&light, "update.json", &[&many, &one, &brings]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let proves = verify(&file, &["--json", "--now", &light.now()]).json()["proves"].take();
    assert_eq!((&proves["signers"], &proves["finalized_slot"]), (&json!("31 of 32"), &json!("16")));
    assert_eq!(proves["execution_block_hash"], light.block_hash(FINAL[0]));
    let packed = read(&file)["proof"]["update"].clone();
    let packed = hex::decode(packed.as_str().expect("bytes")).expect("hexadecimal");
    let update = Update::decode(&packed).expect("an update");
    assert_eq!(update.absent.iter().map(|member| member.index).collect::<Vec<_>>(), [17]);
    let cost = ended.json()["cost"].take();
    assert_eq!(cost["bytes"], packed.len());
    for fork in ["osaka", "glamsterdam"] {
        let gas = |part: &str| cost[fork][part].as_u64().expect("gas");
        assert!(gas("total") >= gas("floor"));
        assert!(gas("total") >= gas("calldata") + gas("execution") + gas("storage"));
    }
    let text = heliograph(
        ["prove", "beacon-update"]
            .iter()
            .copied()
            .chain(light.start().iter().map(String::as_str))
            .chain([one.as_str()]),
    );
    assert!(text.err.contains("gas on Osaka"), "{}", text.err);

    // The next committee is wanted: two absent members are as few as there are.
    let (file, ended) = prove(&light, "next.json", &["--next-committee", &many, &one, &brings]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let proves = verify(&file, &["--json", "--now", &light.now()]).json()["proves"].take();
    assert_eq!(proves["signers"], "30 of 32");
    assert_eq!(proves["next_committee_root"], light.chain.committee(1).root().to_string());

    // Of a later period there is no committee yet, and too few have signed.
    let later = light.ssz("later.ssz", &light.finality(FINAL[1], &[]));
    prove(&light, "x.json", &[&later]).1.expect(3, "of 1 none is signed by a committee");
    let few: Vec<usize> = (0..11).collect();
    let few = light.ssz("few.ssz", &light.finality(FINAL[0], &few));
    prove(&light, "x.json", &[&few]).1.expect(3, "none is signed by 22 members");
    prove(&light, "x.json", &["--next-committee", &one]).1.expect(3, "brings the next one");
    assert!(!light.folder.path("x.json").exists());
    let optimistic = light.ssz("optimistic.ssz", &light.optimistic(FINAL[0], &[]));
    prove(&light, "x.json", &[&optimistic]).1.expect(3, "nothing in it is final");
    prove(&light, "x.json", &[]).1.expect(2, "required arguments were not provided");
}

#[test]
fn asks_a_beacon_node() {
    let light = Light::new();
    let path = |name: &str| format!("/eth/v1/beacon/light_client/{name}");
    let answers = [
        (path(&format!("bootstrap/{}", light.root())), answer(&light.bootstrap())),
        (path("updates?start_period=0&count=2"), json!([answer(&light.update(FINAL[0], &[1, 2]))])),
        (path("finality_update"), answer(&light.finality(FINAL[0], &[5]))),
    ];
    let url = serve(move |path, _| {
        let found = answers.iter().find(|(known, _)| known == path);
        found.map(|(_, answer)| answer.clone())
    });
    let start = light.start();
    let file = light.folder.path("update.json");
    let out = file.to_str().expect("UTF-8");
    // Without a bootstrap: the node has it, and the root is what is trusted.
    let mut args = vec!["prove", "beacon-update", "--beacon", &url, "-o", out];
    args.extend(start[..4].iter().chain(&start[6..]).map(String::as_str));
    let ended = heliograph(&args);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let proves = verify(&file, &["--json", "--now", &light.now()]).json()["proves"].take();
    assert_eq!(proves["signers"], "31 of 32");

    let other = format!("0x{}", "11".repeat(32));
    let place = args.iter().position(|arg| *arg == "--root").expect("a root");
    args[place + 1] = &other;
    heliograph(&args).expect(3, "the beacon node has nothing there");
}

#[test]
fn says_whether_two_updates_are_misbehaviour() {
    let (light, other) = (Light::new(), Light::with(1));
    assert_eq!(light.root(), other.root());
    let file = |light: &Light, name: &str, slot: u64, absent: &[usize]| {
        let object = light.ssz("object.ssz", &light.finality(slot, absent));
        let (file, ended) = prove(light, name, &[&object]);
        assert_eq!(ended.status, 0, "{}", ended.err);
        file.to_str().expect("UTF-8").to_owned()
    };
    let (a, b) = (file(&light, "a.json", FINAL[0], &[3]), file(&other, "b.json", FINAL[0], &[]));
    let now = light.now();
    let evidence = |a: &str, b: &str| heliograph(["evidence", "--json", "--now", &now, a, b]);
    let ended = evidence(&a, &b);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let json = ended.json();
    assert_eq!((&json["kind"], &json["slot"]), (&json!("misbehaviour"), &json!(16)));
    let roots = [&light, &other].map(|light| light.chain.block(16).expect("a block").root());
    assert_eq!(json["finalized_roots"], json!(roots));
    let calldata = hex::decode(json["calldata"].as_str().expect("bytes")).expect("hexadecimal");
    let call = IBeaconLightClient::submitMisbehaviourCall::abi_decode(&calldata).expect("a call");
    let packed = |file: &str| {
        let update = read(file.as_ref())["proof"]["update"].take();
        serde_json::from_value::<Bytes>(update).expect("bytes")
    };
    assert_eq!((call.a, call.b), (packed(&a), packed(&b)));

    // One history, signed twice.
    let again = file(&light, "again.json", FINAL[0], &[7]);
    let text = heliograph(["evidence", "--now", &now, &a, &again]);
    text.expect_clause("BCN-15");
    // One of the two does not hold.
    let mut wrong = read(b.as_ref());
    flip(&mut wrong["proof"]["update"], 0);
    let wrong = light.folder.write_json("wrong.json", &wrong);
    let wrong = wrong.to_str().expect("UTF-8");
    heliograph(["evidence", "--now", &now, &a, wrong]).expect(1, "violates clause");
    // Files that have nothing to do with each other.
    let mut network = read(b.as_ref());
    network["proof"]["network"]["chain_id"] = json!(5);
    let network = light.folder.write_json("network.json", &network);
    evidence(&a, network.to_str().expect("UTF-8")).expect(3, "is of another network");
    heliograph(["evidence", &a]).expect(2, "<CONFLICTING>");
}
