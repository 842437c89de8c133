//! L10: nothing that a configuration, its errors or its keys say of themselves holds a secret.

use proptest::prelude::*;
use relayer::config::{self, ConfigError, Loaded, SecretError, SecretRef};
use std::{fmt::Write, fs, os::unix::fs::PermissionsExt, path::Path};

const VALID: &str = include_str!("fixtures/relayer.toml");
const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// Texts that are in [`planted`] and in nothing that is shown.
const PLANTED: [&str; 6] = [
    "planted_in_a_path",
    "planted_in_a_url",
    "planted_in_a_comment",
    "planted token",
    "planted_in_a_store",
    KEY,
];

/// A valid configuration with as many secrets in it as may be.
fn planted() -> String {
    VALID.replacen("env:API_TOKEN", "planted token", 1).replacen(
        "sqlite:heliograph.db",
        "postgres://me:planted_in_a_store@db/x",
        1,
    )
}

/// One with a key and a password in it.
fn foolish() -> String {
    planted().replacen(
        "key = \"env:KEY_B\"",
        &format!("key = \"{KEY}\", password = \"planted token\""),
        1,
    )
}

/// All that anything says of it.
fn everything(read: &Result<Loaded, ConfigError>) -> String {
    let mut all = String::new();
    let _ = match read {
        Ok(loaded) => {
            let json = serde_json::to_string(&loaded.config).expect("JSON");
            let toml = toml::to_string(&loaded.config).expect("TOML");
            let values = loaded.origins.values(&loaded.config);
            write!(all, "{loaded:?} {json} {toml} {values:?} {:?}", loaded.notes)
        }
        Err(error) => write!(all, "{error} {error:?} {error:#?}"),
    };
    all
}

fn leaks(text: &str) -> Option<&'static str> {
    PLANTED.into_iter().find(|secret| text.contains(secret))
}

fn read(text: &str) -> Result<Loaded, ConfigError> {
    config::parse("relayer.toml", text, [])
}

#[test]
fn l10_secrets_of_a_configuration_are_not_shown() {
    let valid = read(&planted());
    assert!(valid.is_ok(), "{}", everything(&valid));
    assert_eq!(leaks(&everything(&valid)), None);
    let foolish = read(&foolish());
    let said = everything(&foolish);
    assert_eq!(leaks(&said), None, "{said}");
    let error = foolish.expect_err("a key");
    let messages: Vec<_> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "a key itself may not stand here",
            "only a keystore has a password",
            "a password itself may not stand here"
        ]
    );
}

#[test]
fn l10_what_is_left_of_a_torn_secret_is_not_taken_for_a_key() {
    for line in [
        "http://user:planted_in_a_url@127.0.0.1:8546\"",
        "planted_in_a_url.127.0.0.1",
        "planted_in_a_url==",
        "planted_in_a_url=\",",
        "planted_in_a_url=\", # NAME = 3",
    ] {
        for before in ["token = \"\n", "endpoints = [\"\n", "rpc = nan\n \"\n"] {
            let said = everything(&read(&format!("{before}{line}\n")));
            assert_eq!(leaks(&said), None, "{said}");
        }
    }
}

#[test]
fn l10_secrets_in_variables_are_not_shown() {
    for (name, value) in [
        ("HELIOGRAPH_CHAINS__A__SIGNERS__0__KEY", KEY.to_owned()),
        ("HELIOGRAPH_CHAINS__A__SIGNERS__0__KEY", format!("env:{KEY}")),
        (
            "HELIOGRAPH_CHAINS__A__SIGNERS",
            format!("[{{ key = \"{KEY}\", passwort = \"planted token\" }}]"),
        ),
        ("HELIOGRAPH_CHAINS__A__RPC__ENDPOINTS", "[\"planted token\"]".into()),
        ("HELIOGRAPH_CHAINS__A__RPC__ENDPOINTS__0", "ftp://planted_in_a_url".into()),
        ("HELIOGRAPH_API__TOKEN__X", "planted token".into()),
        ("HELIOGRAPH_API__TOKEM", "planted token".into()),
    ] {
        let read = config::parse("relayer.toml", VALID, [(name.to_owned(), value)]);
        assert!(read.is_err(), "{name}");
        let said = everything(&read);
        assert_eq!(leaks(&said), None, "{said}");
    }
}

#[test]
fn l10_references_show_where_and_values_show_nothing() {
    for (value, shown) in [
        ("env:NAME", "env:NAME"),
        ("file:/run/secrets/x", "file:/run/secrets/x"),
        ("keystore:keys/a.json", "keystore:keys/a.json"),
        ("sqlite:heliograph.db", "sqlite:heliograph.db"),
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
        ("https://node.example/v3/key", "https://node.example…"),
        ("https://node.example?key=1", "https://node.example…"),
        ("https://user:pass@node.example", "https://…"),
        ("http://user:pass", "http://…"),
        ("http://[::1]:8545", "http://[::1]:8545"),
        ("postgres://user:pass@db/x", "postgres:…"),
        ("hunter2", "…"),
        ("hunter2:x", "…"),
    ] {
        let reference = SecretRef(value.into());
        assert_eq!(reference.shown(), shown);
        assert_eq!(format!("{reference}"), shown);
        assert_eq!(format!("{reference:?}"), shown);
    }
    let name = SecretRef(format!("env:{KEY}"));
    assert_eq!(name.shown(), "env:…");
}

