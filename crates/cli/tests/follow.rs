//! `heliograph follow`: a simulated network of three periods.

mod support;

use light_client::beacon::spec::Object as _;
use serde_json::{Value, json};
use support::{
    Ended, flip, heliograph,
    light::{FINAL, Light, answer},
    read,
};

/// `follow` from the trusted block.
fn follow(light: &Light, args: &[&str]) -> Ended {
    follow_with(&light.start(), args)
}

/// The same with other arguments.
fn follow_with(start: &[String], args: &[&str]) -> Ended {
    let start = start.iter().map(String::as_str);
    heliograph(["follow", "--json"].into_iter().chain(start).chain(args.iter().copied()))
}

/// The only object's refusal.
#[track_caller]
fn refusal(ended: &Ended) -> Value {
    assert_eq!(ended.status, 1, "{}", ended.err);
    let json = ended.json();
    assert_eq!((&json["ok"], &json["objects"][0]["outcome"]), (&json!(false), &json!("refused")));
    json["objects"][0]["refusal"].clone()
}

#[test]
fn follows_three_periods_in_every_encoding() {
    let light = Light::new();
    let first = light.ssz("first.ssz", &light.update(FINAL[0], &[3]));
    let second = light.json("second.json", &light.update(FINAL[1], &[]));
    let third = light.ssz("third.ssz", &light.finality(FINAL[2], &[0, 31]));
    let json = follow(&light, &[&first, &second, &third]).json();
    assert_eq!(json["ok"], true);
    assert_eq!(json["from"]["finalized_slot"], "8");
    let learned = |at: usize| &json["objects"][at]["learned"];
    for (at, slot) in FINAL.into_iter().enumerate() {
        assert_eq!(learned(at)["finalized_slot"], slot.to_string());
        assert_eq!(learned(at)["execution_block_hash"], light.block_hash(slot));
        // The bootstrap's block is head 1.
        assert_eq!(learned(at)["head"], (at + 2).to_string());
    }
    let root = |period| light.chain.committee(period).root();
    assert_eq!(learned(0)["rotated_to"], Value::Null);
    assert_eq!(learned(0)["next_committee"], format!("{} of period 1", root(1)));
    assert_eq!(learned(1)["rotated_to"], format!("committee {} of period 1", root(1)));
    assert_eq!(learned(2)["rotated_to"], format!("committee {} of period 2", root(2)));
    assert_eq!(json["trusts"]["next_committee"], "unknown");
    assert_eq!(
        json["objects"][2]["object"],
        "finality update of slot 152, signed in slot 153 by 30 of 32"
    );

    // All of it as a list, and in the chunks of the beacon API.
    let updates = [light.update(FINAL[0], &[3]), light.update(FINAL[1], &[])];
    let list: Vec<Value> = updates.iter().map(answer).collect();
    let list = light.folder.write_json("list.json", &Value::Array(list));
    let chunk = |ssz: Vec<u8>| {
        let length = u64::try_from(ssz.len() + 4).expect("a length").to_le_bytes();
        [&length[..], &[1, 2, 3, 4], &ssz].concat()
    };
    let chunks: Vec<u8> = updates.iter().flat_map(|update| chunk(update.to_ssz())).collect();
    let chunks = light.folder.write("chunks.ssz", chunks);
    for file in [list, chunks] {
        let file = file.to_str().expect("UTF-8");
        let both = follow(&light, &[file]).json();
        assert_eq!(both["trusts"]["finalized_slot"], "72");
        assert_eq!(both["objects"][1]["name"], format!("{file}[1]"));
    }
}

