//! The block hashes that the state keeps (EIP-2935). Clause ANC-4.

use super::{Error, wrong_length};
use crate::header::Header;
use alloy_primitives::{Address, B256, U256, address};
use mpt_proof::{
    Outcome, packed,
    state::{Account, account_key, slot_key, slot_value},
};

/// The contract in whose storage the hashes are.
pub const HISTORY_ADDRESS: Address = address!("0000F90827F1C53a10cb7A02335B175320002935");

/// How many hashes it keeps: those of this many blocks before the newest.
pub const HISTORY_LENGTH: u64 = 8191;

/// Bytes before the parts that are counted: kind, length of the header and of the account proof, number.
const FIXED: usize = 13;

/// The slot in which the hash of a block is kept.
#[must_use]
pub fn history_slot(number: u64) -> B256 {
    U256::from(number % HISTORY_LENGTH).into()
}

/// What a proof consists of. The nodes of the two proofs lie one behind the other (PCK-1).
struct Parts<'p> {
    number: u64,
    header: &'p [u8],
    account_nodes: &'p [u8],
    storage_nodes: &'p [u8],
}

impl<'p> Parts<'p> {
    /// ANC-2: the storage proof is what the others leave.
    fn split(proof: &'p [u8]) -> Result<Self, Error> {
        let (fixed, rest) =
            proof.split_first_chunk::<FIXED>().ok_or_else(|| wrong_length(FIXED, proof))?;
        let [_, h0, h1, a0, a1, number @ ..] = *fixed;
        let header = usize::from(u16::from_be_bytes([h0, h1]));
        let account = usize::from(u16::from_be_bytes([a0, a1]));
        let short = || wrong_length(FIXED + header + account, proof);
        let (header, rest) = rest.split_at_checked(header).ok_or_else(short)?;
        let (account_nodes, storage_nodes) = rest.split_at_checked(account).ok_or_else(short)?;
        let number = u64::from_be_bytes(number);
        Ok(Self { number, header, account_nodes, storage_nodes })
    }
}

/// The hash of an older block, by a `proof` of this kind whose first byte has been looked at (ANC-2, ANC-4).
pub(super) fn block_hash(trusted_hash: &B256, proof: &[u8]) -> Result<B256, Error> {
    let Parts { number, header, account_nodes, storage_nodes } = Parts::split(proof)?;
    let newer = Header::open(header, trusted_hash)?;
    let head = newer.number;
    match head.checked_sub(number) {
        Some(1..=HISTORY_LENGTH) => {}
        _ => return Err(Error::HistoryRange { number, head }),
    }
    let account = account(&newer.state_root, account_nodes)?;
    let hash = slot(&account.storage_root, &history_slot(number), storage_nodes)?;
    hash.ok_or(Error::HistoryEmpty { number })
}

/// ACC-1 for the contract.
fn account(state_root: &B256, nodes: &[u8]) -> Result<Account, mpt_proof::Error> {
    let key = account_key(&HISTORY_ADDRESS);
    Ok(Account::decode(packed::inclusion(state_root, key.as_slice(), nodes)?)?)
}

/// ACC-2 for a slot; none when it is proven to be zero.
fn slot(root: &B256, slot: &B256, nodes: &[u8]) -> Result<Option<B256>, mpt_proof::Error> {
    match packed::walk(root, slot_key(slot).as_slice(), nodes)? {
        Outcome::Value(value) => Ok(Some(slot_value(value)?.into())),
        Outcome::Absent(_) => Ok(None),
    }
}
