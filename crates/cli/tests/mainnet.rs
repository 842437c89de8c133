//! A block of Ethereum: all its receipts, from the files of `HELIOGRAPH_VECTORS`.

mod support;

use support::{Folder, heliograph, verify};
use testkit::vectors;

const HASH: &str = "0x2e4b7886373b6dbb3d03b6f51527c9a4624697c69aa1e081a99fe9cb65dbebaa";

#[test]
fn proves_logs_of_a_mainnet_block() {
    let what = "proofs from a mainnet block";
    let receipts = vectors::read("ethereum/mainnet_receipts_22432102.json", what);
    let header = vectors::read("ethereum/mainnet_exec_header_22432102.rlp", what);
    let (Some(receipts), Some(header)) = (receipts, header) else { return };
    let folder = Folder::new();
    let (receipts, header) = (folder.write("r.json", receipts), folder.write("h.rlp", header));
    let proof = folder.path("proof.json");
    for index in ["0", "3", "127", "128", "214"] {
        let files = [&receipts, &header, &proof].map(|path| path.to_str().expect("UTF-8"));
        let [receipts, header, out] = files;
        let prove = ["prove", "receipt", "--receipts", receipts, "--header", header];
        let ended = heliograph(prove.iter().chain(&["--index", index, "-o", out]));
        assert_eq!(ended.status, 0, "{}", ended.err);
        let json = verify(&proof, &["--json", "--block-hash", HASH]).json();
        assert_eq!(json["proves"]["block"], "22432102");
        assert_eq!(json["proves"]["transaction_index"], index);
    }
}

#[test]
fn recognises_objects_of_the_beacon_api() {
    let what = "objects of the beacon API";
    let folder = Folder::new();
    let cases = [
        (
            "ethereum/mainnet_electra_optimistic_update_att11650091.json",
            "light-client optimistic update",
        ),
        ("devnet/pyspec-fulu-ethrex-osaka/finality_update.json", "light-client finality update"),
        ("devnet/pyspec-fulu-ethrex-osaka/bootstrap_finalized.json", "light-client bootstrap"),
    ];
    for (name, kind) in cases {
        let Some(content) = vectors::read(name, what) else { continue };
        let path = folder.write("object.json", content);
        let ended = heliograph(["--json", "inspect", path.to_str().expect("UTF-8")]);
        assert_eq!(ended.json()["kind"], kind, "{name}");
    }
}

/// Root of the block of slot 11640864, in the last period of Deneb.
const DENEB_ROOT: &str = "0xd9717ecc253684291f828688f311ba74d05af74c31654f6e14077669fca62f6a";

/// The first second of the period after the two.
const NOW: &str = "1746710615";

/// The objects of two periods, of which the second is the first one of Electra.
struct Periods {
    _folder: Folder,
    bootstrap: String,
    updates: [String; 2],
    optimistic: String,
}

impl Periods {
    fn new() -> Option<Self> {
        let folder = Folder::new();
        let write = |name: &str| {
            let content =
                vectors::read(&format!("ethereum/mainnet_{name}.ssz"), "following mainnet")?;
            Some(folder.write(name, content).to_str().expect("UTF-8").to_owned())
        };
        let bootstrap = write("deneb_bootstrap_slot11640864_period1421")?;
        let updates = [write("deneb_update_period1421")?, write("electra_update_period1422")?];
        let optimistic = write("electra_optimistic_update_att11650091")?;
        Some(Self { _folder: folder, bootstrap, updates, optimistic })
    }

    fn follow(&self, args: &[&str]) -> support::Ended {
        let start = ["follow", "--json", "--root", DENEB_ROOT, "--bootstrap", &self.bootstrap];
        heliograph(start.iter().chain(args))
    }
}

#[test]
fn follows_mainnet_from_deneb_into_electra() {
    let Some(periods) = Periods::new() else { return };
    let [first, second] = &periods.updates;
    for (by, learned_head) in [(&[][..], true), (&["--store"][..], false)] {
        let args = [&["--network", "mainnet", "--now", NOW, first, second], by].concat();
        let ended = periods.follow(&args);
        assert_eq!(ended.status, 0, "{}", ended.err);
        let json = ended.json();
        assert_eq!(json["from"]["finalized_slot"], "11640864");
        for (at, period) in [(0, 1421), (1, 1422)] {
            let learned = &json["objects"][at]["learned"];
            let slot: u64 =
                learned["finalized_slot"].as_str().expect("a slot").parse().expect("a number");
            assert_eq!(slot / 8192, period);
            assert_eq!(learned["head"].is_string(), learned_head);
            assert!(learned["execution_block_hash"].is_string(), "{learned}");
            let next = learned["next_committee"].as_str().expect("a committee");
            assert!(next.ends_with(&format!("of period {}", period + 1)), "{next}");
        }
        assert!(json["objects"][1]["learned"]["rotated_to"].is_string());
    }
    // With one more object, which the store alone takes, and which the fork may be named for.
    let args = ["--network", "mainnet", "--now", NOW, "--store", first, &periods.optimistic];
    let json = periods.follow(&args).json();
    assert_eq!(json["objects"][1]["learned"]["optimistic_slot"], "11650091");
    assert_eq!(json["objects"][1]["learned"]["optimistic_block_hash"], HASH);
}

#[test]
fn refuses_mainnet_objects_where_a_user_goes_wrong() {
    let Some(periods) = Periods::new() else { return };
    let [first, second] = &periods.updates;
    // A root that is not that of the bootstrap: here that of another block.
    let wrong = ["follow", "--network", "mainnet", "--root", HASH, "--now", NOW, "--bootstrap"];
    heliograph(wrong.iter().chain(&[periods.bootstrap.as_str()])).expect_clause("BCN-14");
    // Sepolia was in Electra's form by then.
    periods.follow(&["--network", "sepolia", "--now", NOW]).expect(1, "clause SSZ-1\n");
    let refused = |args: &[&str], at: usize, clause: &str| {
        let ended = periods.follow(&[&["--network", "mainnet"], args].concat());
        assert_eq!(ended.status, 1, "{}", ended.err);
        assert_eq!(ended.json()["objects"][at]["refusal"]["clause"], clause);
    };
    refused(&["--now", NOW, second], 0, "BCN-5");
    refused(&["--now", NOW, first, first], 1, "BCN-4");
    // A day before the signature, and a year after it.
    refused(&["--now", "1746523000", second], 0, "BCN-1");
    periods.follow(&["--network", "mainnet", "--now", "1778000000"]).expect(1, "clause CLI-2\n");
}
