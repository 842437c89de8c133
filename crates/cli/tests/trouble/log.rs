//! A log that nobody reads, and a terminal that is given back.

use super::{
    send,
    support::{
        devnet::{Devnet, program, wait, workspace},
        relayer::{Relayer, all_arrive},
    },
};
use std::{
    io,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

#[test]
fn l5_l8_a_log_that_nobody_reads_stops_nothing() {
    let Some(root) = workspace() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32"]);
    let variables = [("HELIOGRAPH_TELEMETRY__LEVEL", "trace")];
    let mut relayer = Relayer::start_unread(&root, &devnet, &variables);
    send(&root, &devnet, "20");
    all_arrive(&root, &devnet, 20, &[&relayer]);
    wait("it is ready", || (relayer.ask("/readyz")?.0 == 200).then_some(()));
    watch_is_ended_by_a_signal(&root, &relayer);
    let begun = Instant::now();
    relayer.end();
    println!("ended within {:?}", begun.elapsed());
    // The pipe was full: 64 KiB, but for what is left of each page that another line did not fit into.
    let log = relayer.unread();
    assert!(log.len() > 48 << 10, "{} bytes", log.len());
    assert!(log.contains("\"message\":\"started\""), "{log}");
}

/// That a terminal is as it was when `status --watch` is ended by a signal.
fn watch_is_ended_by_a_signal(root: &Path, relayer: &Relayer) {
    if Command::new("script").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: there is no `script`, which makes terminals");
        return;
    }
    let watch = program(root);
    // In the place of the shell, so that what is written of it is the number of the program.
    let command = format!(
        "stty rows 40 cols 120; echo pid $$; exec '{}' status --watch --api http://{}",
        watch.get_program().display(),
        relayer.api()
    );
    for signal in ["-TERM", "-INT", "-HUP", "-QUIT"] {
        let mut script = Command::new("script");
        let script = script.args(["-q", "-f", "-c", &command, "/dev/null"]);
        let script = script.env("TERM", "xterm").env("SHELL", "/bin/sh").stdin(Stdio::null());
        let mut terminal = script.stdout(Stdio::piped()).spawn().unwrap();
        let mut output = terminal.stdout.take().unwrap();
        let mut seen = String::new();
        let mut read = |until: &str| {
            let mut bytes = [0; 4096];
            while !seen.contains(until) {
                let count = io::Read::read(&mut output, &mut bytes).unwrap();
                assert!(count > 0, "{signal}: {until:?} is not in {seen:?}");
                seen += &String::from_utf8_lossy(&bytes[..count]);
            }
            seen.clone()
        };
        // It has taken the screen, and drawn on it.
        let begun = read(relayer.api());
        assert!(begun.contains("\u{1b}[?1049h"), "{begun:?}");
        let pid = begun.split_whitespace().nth(1).unwrap();
        assert!(Command::new("kill").args([signal, pid]).status().unwrap().success());
        read("\u{1b}[?1049l");
        read("\u{1b}[?25h");
        terminal.wait().unwrap();
    }
}
