//! Paths of a configuration are relative to its file.

use super::{ClientKind, Config, Reference, SecretRef};
use std::path::Path;

impl Config {
    /// Makes relative paths whole.
    pub(super) fn anchor(&mut self, folder: &Path) {
        self.store.url.anchor(folder);
        let mut refs: Vec<&mut SecretRef> = Vec::new();
        refs.extend(self.api.token.as_mut());
        refs.extend(&mut self.attestors.endpoints);
        for chain in self.chains.values_mut() {
            refs.extend(&mut chain.rpc.endpoints);
            refs.extend(&mut chain.rpc.ws);
            for signer in &mut chain.signers {
                refs.push(&mut signer.key);
                refs.extend(signer.password.as_mut());
            }
        }
        for client in &mut self.clients {
            if let ClientKind::Beacon { endpoints } = &mut client.kind {
                refs.extend(endpoints);
            }
        }
        if let Some(attest) = &mut self.attest {
            refs.push(&mut attest.signer.key);
            refs.extend(attest.signer.password.as_mut());
            attest.file = folder.join(&attest.file);
        }
        for reference in refs {
            reference.anchor(folder);
        }
    }
}

impl SecretRef {
    fn anchor(&mut self, folder: &Path) {
        let whole = |scheme: &str, path: &Path| format!("{scheme}:{}", folder.join(path).display());
        let changed = match self.reference() {
            Reference::File(path) => whole("file", path),
            Reference::Keystore(path) => whole("keystore", path),
            Reference::Plain(value) => {
                // As sqlx reads it: `sqlite:path`, `sqlite://path`, and parameters behind a question mark.
                let Some(rest) = value.strip_prefix("sqlite:") else { return };
                let rest = rest.strip_prefix("//").unwrap_or(rest);
                if rest.is_empty() || rest.starts_with(":memory:") {
                    return;
                }
                whole("sqlite", Path::new(rest))
            }
            _ => return,
        };
        self.0 = changed;
    }
}
