//! Configurations: what is read, and where it is said what is wrong.

use alloy_primitives::U256;
use relayer::config::{self, ConfigError, Loaded, NewChain, Origin, Role, SecretRef};
use std::{fs, path::Path};

const VALID: &str = include_str!("fixtures/relayer.toml");
const SCHEMA: &str = include_str!("../../../docs/relayer.schema.json");

fn read(text: &str) -> Result<Loaded, ConfigError> {
    config::parse("relayer.toml", text, [])
}

fn with(name: &str, value: &str) -> Result<Loaded, ConfigError> {
    config::parse("relayer.toml", VALID, [(name.to_owned(), value.to_owned())])
}

/// What is said of a valid file in which one text is replaced.
fn said(replace: &str, by: &str) -> Vec<String> {
    assert_eq!(VALID.matches(replace).count(), 1, "{replace} is there once");
    listed(&read(&VALID.replacen(replace, by, 1)).expect_err(by))
}

/// `line:column message (help)` of each problem.
fn listed(error: &ConfigError) -> Vec<String> {
    let line = |problem: &config::Problem| {
        let help = problem.advice().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}:{} {problem}{help}", problem.line(), problem.column())
    };
    error.problems().iter().map(line).collect()
}

fn accepts(replace: &str, by: &str) -> Loaded {
    assert_eq!(VALID.matches(replace).count(), 1, "{replace} is there once");
    read(&VALID.replacen(replace, by, 1)).expect(by)
}

#[test]
fn accepts_the_example() {
    let loaded = read(VALID).expect("it is valid");
    let config = &loaded.config;
    assert_eq!(config.chains["a"].id, 900_001);
    assert_eq!(config.chains["a"].rpc.needed(), 2);
    assert_eq!(config.chains["chain-b"].finality, config::Finality::Blocks(64));
    assert_eq!(config.chains["chain-b"].rpc.needed(), 1);
    assert_eq!(config.lanes[0].min_profit_percent, Some(-5));
    assert_eq!(config.roles.0.len(), 6);
    assert!(!config.roles.0.contains(&Role::Attestor));
    let notes: Vec<_> = loaded.notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes, ["one node is believed"]);
}

#[test]
fn rejects_with_position_what_is_no_toml() {
    assert_eq!(
        said("id = 900002", "id = "),
        ["35:6 string values must be quoted, expected literal string (this is no TOML)"]
    );
    assert_eq!(
        said("[chains.a]", "[chains.a"),
        ["11:10 unclosed table, expected `]` (this is no TOML)"]
    );
    assert_eq!(
        said("quorum = 2", "quorum = 2\nquorum = 3"),
        ["22:1 duplicate key (this is no TOML)"]
    );
}

#[test]
fn rejects_with_position_what_has_no_such_name() {
    assert_eq!(
        said("quorum = 2", "quorun = 2"),
        ["21:1 there is no `quorun` here (did you mean `quorum`?)"]
    );
    assert_eq!(said("[store]", "[stor]"), ["4:2 there is no `stor` here (did you mean `store`?)"]);
    assert_eq!(
        said("batch = 8", "bach = 8\nfrm = 3\nbatch = 0"),
        [
            "61:1 there is no `bach` here (did you mean `batch`?)",
            "62:1 there is no `frm` here (did you mean `from`?)",
            "63:9 nothing can be sent in batches of none (1 sends each alone)",
        ]
    );
    assert_eq!(
        said("finality = \"finalized\"", "finality = \"finalised\""),
        ["17:12 this is none of the words that may stand here (did you mean `finalized`?)"]
    );
    assert_eq!(
        said("roles = [\"indexer\"", "roles = [\"indexr\""),
        ["2:10 this is none of the words that may stand here (did you mean `indexer`?)"]
    );
    assert_eq!(said("id = 900002\n", ""), ["34:1 `id` is missing"]);
}

#[test]
fn rejects_with_position_what_is_of_another_kind() {
    assert_eq!(
        said("quorum = 2", "quorum = \"two\""),
        ["21:10 this is a value of another kind (expected a whole number, 0 or more)"]
    );
    assert_eq!(
        said("quorum = 2", "quorum = -1"),
        ["21:10 this value cannot stand here (expected a whole number, 0 or more)"]
    );
    assert_eq!(
        said("max_fee_gwei = 50.5", "max_fee_gwei = true"),
        ["28:16 this is a value of another kind (expected a number)"]
    );
    assert_eq!(said("url = \"sqlite:heliograph.db\"", "url = 3").len(), 1);
    let short = said("0x4444444444444444444444444444444444444444", "0x44");
    assert_eq!(short, ["36:11 this cannot be read: invalid string length"]);
}

