//! Who signs.

use super::{Permit, local};
use crate::config::{self, Reference, SecretError};
use alloy_consensus::{SignableTransaction, TxEip1559, transaction::RlpEcdsaEncodableTx};
use alloy_network::TxSigner;
use alloy_primitives::{Address, B256, Bytes, Signature};
use async_trait::async_trait;
use std::{fmt, path::PathBuf, sync::Arc};

/// What a key is used for. One key has one use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Transactions on the chain of this id.
    Transactions(u64),
    /// Statements of an attestor.
    Attestations,
}

/// A signed transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its hash.
    pub hash: B256,
    /// What nodes are sent.
    pub raw: Bytes,
}

/// Who signs. Keys in memory, in a device or in a service look the same.
#[async_trait]
pub trait Signer: fmt::Debug + Send + Sync {
    /// Whose signatures they are.
    fn address(&self) -> Address;

    /// What it is used for.
    fn used_for(&self) -> Use;

    /// Signs a transaction that a [`Gate`](super::Gate) permits.
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongUse`] for an attestor's key and for another chain; [`KeyError::Refused`] if a device or a service declines.
    async fn sign(&self, permit: &Permit) -> Result<Signed, KeyError>;

    /// Signs a digest: the EIP-712 hash of an attestor's statement.
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongUse`] for a key that sends transactions; [`KeyError::Refused`] if a device or a service declines, or cannot
    /// sign what it does not understand.
    async fn attest(&self, digest: &B256) -> Result<Signature, KeyError>;
}

/// Why nothing is signed. Never says what a key or a password is.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The secret is not there.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// It is no key.
    #[error(
        "what {0} holds is no private key: 64 hexadecimal digits, not zero, below the order of the curve"
    )]
    NoKey(String),
    /// The file is no keystore.
    #[error("{} is no keystore of version 3", .0.display())]
    NoKeystore(PathBuf),
    /// The password is wrong.
    #[error("the password does not open {}", .0.display())]
    WrongPassword(PathBuf),
    /// A keystore needs a password.
    #[error("{} needs a password; name where it is", .0.display())]
    NoPassword(PathBuf),
    /// A file is in the way.
    #[error("{} exists already; it is not overwritten", .0.display())]
    Exists(PathBuf),
    /// The file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The program was built without what it takes.
    #[error("this program was built without {0}")]
    NotBuilt(&'static str),
    /// It is a key for something else.
    #[error("the key of {address} is for {of:?}, not for {asked:?}")]
    WrongUse {
        /// Whose key.
        address: Address,
        /// What it is for.
        of: Use,
        /// What was asked.
        asked: Use,
    },
    /// A device or a service did not sign.
    #[error("{signer} did not sign: {problem}")]
    Refused {
        /// Which one.
        signer: String,
        /// What it said.
        problem: String,
    },
    /// A signature is not by the key that it should be by.
    #[error("a signature that should be by {0} is not")]
    ForeignSignature(Address),
}

/// Opens a key.
///
/// # Errors
///
/// [`KeyError`]: it is not there, or not a key.
pub async fn open(signer: &config::Signer, used_for: Use) -> Result<Arc<dyn Signer>, KeyError> {
    match signer.key.reference() {
        Reference::Plain(_) => Err(SecretError::Plain.into()),
        Reference::Env(_) | Reference::File(_) => {
            let key = local::from_secret(&signer.key)?;
            Ok(Arc::new(Account::new(key, signer.key.shown(), used_for)))
        }
        Reference::Keystore(path) => {
            let Some(password) = &signer.password else {
                return Err(KeyError::NoPassword(path.into()));
            };
            let (path, password) = (path.to_owned(), password.resolve_private()?);
            let key = super::decrypt(path, password).await?;
            Ok(Arc::new(Account::new(key, signer.key.shown(), used_for)))
        }
        #[cfg(feature = "aws-kms")]
        Reference::AwsKms(id) => super::remote::aws(id, signer.key.shown(), used_for).await,
        #[cfg(feature = "gcp-kms")]
        Reference::GcpKms(name) => super::remote::gcp(name, signer.key.shown(), used_for).await,
        #[cfg(feature = "ledger")]
        Reference::Ledger(place) => {
            super::remote::ledger(place, signer.key.shown(), used_for).await
        }
        #[cfg(not(feature = "aws-kms"))]
        Reference::AwsKms(_) => Err(KeyError::NotBuilt("aws-kms")),
        #[cfg(not(feature = "gcp-kms"))]
        Reference::GcpKms(_) => Err(KeyError::NotBuilt("gcp-kms")),
        #[cfg(not(feature = "ledger"))]
        Reference::Ledger(_) => Err(KeyError::NotBuilt("ledger")),
    }
}

/// A signer of alloy's, and what it is used for.
pub(super) struct Account<S> {
    inner: S,
    address: Address,
    shown: String,
    used_for: Use,
}

impl<S: TxSigner<Signature>> Account<S> {
    pub(super) fn new(inner: S, shown: String, used_for: Use) -> Self {
        let address = TxSigner::address(&inner);
        Self { inner, address, shown, used_for }
    }
}

impl<S> fmt::Debug for Account<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?}, {})", self.address, self.used_for, self.shown)
    }
}

#[async_trait]
impl<S> Signer for Account<S>
where
    S: TxSigner<Signature> + alloy_signer::Signer<Signature> + Send + Sync,
{
    fn address(&self) -> Address {
        self.address
    }

    fn used_for(&self) -> Use {
        self.used_for
    }

    async fn sign(&self, permit: &Permit) -> Result<Signed, KeyError> {
        let asked = Use::Transactions(permit.transaction().chain_id);
        if self.used_for != asked {
            return Err(KeyError::WrongUse { address: self.address, of: self.used_for, asked });
        }
        let mut transaction = permit.transaction().clone();
        let signature = self.inner.sign_transaction(&mut transaction).await;
        let signature = signature.map_err(|error| self.refused(error))?;
        self.verify(&transaction.signature_hash(), &signature)?;
        Ok(encode(&transaction, &signature))
    }

    async fn attest(&self, digest: &B256) -> Result<Signature, KeyError> {
        let asked = Use::Attestations;
        if self.used_for != asked {
            return Err(KeyError::WrongUse { address: self.address, of: self.used_for, asked });
        }
        let signature = self.inner.sign_hash(digest).await.map_err(|error| self.refused(error))?;
        self.verify(digest, &signature)?;
        Ok(signature)
    }
}

impl<S> Account<S> {
    fn refused(&self, error: alloy_signer::Error) -> KeyError {
        let problem = match error {
            // What a curve says of its numbers is nothing that helps anyone.
            alloy_signer::Error::Ecdsa(_) => "the curve refuses".into(),
            other => other.to_string(),
        };
        KeyError::Refused { signer: self.shown.clone(), problem }
    }

    /// A device or a service may use another key than it was asked for.
    fn verify(&self, digest: &B256, signature: &Signature) -> Result<(), KeyError> {
        let by = signature.recover_address_from_prehash(digest).ok();
        if by == Some(self.address) {
            Ok(())
        } else {
            Err(KeyError::ForeignSignature(self.address))
        }
    }
}

fn encode(transaction: &TxEip1559, signature: &Signature) -> Signed {
    let mut raw = Vec::with_capacity(transaction.eip2718_encoded_length(signature));
    transaction.eip2718_encode(signature, &mut raw);
    Signed { hash: transaction.tx_hash(signature), raw: raw.into() }
}
