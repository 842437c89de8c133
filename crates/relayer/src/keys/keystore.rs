//! Keystore files of version 3, as Ethereum clients write them.

use super::{KeyError, local};
use alloy_primitives::Address;
use alloy_signer_local::PrivateKeySigner;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

/// Largest file that is read as a keystore.
const MAX_BYTES: u64 = 64 * 1024;

/// Costliest scrypt parameters that are computed: a gibibyte of memory.
const MAX_SCRYPT: u64 = 1 << 30;

/// A keystore that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// Whose key it is.
    pub address: Address,
    /// The file.
    pub path: PathBuf,
}

/// A keystore in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file.
    pub path: PathBuf,
    /// Whose key it is, as the file says; files need not.
    pub address: Option<Address>,
}

/// Makes a key and writes it to a new file that only its owner can read.
///
/// # Errors
///
/// [`KeyError::Exists`], [`KeyError::Unwritable`].
pub fn create(path: &Path, password: &SecretString) -> Result<Created, KeyError> {
    write(path, &PrivateKeySigner::random(), password)
}

/// Writes a key, given as 64 hexadecimal digits, to a new file that only its owner can read.
///
/// # Errors
///
/// [`KeyError::NoKey`], [`KeyError::Exists`], [`KeyError::Unwritable`].
pub fn import(
    path: &Path,
    key: &SecretString,
    password: &SecretString,
) -> Result<Created, KeyError> {
    let key = local::from_text(key).ok_or_else(|| KeyError::NoKey("the input".into()))?;
    write(path, &key, password)
}

/// The keystores in a folder, by name.
///
/// # Errors
///
/// Those of reading the folder; files that are no keystores are passed over.
pub fn list(folder: &Path) -> std::io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Ok(content) = read(&path) else { continue };
        let address = content["address"].as_str().and_then(|text| text.parse().ok());
        found.push(Entry { path, address });
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// Whose key a keystore says that it is; files need not say it, and it is not checked without the password.
///
/// # Errors
///
/// [`KeyError::NoKeystore`], and those of reading the file.
pub fn said_address(path: &Path) -> Result<Option<Address>, KeyError> {
    Ok(read(path)?["address"].as_str().and_then(|text| text.parse().ok()))
}

/// The key in a keystore. Takes as long as its author wanted guesses to take, on a thread of its own.
///
/// # Errors
///
/// [`KeyError::NoKeystore`], [`KeyError::WrongPassword`].
pub async fn decrypt(path: PathBuf, password: SecretString) -> Result<PrivateKeySigner, KeyError> {
    let name = path.clone();
    let task = tokio::task::spawn_blocking(move || {
        let content = read(&path)?;
        let key = PrivateKeySigner::decrypt_keystore(&path, password.expose_secret());
        let key = key.map_err(|_| KeyError::WrongPassword(path.clone()))?;
        // A file that names another address is not the one that it is taken for.
        let named = content["address"].as_str().map(|text| text.parse::<Address>().ok());
        if named.is_some_and(|named| named != Some(key.address())) {
            return Err(KeyError::NoKeystore(path));
        }
        Ok(key)
    });
    task.await.unwrap_or(Err(KeyError::NoKeystore(name)))
}

/// A keystore's content, if what the decryption relies on is there.
fn read(path: &Path) -> Result<Value, KeyError> {
    let unreadable = |source| crate::config::SecretError::Unreadable { path: path.into(), source };
    let bad = || KeyError::NoKeystore(path.into());
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() || about.len() > MAX_BYTES {
        return Err(bad());
    }
    let content: Value =
        serde_json::from_slice(&fs::read(path).map_err(unreadable)?).map_err(|_| bad())?;
    let crypto = &content["crypto"];
    let kdf = &crypto["kdfparams"];
    let bytes = |value: &Value| value.as_str().map_or(0, |text| text.len() / 2);
    // The library takes these for granted.
    let sound = content["version"].as_u64() == Some(3)
        && kdf["dklen"].as_u64() == Some(32)
        && bytes(&crypto["cipherparams"]["iv"]) == 16
        && bytes(&crypto["ciphertext"]) == 32
        && bytes(&crypto["mac"]) == 32;
    let cost = match (kdf["n"].as_u64(), kdf["r"].as_u64(), kdf["p"].as_u64()) {
        (Some(n), Some(r), Some(p)) => n
            .is_power_of_two()
            .then(|| 128_u64.saturating_mul(n).saturating_mul(r).saturating_mul(p)),
        _ => kdf["c"].as_u64(),
    };
    let affordable = cost.is_some_and(|cost| (1..=MAX_SCRYPT).contains(&cost));
    if sound && affordable { Ok(content) } else { Err(bad()) }
}

fn write(
    path: &Path,
    key: &PrivateKeySigner,
    password: &SecretString,
) -> Result<Created, KeyError> {
    let exists = || KeyError::Exists(path.into());
    let unwritable = |source: std::io::Error| match source.kind() {
        ErrorKind::AlreadyExists => exists(),
        _ => KeyError::Unwritable { path: path.into(), source },
    };
    if path.exists() {
        return Err(exists());
    }
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private_folder(folder).map_err(unwritable)?;
    // The library writes where it likes and for all to read, so it writes into a folder that is ours alone.
    let draft = folder.join(format!(".{}.new", key.address()));
    fs::create_dir(&draft).and_then(|()| make_private(&draft)).map_err(unwritable)?;
    let done = encrypt(&draft, key, password).and_then(|content| save(path, &content));
    let removed = fs::remove_dir_all(&draft);
    done.and(removed).map_err(unwritable)?;
    Ok(Created { address: key.address(), path: path.into() })
}

/// The content of a keystore, with the address that the library leaves out.
fn encrypt(
    folder: &Path,
    key: &PrivateKeySigner,
    password: &SecretString,
) -> std::io::Result<Vec<u8>> {
    let mut random = alloy_signer::k256::elliptic_curve::rand_core::OsRng;
    let bytes = secrecy::SecretSlice::from(key.to_bytes().to_vec());
    let written = PrivateKeySigner::encrypt_keystore(
        folder,
        &mut random,
        bytes.expose_secret(),
        password.expose_secret(),
        Some("key"),
    );
    written.map_err(std::io::Error::other)?;
    let mut content: Value = serde_json::from_slice(&fs::read(folder.join("key"))?)?;
    content["address"] = json!(format!("{:x}", key.address()));
    Ok(serde_json::to_vec_pretty(&content)?)
}

/// Writes a new file that only its owner can read, and waits until it is on the disk.
fn save(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Makes a folder for its owner alone; one that exists stays as it is.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    make_private(folder)
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    let _ = folder;
    Ok(())
}
