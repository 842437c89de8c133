//! Where the contract tools and the contracts are.

use crate::error::{Error, Result};
use std::{
    env,
    path::{Path, PathBuf},
};

/// The workspace: `HELIOGRAPH_ROOT`, or the first folder from here upwards that holds `foundry.toml`.
pub(crate) fn workspace() -> Result<PathBuf> {
    let start = match env::var_os("HELIOGRAPH_ROOT") {
        Some(root) => {
            let root = PathBuf::from(root);
            return if root.join("foundry.toml").is_file() {
                Ok(root)
            } else {
                Err(Error::input("HELIOGRAPH_ROOT", "holds no foundry.toml"))
            };
        }
        None => env::current_dir().map_err(|source| Error::Io {
            action: "read",
            path: ".".into(),
            source,
        })?,
    };
    let found = start.ancestors().find(|folder| folder.join("foundry.toml").is_file());
    found.map(Path::to_path_buf).ok_or_else(|| {
        Error::input(
            "the contracts",
            "run this inside the repository, or set HELIOGRAPH_ROOT to it",
        )
    })
}

/// A program: in `HELIOGRAPH_TOOLS` when that is set, else in the workspace's `tools/bin`, else on PATH.
pub(crate) fn find(name: &'static str, workspace: &Path) -> Result<PathBuf> {
    if let Some(folder) = env::var_os("HELIOGRAPH_TOOLS") {
        let program = Path::new(&folder).join(name);
        return if program.is_file() {
            Ok(program)
        } else {
            Err(Error::tool(name, "not in the folder that HELIOGRAPH_TOOLS names"))
        };
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(workspace.join("tools/bin")).chain(env::split_paths(&path));
    let mut programs = folders.map(|folder| folder.join(name));
    programs.find(|program| program.is_file()).ok_or_else(|| {
        Error::tool(name, "not found; run `make setup`, or set HELIOGRAPH_TOOLS to its folder")
    })
}