#[test]
fn secrets_are_read_from_where_they_are() {
    use secrecy::ExposeSecret;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("secret");
    fs::write(&path, "planted token\n").expect("a file");
    let of = |path: &Path| SecretRef(format!("file:{}", path.display()));
    let mode =
        |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("permissions");
    mode(0o640);
    assert_eq!(
        of(&path).resolve().expect("a URL may be read by others").expose_secret(),
        "planted token"
    );
    let open = of(&path).resolve_private().expect_err("a key may not");
    assert!(
        matches!(&open, SecretError::Open { mode: 0o640, path: found } if *found == path),
        "{open:?}"
    );
    mode(0o600);
    let secret = of(&path).resolve_private().expect("it is private");
    assert_eq!(secret.expose_secret(), "planted token");
    assert!(!format!("{secret:?} {:?} {open} {open:?}", of(&path)).contains("planted"));

    let variable = SecretRef("env:CARGO_MANIFEST_DIR".into());
    assert_eq!(variable.resolve().expect("it is set").expose_secret(), env!("CARGO_MANIFEST_DIR"));
    let unset = SecretRef("env:HELIOGRAPH_NOT_SET".into()).resolve().expect_err("it is not set");
    assert!(matches!(unset, SecretError::NotSet { name } if name == "HELIOGRAPH_NOT_SET"));
    let plain = SecretRef("planted token".into());
    assert_eq!(plain.resolve().expect("a token").expose_secret(), "planted token");
    assert!(matches!(plain.resolve_private(), Err(SecretError::Plain)));
    assert!(matches!(SecretRef("ledger:0".into()).resolve(), Err(SecretError::NoValue { .. })));
    fs::write(&path, "\n").expect("a file");
    assert!(matches!(of(&path).resolve(), Err(SecretError::Empty { .. })));
    fs::write(&path, [0xff]).expect("a file");
    assert!(matches!(of(&path).resolve(), Err(SecretError::NotText { .. })));
    assert!(matches!(of(Path::new("/no/such")).resolve(), Err(SecretError::Unreadable { .. })));
}

/// What happens to a file in the hands of people.
#[derive(Clone, Debug)]
enum Change {
    /// Some of a line is gone.
    Cut(usize, usize),
    /// Something comes in.
    Insert(usize, String),
    /// Two lines change places.
    Swap(usize, usize),
    /// A line is there twice.
    Double(usize),
    /// The rest is missing.
    Truncate(usize),
    /// A value becomes another one.
    Value(usize, String),
}

fn change() -> impl Strategy<Value = Change> {
    let text = prop_oneof![
        "[ -~\n]",
        "[\\[\\]{}\"'=.,#\\\\\n]{1,3}",
        Just("\"\"\"".to_owned()),
        Just("é".to_owned()),
        Just("[[lanes]]\n".to_owned()),
        Just("chains.a.id = 3\n".to_owned()),
    ];
    let value = prop::sample::select(vec![
        "nan",
        "-1",
        "0",
        "1e400",
        "99999999999999999999",
        "\"\"",
        "[]",
        "{}",
        "true",
        "1979-05-27",
        "0x10",
        "[[]]",
        "'http://'",
        "\"keystore:\"",
        "\"a\"",
        "unquoted words",
        "-0.0",
        "{ a = 1 }",
        "\"\\u0000\"",
        "\"ledger:x\"",
    ]);
    prop_oneof![
        (any::<usize>(), 1_usize..12).prop_map(|(at, length)| Change::Cut(at, length)),
        (any::<usize>(), text).prop_map(|(at, text)| Change::Insert(at, text)),
        (any::<usize>(), any::<usize>()).prop_map(|(one, other)| Change::Swap(one, other)),
        any::<usize>().prop_map(Change::Double),
        any::<usize>().prop_map(Change::Truncate),
        (any::<usize>(), value).prop_map(|(at, value)| Change::Value(at, value.to_owned())),
    ]
}

fn apply(text: &str, change: &Change) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let count = lines.len().max(1);
    let boundary = |text: &str, at: usize| {
        let at = at % (text.len() + 1);
        (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
    };
    match change {
        Change::Cut(at, length) => {
            let start = boundary(text, *at);
            let rest = &text[start..];
            let line = rest.find('\n').unwrap_or(rest.len());
            let end = start + boundary(&rest[..line], (*length).min(line));
            return format!("{}{}", &text[..start], &text[end..]);
        }
        Change::Insert(at, new) => {
            let at = boundary(text, *at);
            return format!("{}{new}{}", &text[..at], &text[at..]);
        }
        Change::Truncate(at) => return text[..boundary(text, *at)].to_owned(),
        Change::Swap(one, other) if !lines.is_empty() => lines.swap(one % count, other % count),
        Change::Double(at) if !lines.is_empty() => {
            lines.insert(at % count, lines[at % count].clone());
        }
        Change::Value(at, value) if !lines.is_empty() => {
            let line = &mut lines[at % count];
            if let Some((key, _)) = line.split_once('=') {
                *line = format!("{key}= {value}");
            }
        }
        _ => {}
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn l10_whatever_is_wrong_has_a_place_and_shows_no_secret(
        foolishly in any::<bool>(),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let mut text = if foolishly { foolish() } else { planted() };
        for change in &changes {
            text = apply(&text, change);
        }
        let read = read(&text);
        let said = everything(&read);
        prop_assert_eq!(leaks(&said), None, "{}\n{}", text, said);
        if let Err(error) = read {
            prop_assert!(!error.problems().is_empty());
            let lines = text.split('\n').count();
            for problem in error.problems() {
                prop_assert!((1..=lines).contains(&problem.line()), "{}", error);
                let line = text.split('\n').nth(problem.line() - 1).unwrap_or_default();
                prop_assert!((1..=line.chars().count() + 1).contains(&problem.column()), "{}", error);
                let place = format!("relayer.toml:{}:{}: ", problem.line(), problem.column());
                prop_assert!(error.to_string().contains(&place), "{}", error);
            }
        }
    }
}
