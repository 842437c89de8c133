//! A PostgreSQL server for tests: one per test program, gone with it.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use testkit::Port;

/// Longest wait for a server.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server that was started for this program.
struct Server {
    folder: PathBuf,
    /// Kept while the server is not there yet, or is stopped.
    port: Port,
    programs: PathBuf,
    /// The server stops when the other end of its input is closed: when this program ends, however it does.
    child: Mutex<Child>,
}

/// PostgreSQL does not run as root. `stop` ends the server as if its machine lost power, `start` starts it again. Its input closed, it is
/// stopped and its folder removed.
const SCRIPT: &str = r#"
folder="$1"; programs="$2"; port="$3"; as=""
if [ "$(id -u)" = 0 ]; then
  as="setpriv --reuid=65534 --regid=65534 --clear-groups"; chown 65534:65534 "$folder"
fi
$as "$programs/initdb" -D "$folder/data" -U postgres -A trust -N --no-locale -E UTF8 >"$folder/log" 2>&1 || exit 1
run() {
  $as "$programs/postgres" -D "$folder/data" -k "$folder" -p "$port" -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300 \
    >>"$folder/log" 2>&1 &
  server=$!
}
run
while read -r word; do
  case "$word" in
    stop) kill -QUIT "$server"; wait "$server" ;;
    start) run ;;
  esac
done
kill -QUIT "$server"; wait "$server"; rm -rf "$folder"
"#;

static SERVER: OnceLock<Option<Server>> = OnceLock::new();

/// The URL of a new, empty database; `None`, with a printed reason, where no server is installed.
pub(crate) fn database() -> Option<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(|| {
        let programs = programs()?;
        Some(start(programs))
    });
    let Some(server) = server else {
        println!("skipped: no PostgreSQL server is installed here");
        return None;
    };
    let name = format!("test{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let port = server.port.number().to_string();
    let made = Command::new(server.programs.join("createdb"))
        .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", &name])
        .status();
    assert!(made.unwrap().success(), "no database {name}");
    Some(format!("postgres://postgres@127.0.0.1:{port}/{name}"))
}

/// Stops the server at once, as `pg_ctl stop -m immediate` does, or starts it again. For programs with one test that uses it.
#[allow(dead_code, reason = "not every program of tests that has this module stops its server")]
pub(crate) fn serve(runs: bool) {
    let server = SERVER.get().and_then(Option::as_ref).expect("a server");
    let word: &[u8] = if runs { b"start\n" } else { b"stop\n" };
    let input = &mut server.child.lock().unwrap().stdin;
    input.as_mut().expect("its input").write_all(word).unwrap();
    let begun = Instant::now();
    while is_ready(&server.programs, server.port.number()) != runs {
        assert!(begun.elapsed() < PATIENCE, "see {}/log", server.folder.display());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Where the newest installed server is.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = versions.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> =
        folders.chain(std::env::split_paths(&path)).filter(|folder| has_server(folder)).collect();
    found.sort();
    found.pop()
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres", "createdb", "pg_isready"]
        .iter()
        .all(|program| folder.join(program).exists())
}

fn start(programs: PathBuf) -> Server {
    let port = Port::reserve().unwrap();
    // A short path: that of a socket has to fit into 107 bytes.
    let folder = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp").unwrap().keep();
    let child = Command::new("sh")
        .args(["-c", SCRIPT, "sh"])
        .args([&folder, &programs])
        .arg(port.number().to_string())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !is_ready(&programs, port.number()) {
        assert!(begun.elapsed() < PATIENCE, "no server: see {}/log", folder.display());
        std::thread::sleep(Duration::from_millis(100));
    }
    Server { folder, port, programs, child: Mutex::new(child) }
}

fn is_ready(programs: &Path, port: u16) -> bool {
    let mut ask = Command::new(programs.join("pg_isready"));
    let asked = ask.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).status();
    asked.unwrap().success()
}
