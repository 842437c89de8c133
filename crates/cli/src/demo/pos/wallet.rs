//! Transactions of an account, signed here: the execution clients hold no keys.

use crate::error::{Error, Result};
use alloy_consensus::{SignableTransaction, TxEip1559, transaction::RlpEcdsaEncodableTx};
use alloy_primitives::{Address, Bytes, TxKind, U256};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;

/// Most that is paid for a unit of gas, and what of it goes to the proposer.
const FEE: u128 = 10_000_000_000;
const TIP: u128 = 1_000_000_000;

/// An account with its next nonce. Nothing else sends from it.
#[derive(Debug)]
pub(super) struct Wallet {
    key: PrivateKeySigner,
    chain_id: u64,
    nonce: u64,
}

impl Wallet {
    /// The account of a key on a new chain.
    pub(super) fn new(key: &str, chain_id: u64) -> Result<Self> {
        let key = key.parse().map_err(|e| Error::tool("wallet", e))?;
        Ok(Self { key, chain_id, nonce: 0 })
    }

    /// Its address.
    pub(super) const fn address(&self) -> Address {
        self.key.address()
    }

    /// The address of the contract that the next transaction creates, if it creates one.
    pub(super) fn next_contract(&self) -> Address {
        self.address().create(self.nonce)
    }

    /// The next transaction, signed, in its EIP-2718 form.
    pub(super) fn sign(
        &mut self,
        to: TxKind,
        value: u64,
        input: Vec<u8>,
        gas_limit: u64,
    ) -> Result<Bytes> {
        let transaction = TxEip1559 {
            chain_id: self.chain_id,
            nonce: self.nonce,
            gas_limit,
            max_fee_per_gas: FEE,
            max_priority_fee_per_gas: TIP,
            to,
            value: U256::from(value),
            access_list: Default::default(),
            input: input.into(),
        };
        let hash = transaction.signature_hash();
        let signature = self.key.sign_hash_sync(&hash).map_err(|e| Error::tool("wallet", e))?;
        self.nonce += 1;
        let mut raw = Vec::new();
        transaction.eip2718_encode(&signature, &mut raw);
        Ok(raw.into())
    }
}