#[test]
fn rejects_with_position_what_is_out_of_range() {
    let cases = [
        ("id = 900002", "id = 0", "35:6 0 is not between 1 and 9223372036854775807"),
        ("start_block = 3", "start_block = 9223372036854775808", ""),
        ("max_fee_gwei = 50.5", "max_fee_gwei = 0", "28:16 nothing can be sent for nothing"),
        (
            "max_fee_gwei = 50.5",
            "max_fee_gwei = nan",
            "28:16 NaN is not between 0.000000001 and 1000000000",
        ),
        (
            "max_fee_gwei = 50.5",
            "max_fee_gwei = inf",
            "28:16 inf is not between 0.000000001 and 1000000000",
        ),
        (
            "max_fee_gwei = 50.5",
            "bump_percent = 9",
            "28:16 9 per cent more is too little (nodes take a replacement that bids 10 per cent more)",
        ),
        ("max_fee_gwei = 50.5", "max_raise = 0.5", "28:13 0.5 is not between 1 and 1000000"),
        ("max_fee_gwei = 50.5", "bump_blocks = 0", "28:15 0 is not between 1 and 100000"),
        (
            "max_fee_gwei = 50.5",
            "min_tip_gwei = 300",
            "28:16 the tip is more than all that may be paid (see max_fee_gwei)",
        ),
        ("ether_per_day = 0.3", "ether_per_day = -1", "31:17 -1 is not between 0 and 1000000000"),
        (
            "ether_per_day = 0.3",
            "ether_per_transaction = 2.0",
            "31:25 one transaction may cost more than a whole day (see ether_per_day)",
        ),
        (
            "ether_per_day = 0.3",
            "gas_per_transaction = 20999",
            "31:23 20999 is not between 21000 and 1000000000",
        ),
        ("ether_per_day = 0.3", "in_flight = 0", "31:13 0 is not between 1 and 1024"),
        ("batch = 8", "batch = 257", "61:9 257 is not between 1 and 256"),
        (
            "min_profit_percent = -5",
            "min_profit_percent = -101",
            "62:22 -101 is not between -100 and 1000000",
        ),
        (
            "expiry_fraction = 0.25",
            "expiry_fraction = 0",
            "56:19 0 is not between 0 and 1, both excluded (0.5 updates it when half of its trusting period has passed)",
        ),
        (
            "expiry_fraction = 0.25",
            "expiry_fraction = 1.0",
            "56:19 1 is not between 0 and 1, both excluded (0.5 updates it when half of its trusting period has passed)",
        ),
        ("quorum = 2", "quorum = 0", "21:10 somebody has to agree (at least 1)"),
        ("quorum = 2", "timeout_seconds = 0", "21:19 0 is not between 0.1 and 600"),
        ("block_seconds = 1", "block_seconds = 0", "16:17 0 is not between 0.01 and 3600"),
        ("block_seconds = 1", "log_range = 0", "16:13 0 is not between 1 and 1000000"),
        ("127.0.0.1:8787", "localhost", "8:10 this is no address and port (write 127.0.0.1:8787)"),
        (
            "0x4444444444444444444444444444444444444444",
            "0x0000000000000000000000000000000000000000",
            "36:11 the zero address is no message service",
        ),
    ];
    for (replace, by, expected) in cases {
        let found = said(replace, by);
        if expected.is_empty() {
            assert_eq!(found.len(), 1, "{found:?}");
        } else {
            assert_eq!(found, [expected], "{by}");
        }
    }
}

