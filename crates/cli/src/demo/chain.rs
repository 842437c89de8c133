//! What is asked of a local chain beyond what any node answers.

use super::anvil::Anvil;
use crate::{
    error::{Error, Result},
    rpc::{BlockTag, Receipt},
};
use alloy_primitives::{Address, B256, Bytes, U64};
use alloy_sol_types::SolCall;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Gas for transactions that are expected to fail: enough for any of them to reach its refusal.
pub(crate) const FIXED_GAS: u64 = 5_000_000;

/// Longest wait for a transaction.
const MINED: Duration = Duration::from_secs(120);

/// What a contract logged.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Event {
    /// Up to four words.
    pub topics: Vec<B256>,
    /// The rest.
    pub data: Bytes,
}

impl Event {
    /// All of it, one behind the other.
    pub(crate) fn calldata(&self) -> Vec<u8> {
        self.topics.iter().flat_map(|topic| topic.0).chain(self.data.iter().copied()).collect()
    }
}

impl Anvil {
    /// The accounts whose keys the chain holds.
    pub(crate) async fn accounts(&self) -> Result<Vec<Address>> {
        self.rpc.request("eth_accounts", ()).await
    }

    /// The account that does everything here.
    pub(crate) async fn admin(&self) -> Result<Address> {
        let first = self.accounts().await?.first().copied();
        first.ok_or_else(|| Error::rpc("eth_accounts", "no account"))
    }

    /// Time of the newest block.
    pub(super) async fn now(&self) -> Result<u64> {
        Ok(self.rpc.block_by_number(BlockTag::Latest).await?.timestamp())
    }

    /// Number of the newest block.
    pub(crate) async fn height(&self) -> Result<u64> {
        let number: U64 = self.rpc.request("eth_blockNumber", ()).await?;
        Ok(number.to())
    }

    /// Mines empty blocks.
    pub(crate) async fn mine(&self, blocks: u64) -> Result<()> {
        let _: Value = self.rpc.request("anvil_mine", (U64::from(blocks),)).await?;
        Ok(())
    }

    /// Calls a method whose parameters are one value and whose answer does not matter.
    pub(crate) async fn set(&self, method: &'static str, value: Value) -> Result<()> {
        let _: Value = self.rpc.request(method, (value,)).await?;
        Ok(())
    }

    /// A call that changes nothing.
    pub(crate) async fn call<C: SolCall>(&self, to: Address, call: &C) -> Result<C::Return> {
        let answer = self.raw_call(to, call.abi_encode()).await?;
        C::abi_decode_returns(&answer)
            .map_err(|e| Error::rpc("eth_call", format!("{}: {e}", C::SIGNATURE)))
    }

    /// The revert data of a call that must be refused.
    pub(crate) async fn refusal(&self, to: Address, data: Vec<u8>) -> Result<Bytes> {
        match self.raw_call(to, data).await {
            Ok(_) => Err(Error::Demo("the contract accepted what it must refuse".into())),
            Err(Error::Rpc { data: Some(data), .. }) => Ok(data),
            Err(other) => Err(other),
        }
    }

    /// Sends a transaction and waits for its receipt; it must succeed.
    pub(crate) async fn send(&self, from: Address, to: Address, data: Vec<u8>) -> Result<Receipt> {
        let transaction = json!({ "from": from, "to": to, "input": Bytes::from(data) });
        let receipt = self.receipt_of(self.submit(transaction).await?).await?;
        if receipt.succeeded() {
            return Ok(receipt);
        }
        Err(Error::Demo(format!("a transaction to {to} failed on chain {}", self.chain_id)))
    }

    /// Sends a transaction with a fixed gas limit, so that it is mined although it fails; it must fail.
    pub(crate) async fn send_refused(
        &self,
        from: Address,
        to: Address,
        data: Vec<u8>,
    ) -> Result<Receipt> {
        let gas = U64::from(FIXED_GAS);
        let transaction = json!({ "from": from, "to": to, "input": Bytes::from(data), "gas": gas });
        let receipt = self.receipt_of(self.submit(transaction).await?).await?;
        if receipt.succeeded() {
            return Err(Error::Demo("a transaction that must fail succeeded".into()));
        }
        Ok(receipt)
    }

    /// Sends a transaction without waiting.
    pub(crate) async fn submit(&self, transaction: Value) -> Result<B256> {
        self.rpc.request("eth_sendTransaction", (transaction,)).await
    }

    /// Receipt of a transaction, which is mined at once or within a moment.
    pub(crate) async fn receipt_of(&self, transaction: B256) -> Result<Receipt> {
        let deadline = Instant::now() + MINED;
        loop {
            if let Some(receipt) = self.rpc.receipt(transaction).await? {
                return Ok(receipt);
            }
            if Instant::now() > deadline {
                return Err(Error::Demo(format!("transaction {transaction} was not mined")));
            }
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// A log of a transaction.
    pub(crate) async fn event(&self, transaction: B256, place: usize) -> Result<Event> {
        const METHOD: &str = "eth_getTransactionReceipt";
        let receipt: Value = self.rpc.request(METHOD, (transaction,)).await?;
        serde_json::from_value(receipt["logs"][place].clone()).map_err(|e| Error::rpc(METHOD, e))
    }

    /// Gas used by all blocks after `height`.
    pub(crate) async fn gas_since(&self, height: u64) -> Result<u64> {
        let mut gas = 0;
        for number in height + 1..=self.height().await? {
            gas += self.rpc.block_by_number(BlockTag::Number(number)).await?.gas_used();
        }
        Ok(gas)
    }

    async fn raw_call(&self, to: Address, data: Vec<u8>) -> Result<Bytes> {
        let call = json!({ "to": to, "input": Bytes::from(data), "gas": U64::from(FIXED_GAS) });
        self.rpc.request("eth_call", (call, "latest")).await
    }
}
