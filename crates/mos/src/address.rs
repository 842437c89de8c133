//! The one canonical ERC-7930 version 1 form of an account on an EVM chain. Clause MSG-3.

use alloc::vec::Vec;
use alloy_primitives::{Address, U256};
use mpt_proof::Fault;

/// Version 1 and the chain type `eip155`.
const PREFIX: [u8; 4] = [0, 1, 0, 0];

/// Length of an EVM address, as the byte before it says.
const ACCOUNT_LENGTH: u8 = 20;

/// Bytes are not the canonical form of an account on an EVM chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// MSG-3: another version or chain type, a part that is absent, a leading zero, or bytes left over.
    #[error("not a canonical ERC-7930 address of an EVM chain")]
    Malformed,
}

impl Error {
    /// Always [`Fault::Caller`]: whoever sends chooses the addresses.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Caller
    }
}

/// An account on an EVM chain.
///
/// Its bytes are `0001 0000 ‖ n ‖ chain id, big-endian, n bytes ‖ 14 ‖ account`, n being 1 to 32 and the chain id's first byte
/// not zero. Receivers compare addresses as bytes, so there is exactly one spelling of each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EvmAddress {
    chain_id: U256,
    account: Address,
}

impl EvmAddress {
    /// The account on the chain.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] for chain id 0: its minimal encoding has no byte.
    pub fn new(chain_id: U256, account: Address) -> Result<Self, Error> {
        if chain_id.is_zero() { Err(Error::Malformed) } else { Ok(Self { chain_id, account }) }
    }

    /// Reads the canonical form and nothing else.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] (MSG-3).
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let rest = bytes.strip_prefix(&PREFIX).ok_or(Error::Malformed)?;
        let (&length, rest) = rest.split_first().ok_or(Error::Malformed)?;
        let (chain_id, rest) = rest.split_at_checked(length.into()).ok_or(Error::Malformed)?;
        if chain_id.first().is_none_or(|&first| first == 0) {
            return Err(Error::Malformed);
        }
        let chain_id = U256::try_from_be_slice(chain_id).ok_or(Error::Malformed)?;
        let account = rest.strip_prefix(&[ACCOUNT_LENGTH]).ok_or(Error::Malformed)?;
        let account = Address::try_from(account).map_err(|_| Error::Malformed)?;
        Ok(Self { chain_id, account })
    }

    /// The canonical form.
    pub fn encode(&self) -> Vec<u8> {
        let chain_id = self.chain_id.to_be_bytes_trimmed_vec();
        let mut bytes = Vec::with_capacity(26 + chain_id.len());
        bytes.extend_from_slice(&PREFIX);
        bytes.push(u8::try_from(chain_id.len()).unwrap_or(u8::MAX)); // at most 32
        bytes.extend_from_slice(&chain_id);
        bytes.push(ACCOUNT_LENGTH);
        bytes.extend_from_slice(self.account.as_slice());
        bytes
    }

    /// Id of the chain, never zero.
    pub const fn chain_id(&self) -> U256 {
        self.chain_id
    }

    /// The account on it.
    pub const fn account(&self) -> Address {
        self.account
    }
}
