//! What is shipped for operators fits the program: metrics exist, alerts are explained and fire when they should, the configuration in
//! the container is one.

use relayer::config;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect(path)
}

/// The words that begin so.
fn words<'a>(text: &'a str, start: &str) -> BTreeSet<&'a str> {
    let ends = |letter: char| !(letter.is_ascii_alphanumeric() || letter == '_');
    text.split(ends).filter(|word| word.starts_with(start)).collect()
}

/// All Rust code in a folder.
fn code(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            code(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push_str(&fs::read_to_string(&path).expect("a file"));
        }
    }
}

#[test]
fn every_metric_that_is_watched_is_emitted() {
    let mut emitted = String::new();
    code(&root().join("crates/relayer/src"), &mut emitted);
    code(&root().join("crates/prover/src"), &mut emitted);
    emitted.retain(|letter| !letter.is_whitespace());
    // That a name is described does not mean that anyone counts it.
    let emits = |name: &str| {
        ["gauge", "counter", "histogram"].iter().any(|kind| {
            [format!("{kind}!(\"{name}\""), format!("{kind}(\"{name}\"")].iter().any(|call| {
                let described = emitted.matches(&format!("describe_{call}")).count();
                emitted.matches(call).count() > described
            })
        })
    };
    let mut missing = Vec::new();
    for file in ["ops/prometheus/alerts.yml", "ops/grafana/heliograph.json"] {
        let text = read(file);
        let watched = words(&text, "heliograph_");
        assert!(watched.len() > 5, "{file} watches something");
        for name in watched {
            let base = ["_sum", "_count", "_bucket"].iter().find_map(|end| name.strip_suffix(end));
            if !emits(name) && !base.is_some_and(emits) {
                missing.push(format!("{file}: {name}"));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "nobody emits these");
}

#[test]
fn every_alert_is_explained() {
    let rules: Value = serde_saphyr::from_str(&read("ops/prometheus/alerts.yml")).expect("YAML");
    let guide = read("docs/operator.md");
    let rules = rules["groups"][0]["rules"].as_array().expect("rules").clone();
    assert!(rules.len() > 5);
    for rule in &rules {
        let name = rule["alert"].as_str().expect("a name");
        assert!(guide.contains(&format!("| `{name}` |")), "{name} is not in docs/operator.md");
        assert!(rule["expr"].is_string() && rule["annotations"]["summary"].is_string(), "{name}");
        let severity = rule["labels"]["severity"].as_str();
        assert!(matches!(severity, Some("critical" | "warning")), "{name}");
    }
    let alerts: BTreeSet<_> = rules.iter().filter_map(|rule| rule["alert"].as_str()).collect();
    let explained: BTreeSet<_> =
        words(&guide, "Heliograph").into_iter().filter(|word| *word != "Heliograph").collect();
    assert_eq!(explained, alerts);
}

#[test]
fn every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() {
    let rules: Value = serde_saphyr::from_str(&read("ops/prometheus/alerts.yml")).expect("YAML");
    let cases: Value =
        serde_saphyr::from_str(&read("ops/prometheus/alerts_test.yml")).expect("YAML");
    let cases = cases["tests"].as_array().expect("tests").iter();
    let cases: Vec<&Value> =
        cases.flat_map(|test| test["alert_rule_test"].as_array().expect("cases")).collect();
    for rule in rules["groups"][0]["rules"].as_array().expect("rules") {
        let of_it = || cases.iter().filter(|case| case["alertname"] == rule["alert"]);
        let fires = |case: &&&Value| case["exp_alerts"].as_array().is_some_and(|a| !a.is_empty());
        let fired = of_it().filter(fires).count();
        assert!(fired > 0 && of_it().count() > fired, "{}", rule["alert"]);
    }
}

#[test]
fn alerts_fire_and_are_silent_as_their_cases_say() {
    let checks = [
        ["check", "rules", "alerts.yml"],
        ["check", "config", "prometheus.yml"],
        ["test", "rules", "alerts_test.yml"],
    ];
    for check in checks {
        let run = Command::new("promtool")
            .args(check)
            .current_dir(root().join("ops/prometheus"))
            .output();
        let run = match run {
            Ok(run) => run,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // Written past the test harness, which swallows what a passing test prints.
                let _ = writeln!(
                    std::io::stderr(),
                    "left out: alerts are not tried (there is no promtool; install prometheus)"
                );
                return;
            }
            Err(error) => panic!("promtool: {error}"),
        };
        let said = [run.stdout, run.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        assert!(run.status.success(), "{check:?}: {}", said.join("\n"));
    }
}

#[test]
fn the_dashboard_is_laid_out() {
    let board: Value = serde_json::from_str(&read("ops/grafana/heliograph.json")).expect("JSON");
    let sources: Value =
        serde_saphyr::from_str(&read("ops/grafana/datasources.yaml")).expect("YAML");
    let uid = &sources["datasources"][0]["uid"];
    let panels = board["panels"].as_array().expect("panels");
    let mut ids = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64().expect("an id")), "{}", panel["title"]);
        let at = &panel["gridPos"];
        assert!(
            at["x"].as_u64().zip(at["w"].as_u64()).is_some_and(|(x, w)| x + w <= 24),
            "{}",
            panel["title"]
        );
        if panel["type"] != "row" {
            assert_eq!(panel["datasource"]["uid"], *uid);
            assert!(panel["targets"][0]["expr"].is_string(), "{}", panel["title"]);
        }
    }
}

#[test]
fn the_container_s_configuration_is_one() {
    let compose: Value = serde_saphyr::from_str(&read("ops/compose.yaml")).expect("YAML");
    let environment = compose["services"]["relayer"]["environment"].as_object().expect("variables");
    let mut variables: Vec<(String, String)> = environment
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned()))
        .collect();
    let dockerfile = read("ops/Dockerfile");
    for word in words(&dockerfile, "HELIOGRAPH_") {
        let after = dockerfile.split(&format!("{word}=")).nth(1).expect("a value");
        let value = after.split_whitespace().next().expect("a value");
        variables.push((word.to_owned(), value.to_owned()));
    }
    assert_eq!(variables.len(), 5, "{variables:?}");
    let text = read("ops/relayer.example.toml");
    let loaded = config::parse("relayer.example.toml", &text, variables).expect("it is valid");
    assert_eq!(loaded.config.api.listen, "0.0.0.0:8787");
    assert_eq!(loaded.config.store.url.0, "file:/run/secrets/database-url");
    assert_eq!(loaded.notes.len(), 0, "{:?}", loaded.notes);
    // Every secret that a service uses is declared, and comes from a folder that is not in the repository.
    let declared = compose["secrets"].as_object().expect("secrets");
    for (name, service) in compose["services"].as_object().expect("services") {
        for secret in service["secrets"].as_array().into_iter().flatten() {
            assert!(declared.contains_key(secret.as_str().expect("a name")), "{name}: {secret}");
        }
        assert!(service["restart"].is_string(), "{name}");
    }
    for (name, secret) in declared {
        assert_eq!(secret["file"], format!("secrets/{name}"));
    }
    assert!(dockerfile.contains("USER 10001:10001"), "not root");
}
