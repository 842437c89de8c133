//! What an operator does before the relayer runs: a configuration, keys.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

mod support;

use support::{Ended, Folder, heliograph};

const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const ADDRESS: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const PASSWORD: &str = "planted password";
const ONE: &str = "name=one,id=1,rpc=http://127.0.0.1:8545,service=0x1111111111111111111111111111111111111111,checker=0x1212121212121212121212121212121212121212,beacon=http://127.0.0.1:5052";
const TWO: &str = "name=two,id=2,rpc=http://127.0.0.1:8546,rpc=http://127.0.0.1:8547,service=0x2222222222222222222222222222222222222222,checker=0x2323232323232323232323232323232323232323,start=7";

/// Runs the program with something to read and with variables.
fn with(args: &[&str], input: &str, variables: &[(&str, &str)]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heliograph"));
    command.args(args).envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // One that has ended already reads nothing.
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends").into()
}

fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn init_writes_what_check_accepts_and_overwrites_nothing() {
    let folder = Folder::new();
    let config = text(&folder.path("relayer.toml"));
    let init = ["init", "--config", &config, "--chain", ONE, "--chain", TWO];
    let ended = heliograph(init);
    assert_eq!(ended.status, 0, "{}", ended.err);
    assert!(ended.out.contains("chains 2, lanes 2"), "{}", ended.out);
    let written = fs::read_to_string(&config).expect("a file");
    heliograph(init).expect(3, "it exists already, and is not overwritten");
    assert_eq!(fs::read_to_string(&config).expect("a file"), written);

    let checked = heliograph(["config", "check", "--config", &config]);
    assert_eq!(checked.status, 0, "{}{}", checked.out, checked.err);
    assert!(
        checked.out.contains("is valid: chains 2, light clients 2, lanes 2"),
        "{}",
        checked.out
    );
    assert!(checked.out.contains("one node is believed"), "{}", checked.out);
    let shown = heliograph(["config", "show", "--origin", "--json", "--config", &config]).json();
    assert_eq!(shown["chains.two.start_block"]["value"], 7);
    assert_eq!(shown["chains.two.rpc.quorum"], serde_json::Value::Null);
    assert_eq!(shown["lanes.0.prove_expired"]["value"], true);
    let from = shown["chains.one.id"]["origin"].as_str().expect("text");
    assert!(from.starts_with(&config), "{from}");
    let args = ["config", "show", "--config", &config];
    let variable = [("HELIOGRAPH_CHAINS__TWO__START_BLOCK", "9")];
    let over = with(&args, "", &variable);
    assert!(
        over.out
            .lines()
            .any(|line| line.starts_with("chains.two.start_block") && line.ends_with('9')),
        "{}",
        over.out
    );
}

#[test]
fn init_asks_when_nothing_is_said() {
    let folder = Folder::new();
    let config = text(&folder.path("relayer.toml"));
    let answers = "\
a\n1\nhttp://127.0.0.1:8545\n0x1111111111111111111111111111111111111111\n0x1212121212121212121212121212121212121212\n\nhttp://127.0.0.1:5052
b\n2\nhttp://127.0.0.1:8546 http://127.0.0.1:8547\n0x2222222222222222222222222222222222222222\n0x2323232323232323232323232323232323232323\n5\n\n";
    let ended = with(&["init", "--config", &config], answers, &[]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    assert!(ended.err.contains("second chain, chain id: "), "{}", ended.err);
    let shown = heliograph(["config", "show", "--json", "--config", &config]).json();
    assert_eq!(shown["chains.b.rpc.endpoints.1"], "http://127.0.0.1:8547");
    with(&["init", "--config", &text(&folder.path("x"))], "a\n", &[])
        .expect(2, "the answers end too early");
    assert!(!folder.path("x").exists());
}

#[test]
fn init_writes_nothing_that_is_no_configuration() {
    let folder = Folder::new();
    let config = text(&folder.path("relayer.toml"));
    let init =
        |one: &str| heliograph(["init", "--config", &config, "--chain", one, "--chain", TWO]);
    init(&ONE.replace("id=1", "id=2")).expect(3, "the configuration has 1 problem");
    let key = init(&format!("{ONE},key={KEY}"));
    key.expect(3, "the configuration has");
    assert!(!format!("{}{}", key.out, key.err).contains(&KEY[2..]), "{}", key.out);
    init("name=one,nome=x").expect(2, "--chain knows no `nome`");
    init("name=one,id=x").expect(2, "--chain id: this is no number");
    init("name=a b").expect(2, "a chain's name has letters");
    assert!(!Path::new(&config).exists());
}

#[test]
fn check_says_where_mistakes_are() {
    let folder = Folder::new();
    let config = text(&folder.path("relayer.toml"));
    heliograph(["init", "--config", &config, "--chain", ONE, "--chain", TWO]);
    let written = fs::read_to_string(&config).expect("a file");
    fs::write(&config, written.replace("in_flight = 16", "in_flihgt = 16")).expect("a file");
    let checked = heliograph(["config", "check", "--config", &config]);
    checked.expect(3, "the configuration has 2 problems");
    assert!(checked.out.contains("there is no `in_flihgt` here"), "{}", checked.out);
    assert!(checked.out.contains("did you mean `in_flight`?"), "{}", checked.out);
    let json = heliograph(["config", "check", "--json", "--config", &config]).json();
    let first = &json["problems"][0];
    let line = written.lines().position(|line| line.starts_with("in_flight")).expect("a line") + 1;
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(line as u64), Some(1)));
    heliograph(["config", "check", "--config", "/no/such/file"])
        .expect(3, "cannot read /no/such/file");
}