#[test]
fn goes_on_from_a_state() {
    let light = Light::new();
    let first = light.ssz("first.ssz", &light.update(FINAL[0], &[]));
    let second = light.ssz("second.ssz", &light.update(FINAL[1], &[]));
    let state = light.folder.path("state.json");
    let state = state.to_str().expect("UTF-8");
    assert_eq!(follow(&light, &["--state", state, &first]).status, 0);
    let go_on = |args: &[&str]| {
        let now = light.now();
        let all = ["follow", "--json", "--state", state, "--now", &now];
        heliograph(all.iter().chain(args))
    };
    let json = go_on(&[&second]).json();
    assert_eq!(json["from"]["finalized_slot"], "16");
    assert_eq!(json["trusts"]["finalized_slot"], "72");
    // What is refused changes nothing, and what was written stays.
    let before = read(state.as_ref());
    assert_eq!(refusal(&go_on(&[&second]))["clause"], "BCN-4");
    assert_eq!(read(state.as_ref()), before);
    assert_eq!(go_on(&[]).json()["trusts"]["head"], "3");

    follow(&light, &["--state", state]).expect(2, "holds a state: leave --root");
    go_on(&["--network", "mainnet"]).expect(2, "is of another network");
    go_on(&["--store"]).expect(2, "the state is that of the bridge's client");
    let mut other = before;
    other["follow"] = json!(2);
    light.folder.write_json("state.json", &other);
    go_on(&[]).expect(3, "format version 2, not 1");
    other["followed"]["client"]["committees"] = json!([]);
    other["follow"] = json!(1);
    light.folder.write_json("state.json", &other);
    go_on(&[]).expect(3, "does not hold the committee's keys");
}

#[test]
fn refuses_what_a_user_may_get_wrong() {
    let light = Light::new();
    let update = light.ssz("update.ssz", &light.update(FINAL[0], &[]));

    // Another root.
    let mut args = light.start();
    args[3] = format!("0x{}", "11".repeat(32));
    follow_with(&args, &[]).expect_clause("BCN-14");

    // Another network.
    let mut network = light.network_json();
    flip(&mut network["genesis_validators_root"], 0);
    let other = light.folder.write_json("other.json", &network);
    let mut args = light.start();
    args[1] = other.to_str().expect("UTF-8").to_owned();
    let ended = follow_with(&args, &[&update]);
    assert_eq!(refusal(&ended)["clause"], "BLS-3");
    args[1] = "atlantis".into();
    follow_with(&args, &[]).expect(2, "none of mainnet, sepolia");

    // A clock that is behind.
    let mut args = light.start();
    args[7] = light.chain.network().time(FINAL[0] + 16).to_string();
    let ended = follow_with(&args, &[&update]);
    let refused = refusal(&ended);
    assert_eq!(refused["clause"], "BCN-1");
    assert_eq!(
        refused["rust"],
        "light_client::beacon::Error::FutureSignature { signature_slot: 33, current_slot: 32 }"
    );

    // A period that is left out.
    let third = light.ssz("third.ssz", &light.update(FINAL[2], &[]));
    let ended = follow(&light, &[&third]);
    let refused = refusal(&ended);
    assert_eq!(refused["clause"], "BCN-5");
    assert_eq!(refused["solidity"], "BeaconUnknownPeriod(signaturePeriod: 2, trustedPeriod: 0)");
    // One that is not left out, but of which no committee is known.
    let finality = light.ssz("finality.ssz", &light.finality(FINAL[0], &[]));
    let second = light.ssz("second.ssz", &light.update(FINAL[1], &[]));
    let json = follow(&light, &[&finality, &second]).json();
    assert_eq!(json["objects"][0]["outcome"], "accepted");
    assert_eq!(json["objects"][1]["refusal"]["clause"], "BCN-5");

    // Too few signers.
    let few: Vec<usize> = (0..11).collect();
    let few = light.ssz("few.ssz", &light.update(FINAL[0], &few));
    assert_eq!(refusal(&follow(&light, &[&few]))["clause"], "BCN-7");

    // An object that lies about what is final.
    let mut lie = light.update(FINAL[0], &[]);
    lie.finalized_header = light.update(FINAL[1], &[]).finalized_header;
    let lie = light.json("lie.json", &lie);
    assert_eq!(
        refusal(&follow(&light, &[&lie]))["rust"],
        "light_client::beacon::builder::Error::FinalityBranch"
    );

    // Of an optimistic update nothing is final.
    let optimistic = light.ssz("optimistic.ssz", &light.optimistic(FINAL[0], &[]));
    let refused = refusal(&follow(&light, &[&optimistic]));
    assert!(refused["message"].as_str().is_some_and(|text| text.contains("--store does")));
}

