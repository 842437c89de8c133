//! The page for people.

use crate::{Bench, With};
use serde_json::{Value, json};
use std::{path::PathBuf, process::Command, time::Duration};

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere_and_runs_no_code_of_its_own() {
    let bench = Bench::new(1, true, With::default()).await;
    for (path, kind) in
        [("/", "text/html"), ("/page.js", "text/javascript"), ("/page.css", "text/css")]
    {
        let file = bench.get(path).await;
        assert_eq!((file.status, file.kind.split(';').next()), (200, Some(kind)));
        assert!(!file.text.contains("http://") && !file.text.contains("https://"), "{path}");
        assert!(!file.text.contains("innerHTML") && !file.text.contains("eval("), "{path}");
        let policy = file.headers["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(file.headers["x-content-type-options"], "nosniff");
    }
    let html = bench.get("/").await.text;
    assert!(!html.contains(" style=") && !html.contains(" on"), "what the policy would block");
}

/// A program of this machine.
fn program(names: &[&str]) -> Option<PathBuf> {
    let places = std::env::split_paths(&std::env::var_os("PATH")?).collect::<Vec<_>>();
    let found = |name: &&str| places.iter().map(|at| at.join(name)).find(|file| file.exists());
    names.iter().find_map(found)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_shows_a_message_with_its_reason_and_the_calldata_that_delivers_it() {
    let browser = program(&["chromium", "chromium-browser", "google-chrome"]);
    let (Some(browser), Some(node)) = (browser, program(&["node"])) else {
        eprintln!("skipped: no chromium or no node is installed here");
        return;
    };
    let bench = Bench::new(3, true, With::default()).await;
    bench.quarantine().await;
    let folder = tempfile::tempdir().expect("a folder");
    let parts = [
        bench.sent[1].to_string(),
        "quarantined proof invalid: MptHashMismatch { index: 3 } (MPT-5)".into(),
        "report it: what nodes say of it does not prove it".into(),
        "home → away".into(),
        "live: 3 messages".into(),
        "from the head at block".into(),
    ];
    let mut command = Command::new(node);
    command
        .args(["--experimental-websocket", "--no-warnings"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/browser.mjs"))
        .arg(browser)
        .arg(folder.path())
        .arg(folder.path().join("picture.png"))
        .arg(format!("{}/#{}", bench.url, bench.sent[1]))
        .arg("Make the calldata that delivers it")
        .args(&parts);
    let shown = tokio::task::spawn_blocking(move || command.output());
    let shown = tokio::time::timeout(Duration::from_secs(120), shown).await.expect("in time");
    let shown = shown.expect("a thread").expect("node starts");
    let said = String::from_utf8_lossy(&shown.stderr);
    let page: Value = serde_json::from_slice(&shown.stdout).unwrap_or_else(|_| panic!("{said}"));
    let text = page["text"].as_str().expect("text");
    for part in parts {
        assert!(text.contains(&part), "{part:?} is not on the page:\n{text}");
    }
    assert_eq!(page["said"], json!([]), "what the browser complains of");
}