#[test]
fn rejects_what_does_not_fit_together_all_at_once() {
    let cases = [
        ("id = 900002", "id = 900001", "35:6 `a` has the id 900001 too"),
        (
            "quorum = 2",
            "quorum = 4",
            "21:10 4 nodes cannot agree: there are 3 (it is never lowered because some are down)",
        ),
        (
            "https://node.example/v3/planted_in_a_path",
            "http://127.0.0.1:8545/",
            "20:39 this is listed twice (one node counts once: two answers of the same one confirm nothing)",
        ),
        (
            "env:NODE_A",
            "ledger:0",
            "20:84 a URL cannot be had from ledger (write http://… or https://…, or a reference to a secret that holds such a URL: env:NAME, file:path)",
        ),
        (
            "quorum = 2",
            "quorum = 2\nws = [\"https://node.example\"]",
            "22:7 this is no URL of a node (write ws://… or wss://…, or a reference to a secret that holds such a URL: env:NAME, file:path)",
        ),
        (
            "quorum = 2",
            "quorum = 2\nws = [\"ws://node.example\", \"ws://node.example/\"]",
            "22:28 this is listed twice (once is enough)",
        ),
        (
            "sqlite:heliograph.db",
            "mysql://x",
            "5:7 this is no store (write sqlite:path, postgres://…, or a reference: env:NAME, file:path)",
        ),
        (
            "[[clients]]\non = \"a\"",
            "[[clients]]\non = \"aa\"",
            "45:6 there is no chain `aa` (there are `a`, `chain-b`)",
        ),
        (
            "[[lanes]]\nfrom = \"a\"",
            "[[lanes]]\nfrom = \"chain_b\"",
            "59:8 there is no chain `chain_b` (did you mean `chain-b`?)",
        ),
        (
            "signers = [{ key = \"env:KEY_B\" }]",
            "",
            "60:6 nobody sends transactions on `chain-b` (add a signer: [[chains.chain-b.signers]])",
        ),
        (
            "checker = \"0x5555555555555555555555555555555555555555\"",
            "",
            "65:1 outcomes are proven to a checker, and `chain-b` names none (set chains.chain-b.checker, or acknowledge = \"never\" and prove_expired = false)",
        ),
        (
            "roles = [\"indexer\"",
            "roles = [\"indexer\", \"attestor\"",
            "2:9 an attestor plays no other role (run it as a process of its own, with its own keys and nodes)",
        ),
        (
            "password = \"file:keys/password\"",
            "",
            "24:7 a keystore needs a password (add password = \"file:path\" or password = \"env:NAME\")",
        ),
        (
            "{ key = \"env:KEY_B\" }",
            "{ key = \"env:KEY_B\", password = \"env:P\" }",
            "42:44 only a keystore has a password",
        ),
        (
            "{ key = \"env:KEY_B\" }",
            "{ key = \"env:KEY_B\" }, { key = \"env:KEY_B\" }",
            "42:43 this key is listed twice (each signer counts its own nonces)",
        ),
        ("follows = \"a\"", "follows = \"chain-b\"", "51:11 `on` and `follows` are the same chain"),
        (
            "[clients.kind.beacon]\nendpoints = [\"http://127.0.0.1:5052\"]",
            "kind = { beacon = { endpoints = [] } }",
            "53:33 updates come from a beacon node, and there is none",
        ),
    ];
    for (replace, by, expected) in cases {
        let found = said(replace, by);
        let first = found.first().map(String::as_str);
        assert!(found.iter().any(|said| said == expected), "{by}: {found:#?} lacks {expected}");
        assert!(first.is_some());
    }
    let text = VALID
        .replacen("id = 900002", "id = 900001", 1)
        .replacen("quorum = 2", "quorum = 4", 1)
        .replacen("batch = 8", "batch = 0", 1)
        .replacen("to = \"a\"", "to = \"b\"", 1);
    let found = listed(&read(&text).expect_err("four mistakes"));
    let places: Vec<_> =
        found.iter().map(|said| said.split(' ').next().unwrap_or_default()).collect();
    assert_eq!(places, ["21:10", "35:6", "61:9", "67:6"], "{found:#?}");
}

#[test]
fn rejects_an_attestor_that_is_not_alone() {
    let attest = "[attest]\nsigner = { key = \"env:KEY_B\" }\n[attest.contracts]\na = \"0x8888888888888888888888888888888888888888\"\nc = \"0x8888888888888888888888888888888888888888\"\n\n[[clients]]\non = \"a\"";
    assert_eq!(
        said("[[clients]]\non = \"a\"", attest),
        [
            "44:2 this process is no attestor (set roles = [\"attestor\"])",
            "45:18 this key sends transactions on `chain-b` (an attestor signs with a key that does nothing else)",
            "48:5 there is no chain `c` (there are `a`, `chain-b`)",
        ]
    );
    let roles =
        "roles = [\"indexer\", \"keeper\", \"messenger\", \"writer\", \"checker\", \"api\"]";
    assert_eq!(said(roles, "roles = [\"attestor\"]"), ["2:9 an attestor needs a section [attest]"]);
}