#[test]
fn the_schema_is_printed() {
    let schema = heliograph(["config", "schema"]).json();
    assert_eq!(schema["title"], "Config");
    let committed = include_str!("../../../docs/relayer.schema.json");
    let committed: serde_json::Value = serde_json::from_str(committed).expect("JSON");
    assert_eq!(schema, committed, "heliograph config schema > docs/relayer.schema.json");
}

#[test]
fn l10_keys_are_made_imported_and_listed_without_being_shown() {
    let folder = Folder::new();
    let variables = [("KEY_PASSWORD", PASSWORD), ("PRIVATE_KEY", KEY)];
    let file = |name: &str| text(&folder.path(&format!("keys/{name}")));
    let said = |ended: &Ended| {
        let all = format!("{}{}", ended.out, ended.err);
        assert!(!all.contains("planted") && !all.contains(&KEY[2..20]), "{all}");
    };
    let new = with(
        &["keys", "new", &file("new.json"), "--password", "env:KEY_PASSWORD", "--json"],
        "",
        &variables,
    );
    let address = new.json()["address"].as_str().expect("an address").to_owned();
    let mode = fs::metadata(file("new.json")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let again =
        with(&["keys", "new", &file("new.json"), "--password", "env:KEY_PASSWORD"], "", &variables);
    again.expect(3, "exists already; it is not overwritten");

    let piped = ["keys", "import", &file("piped.json"), "--password", "env:KEY_PASSWORD"];
    let piped = with(&piped, &format!("{KEY}\n"), &variables);
    assert!(piped.out.starts_with(ADDRESS), "{}{}", piped.out, piped.err);
    let named = [
        "keys",
        "import",
        &file("named.json"),
        "--key",
        "env:PRIVATE_KEY",
        "--password",
        "env:KEY_PASSWORD",
    ];
    let named = with(&named, "", &variables);
    assert!(named.out.starts_with(ADDRESS), "{}{}", named.out, named.err);

    let listed = heliograph(["keys", "list", &text(&folder.path("keys")), "--json"]);
    let keys: Vec<_> = listed.json()["keys"]
        .as_array()
        .expect("keys")
        .iter()
        .map(|key| key["address"].to_string())
        .collect();
    let lower = |address: &str| format!("\"{}\"", address.to_lowercase());
    assert_eq!(keys, [lower(ADDRESS), lower(&address), lower(ADDRESS)], "named, new, piped");
    let reference = format!("keystore:{}", file("piped.json"));
    let whose = heliograph(["keys", "address", &reference]);
    assert_eq!(whose.out.trim(), ADDRESS);
    let opened =
        with(&["keys", "address", &reference, "--password", "env:KEY_PASSWORD"], "", &variables);
    assert_eq!(opened.out.trim(), ADDRESS);
    let plain = with(&["keys", "address", "env:PRIVATE_KEY"], "", &variables);
    assert_eq!(plain.out.trim(), ADDRESS);

    let wrong = with(
        &["keys", "address", &reference, "--password", "env:WRONG"],
        "",
        &[("WRONG", "planted elsewhere")],
    );
    wrong.expect(3, "the password does not open");
    let argument = heliograph(["keys", "new", &file("x.json"), "--password", PASSWORD]);
    argument.expect(2, "never the secret itself");
    let key = heliograph(["keys", "address", KEY]);
    key.expect(2, "a key itself is no argument");
    let nobody = with(&["keys", "new", &file("x.json")], "", &[]);
    nobody.expect(2, "--password is needed where nobody can be asked");
    let bad = with(
        &["keys", "import", &file("x.json"), "--password", "env:KEY_PASSWORD"],
        "planted key",
        &variables,
    );
    bad.expect(3, "is no private key");
    for ended in
        [new, again, piped, named, listed, whose, opened, plain, wrong, argument, key, nobody, bad]
    {
        said(&ended);
    }
    assert!(!folder.path("keys/x.json").exists());
}

#[test]
fn evidence_says_that_light_clients_could_not_be_looked_at() {
    let folder = Folder::new();
    let config = text(&folder.path("relayer.toml"));
    // Nobody listens there.
    let [one, two] = [ONE, TWO].map(|chain| chain.replace(":85", ":1"));
    let made = heliograph(["init", "--config", &config, "--chain", &one, "--chain", &two]);
    assert_eq!(made.status, 0, "{}", made.err);
    let ended = heliograph(["evidence", "--config", &config]);
    assert_eq!(ended.status, 3, "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("2 of 2 light clients could not be looked at"), "{}", ended.err);
    assert!(ended.out.contains("one on two"), "{}", ended.out);
    let missing = text(&folder.path("missing.toml"));
    heliograph(["evidence", "--config", &missing]).expect(3, "cannot read");
    heliograph(["evidence", "--config", &config, "--now", "7"]).expect(2, "cannot be used with");
    heliograph(["evidence"]).expect(2, "--config <FILE>");
}
