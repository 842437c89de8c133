//! Real chain data, read in place: the folder named by `HELIOGRAPH_VECTORS`, or `../shared/vectors` beside the workspace.
//!
//! The data is not part of this repository. A test that needs it says what it skips when it is not there.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// The workspace: where `Cargo.lock`, `spec` and the compiled contracts are.
///
/// Cargo and forge run tests in folders of their own, so it is found from this crate's manifest.
pub fn workspace() -> PathBuf {
    let crate_folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let from = crate_folder.unwrap_or_else(|| env::current_dir().unwrap_or_default());
    let found = from.ancestors().find(|folder| folder.join("spec/errors.toml").is_file());
    found.unwrap_or(&from).to_path_buf()
}

/// The folder with real data, if there is one.
pub fn folder() -> Option<PathBuf> {
    let named = env::var_os("HELIOGRAPH_VECTORS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| workspace().join("../shared/vectors"));
    folder.is_dir().then_some(folder)
}

/// A file of real data; when it is not there, prints that `what` is skipped.
pub fn read(file: &str, what: &str) -> Option<Vec<u8>> {
    let path = folder().map(|folder| folder.join(file)).filter(|path| Path::is_file(path));
    let content = path.and_then(|path| fs::read(path).ok());
    if content.is_none() {
        // Past the test harness, which swallows what a passing test prints.
        let _ = writeln!(
            io::stderr(),
            "skipped: {what} (no {file}; set HELIOGRAPH_VECTORS to the folder that has it)"
        );
    }
    content
}