#[test]
fn accepts_one_direction_without_a_way_back() {
    let text = VALID
        .replacen("acknowledge = \"always\"", "acknowledge = \"never\"\nprove_expired = false", 1)
        .replacen(
            "key = \"keystore:keys/a.json\"\npassword = \"file:keys/password\"",
            "key = \"file:k\"",
            1,
        )
        .replacen("checker = \"0x2222222222222222222222222222222222222222\"", "", 1);
    let text = text.split("[[lanes]]\nfrom = \"chain-b\"").next().expect("a part").replacen(
        "[[chains.a.signers]]\nkey = \"file:k\"",
        "",
        1,
    );
    read(&text).expect("nothing is sent on the source");
}

#[test]
fn l10_accepts_websockets_and_shows_no_more_than_their_origin() {
    let ws = "quorum = 2\nws = [\"wss://node.example/v3/planted_in_a_path\", \"env:SOCKET\"]";
    let loaded = read(&VALID.replacen("quorum = 2", ws, 1)).expect("it is valid");
    assert_eq!(loaded.config.chains["a"].rpc.ws.len(), 2);
    assert!(!format!("{:?}", loaded.config).contains("planted_in_a_path"));
    let shown = serde_json::to_string(&loaded.config).expect("JSON");
    assert!(shown.contains("wss://node.example…") && !shown.contains("planted_in_a_path"));
}

#[test]
fn variables_lie_over_the_file() {
    let loaded = with("HELIOGRAPH_CHAINS__A__RPC__QUORUM", "3").expect("three of three");
    assert_eq!(loaded.config.chains["a"].rpc.quorum, Some(3));
    let values = loaded.origins.values(&loaded.config);
    let origin =
        |path: &str| values.iter().find(|value| value.path == path).expect(path).origin.clone();
    assert_eq!(
        origin("chains.a.rpc.quorum"),
        Origin::Variable("HELIOGRAPH_CHAINS__A__RPC__QUORUM".into())
    );
    assert_eq!(origin("chains.a.id"), Origin::File { name: "relayer.toml".into(), line: 12 });
    assert_eq!(origin("lanes.1.batch"), Origin::Default);

    let batch = with("HELIOGRAPH_LANES__0__BATCH", "4").expect("a list's element");
    assert_eq!(batch.config.lanes[0].batch, 4);
    let key = with("HELIOGRAPH_CHAINS__CHAIN_B__SIGNERS__0__KEY", "file:x").expect("`-` is `_`");
    assert_eq!(key.config.chains["chain-b"].signers[0].key, SecretRef("file:x".into()));
    let token = with("HELIOGRAPH_API__TOKEN", "12345").expect("digits where a string stands");
    assert_eq!(token.config.api.token, Some(SecretRef("12345".into())));
    let nodes = with("HELIOGRAPH_CHAINS__A__RPC__ENDPOINTS", "[\"http://x\", \"http://y\"]")
        .expect("a list");
    assert_eq!(nodes.config.chains["a"].rpc.endpoints.len(), 2);
    let roles = with("HELIOGRAPH_ROLES", "[\"indexer\"]").expect("no part");
    assert_eq!(roles.config.roles.0, [Role::Indexer]);
    with("HELIOGRAPH_BEACON", "http://x").expect("other programs' variables are left alone");
}

#[test]
fn rejects_variables_that_fit_nowhere() {
    let said = |name, value| listed(&with(name, value).expect_err(name));
    assert_eq!(
        said("HELIOGRAPH_CHAIN__A__ID", "3"),
        ["1:1 there is no section `chain` (did you mean `chains`?)"]
    );
    assert_eq!(
        said("HELIOGRAPH_LANES__2__BATCH", "4"),
        ["1:1 `2` is none of the 2 elements, from 0 on"]
    );
    assert_eq!(said("HELIOGRAPH_API__TOKEN__X", "1"), ["1:1 `X` cannot be within a value"]);
    assert_eq!(said("HELIOGRAPH_API____X", "1"), ["1:1 HELIOGRAPH_API____X has an empty part"]);
    let quorum = with("HELIOGRAPH_CHAINS__A__RPC__QUORUM", "9").expect_err("too many");
    assert_eq!(quorum.problems()[0].name(), "HELIOGRAPH_CHAINS__A__RPC__QUORUM");
    assert_eq!(
        listed(&quorum),
        ["1:1 9 nodes cannot agree: there are 3 (it is never lowered because some are down)"]
    );
}

