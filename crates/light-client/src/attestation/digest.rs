//! What attestors sign: typed data of EIP-712.

use super::Statement;
use alloy_primitives::{Address, B256, Keccak256, U256, b256};

/// keccak256 of `EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)`.
const DOMAIN_TYPE: B256 = b256!("8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f");

/// keccak256 of `Heliograph Attestors`.
const NAME: B256 = b256!("0a91d1df7e0de0b31b73e6fc2aa31538a8ec84dc7656ac047563ba3f6abbf288");

/// keccak256 of `1`.
const VERSION: B256 = b256!("c89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6");

/// keccak256 of `Attestation(uint256 chainId,uint8 statement,bytes32 id)`.
const ATTESTATION_TYPE: B256 =
    b256!("d6c06a67e3479e9dbc05d3e25b94669891f17a4318e38abf925b6fae3ff42efa");

/// keccak256 of `Head(uint256 chainId,uint64 number,bytes32 blockHash)`.
const HEAD_TYPE: B256 = b256!("4b225346607c0bfc53fd2455cac40a3ffe4514aa9461033d8e3835df6ffc9590");

/// For whom attestors sign: one contract on one chain. What they have signed for another is worth nothing here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Domain {
    separator: B256,
}

impl Domain {
    /// The domain of the attestors' contract at this address, on the chain where attestations are consumed.
    #[must_use]
    pub fn new(chain_id: U256, contract: Address) -> Self {
        let fields = [DOMAIN_TYPE, NAME, VERSION, chain_id.into(), contract.into_word()];
        Self { separator: hash_words(&fields) }
    }

    /// The domain separator.
    pub const fn separator(&self) -> B256 {
        self.separator
    }

    /// What an attestor signs of a message: on which chain what happened to it.
    #[must_use]
    pub fn attestation_digest(&self, chain_id: U256, statement: Statement, id: &B256) -> B256 {
        let statement = U256::from(statement as u8);
        self.digest(&[ATTESTATION_TYPE, chain_id.into(), statement.into(), *id])
    }

    /// What an attestor signs of a block of a chain.
    #[must_use]
    pub fn head_digest(&self, chain_id: U256, number: u64, block_hash: &B256) -> B256 {
        self.digest(&[HEAD_TYPE, chain_id.into(), U256::from(number).into(), *block_hash])
    }

    fn digest(&self, words: &[B256]) -> B256 {
        let mut hasher = Keccak256::new();
        hasher.update([0x19, 0x01]);
        hasher.update(self.separator);
        hasher.update(hash_words(words));
        hasher.finalize()
    }
}

fn hash_words(words: &[B256]) -> B256 {
    let mut hasher = Keccak256::new();
    words.iter().for_each(|word| hasher.update(word));
    hasher.finalize()
}
