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