#[test]
fn says_what_it_cannot_read_and_goes_on() {
    let light = Light::new();
    let ssz = light.update(FINAL[0], &[]).to_ssz();
    let whole = light.ssz("whole.ssz", &light.update(FINAL[0], &[]));
    let short = light.folder.write("short.ssz", &ssz[..ssz.len() / 2]);
    let short = short.to_str().expect("UTF-8");
    let ended = follow(&light, &[short, &whole]);
    ended.expect(3, "1 of 2 objects accepted");
    let json = ended.json();
    assert_eq!(json["objects"][0]["outcome"], "unreadable");
    let problem = json["objects"][0]["problem"].as_str().expect("a problem");
    assert!(problem.contains("the SSZ of no light-client object"), "{problem}");
    assert_eq!(json["objects"][1]["outcome"], "accepted");

    let stopped = follow(&light, &["--stop-on-refusal", "--fork", "electra", short, &whole]);
    stopped.expect(3, "0 of 2 objects accepted");
    let json = stopped.json();
    assert_eq!(json["left"], 1);
    let problem = json["objects"][0]["problem"].as_str().expect("a problem");
    let expected =
        format!("{} bytes that are not the SSZ of a light-client object of Electra", ssz.len() / 2);
    assert!(problem.starts_with(&expected), "{problem}");

    // One byte less is still SSZ: of a header with other extra data, which its block does not have.
    let byte = light.folder.write("byte.ssz", &ssz[..ssz.len() - 1]);
    assert_eq!(
        refusal(&follow(&light, &[byte.to_str().expect("UTF-8")]))["rust"],
        "light_client::beacon::builder::Error::ExecutionBranch"
    );

    follow(&light, &["--fork", "frontier", &whole]).expect(2, "none of altair");
    // In the form of another fork it has another length.
    follow(&light, &["--fork", "gloas", &whole]).expect(3, "0 of 1 objects accepted");
    let text = light.folder.write("text.json", "{\"data\":{}}");
    let json = follow(&light, &[text.to_str().expect("UTF-8")]).json();
    assert_eq!(json["objects"][0]["problem"], "JSON that is no light-client object");
    let version = json!({ "version": "gloas", "data": light.update(FINAL[0], &[]) });
    let version = light.folder.write_json("version.json", &version);
    let json = follow(&light, &[version.to_str().expect("UTF-8")]).json();
    let problem = json["objects"][0]["problem"].as_str().expect("a problem");
    assert!(problem.contains("has not the form of Gloas"), "{problem}");
    let bootstrap = light.ssz("b.ssz", &light.bootstrap());
    let json = follow(&light, &[&bootstrap]).json();
    assert_eq!(json["objects"][0]["problem"], "a bootstrap: give it with --bootstrap");
    follow(&light, &["/no/such/file"]).expect(3, "cannot read /no/such/file");
}

#[test]
fn follows_as_the_specs_do() {
    let light = Light::new();
    let state = light.folder.path("store.json");
    let state = state.to_str().expect("UTF-8");
    let few: Vec<usize> = (0..20).collect();
    let first = light.ssz("first.ssz", &light.update(FINAL[0], &[]));
    let optimistic = light.ssz("optimistic.ssz", &light.optimistic(FINAL[1], &few));
    let json = follow(&light, &["--store", "--state", state, &first, &optimistic]).json();
    assert_eq!((&json["ok"], &json["followed_by"]), (&json!(true), &json!("store")));
    assert_eq!(json["objects"][0]["learned"]["finalized_slot"], "16");
    // Twelve of 32 are not more than half of what has signed before: no new optimistic head.
    assert_eq!(json["objects"][1]["learned"]["news"], "none: kept if it is the best so far");
    assert_eq!(json["trusts"]["optimistic_slot"], "32");

    let optimistic = light.ssz("optimistic.ssz", &light.optimistic(FINAL[1], &few[..14]));
    let now = light.now();
    let go_on = |file: &str, now: &str| {
        heliograph(["follow", "--json", "--state", state, "--now", now, file])
    };
    let json = go_on(&optimistic, &now).json();
    assert_eq!(json["objects"][0]["learned"]["optimistic_slot"], "88");
    assert_eq!(json["objects"][0]["learned"]["optimistic_block_hash"], light.block_hash(88));
    assert_eq!(json["trusts"]["finalized_slot"], "16");

    // Its own refusals, and that of the trusting period, which the specs leave to the caller.
    let third = light.ssz("third.ssz", &light.update(FINAL[2], &[]));
    let refused = refusal(&go_on(&third, &now));
    let period = "light_client::beacon::spec::store::Error::UnknownPeriod { signature_period: 2, store_period: 0 }";
    assert_eq!(refused["rust"], period);
    assert_eq!(refusal(&go_on(&third, "1900000000"))["clause"], "CLI-2");
}