#[test]
fn shows_the_line_that_is_wrong() {
    let error =
        read(&VALID.replacen("quorum = 2", "quorum = 4  # of three", 1)).expect_err("too many");
    let expected = "\
the configuration has 1 problem

relayer.toml:21:10: 4 nodes cannot agree: there are 3
    ╭─[relayer.toml:21:10]
 20 │ endpoints = [\"http://127.0.0.1:8545\", \"https://node.example*********************\", \"env:NODE_A\"]
 21 │ quorum = 4            
    ·          ┬
    ·          ╰── here
 22 │ 
    ╰────
  help: it is never lowered because some are down";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn reads_amounts_as_they_are_written() {
    let chain = &accepts("ether_per_day = 0.3", "ether_per_day = 0.3\nether_per_transaction = 0.1")
        .config
        .chains["a"];
    assert_eq!(chain.limits.wei_per_day(), Some(U256::from(300_000_000_000_000_000_u64)));
    assert_eq!(chain.limits.wei_per_transaction(), Some(U256::from(100_000_000_000_000_000_u64)));
    assert_eq!(chain.fees.max_fee(), 50_500_000_000);
    assert_eq!(chain.fees.min_tip(), 10_000_000);
    let none = accepts("ether_per_day = 0.3", "ether_per_day = 0").config;
    assert_eq!(none.chains["a"].limits.wei_per_day(), None);
}

#[test]
fn paths_are_relative_to_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("relayer.toml");
    fs::write(&path, VALID).expect("a file");
    let config = config::load(&path).expect("it is valid").config;
    let whole = |scheme: &str, name: &str| {
        SecretRef(format!("{scheme}:{}", folder.path().join(name).display()))
    };
    assert_eq!(config.store.url, whole("sqlite", "heliograph.db"));
    assert_eq!(config.chains["a"].signers[0].key, whole("keystore", "keys/a.json"));
    assert_eq!(config.chains["a"].signers[0].password, Some(whole("file", "keys/password")));
    assert_eq!(config.chains["chain-b"].signers[0].key, SecretRef("env:KEY_B".into()));

    fs::write(&path, b"[store]\nurl = \"\xff\"").expect("a file");
    assert_eq!(listed(&config::load(&path).expect_err("no UTF-8")), ["2:8 this is no UTF-8"]);
    let missing = config::load(Path::new("/no/such/file")).expect_err("no file");
    assert!(missing.to_string().starts_with("cannot read /no/such/file: "), "{missing}");
}

#[test]
fn the_schema_is_the_committed_one() {
    let committed: serde_json::Value = serde_json::from_str(SCHEMA).expect("JSON");
    let hint = "heliograph config schema > docs/relayer.schema.json";
    assert_eq!(config::schema(), committed, "{hint}");
    assert_eq!(committed["additionalProperties"], false);
}

#[test]
fn the_template_is_a_configuration() {
    let chain = |name: &str, id, digit: &str, beacon: &[&str]| NewChain {
        name: name.into(),
        id,
        endpoints: vec!["http://127.0.0.1:8545".into()],
        service: format!("0x{}", digit.repeat(40)),
        checker: Some(format!("0x{}", digit.repeat(40))),
        start_block: 1,
        beacon: beacon.iter().map(|node| (*node).to_owned()).collect(),
        key: format!("keystore:keys/{name}.json"),
        password: Some("env:HELIOGRAPH_KEY_PASSWORD".into()),
    };
    let chains = [chain("one", 1, "1", &["http://127.0.0.1:5052"]), chain("two", 2, "2", &[])];
    let config = read(&config::template(&chains)).expect("it is valid").config;
    assert_eq!((config.chains.len(), config.clients.len(), config.lanes.len()), (2, 2, 2));
    assert_eq!(config.clients[0].on, "one");
    assert!(matches!(config.clients[0].kind, config::ClientKind::Map { validators: None }));
    assert!(matches!(config.clients[1].kind, config::ClientKind::Beacon { .. }));
}
