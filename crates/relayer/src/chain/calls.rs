//! What is asked of the state, and of the price of gas.

use super::{CallError, Chain, Class, Error, classify, endpoint::Endpoint};
use alloy_primitives::{Address, B256, Bytes, U64, U128, U256};
use prover::{NodeError, Receipt, ask};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::sync::Arc;

/// Blocks that the usual tip is taken from.
const FEE_BLOCKS: u64 = 8;

/// At which point of a chain an account is asked for its nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// In the newest block.
    Latest,
    /// With what is in the pools of nodes.
    Pending,
    /// In the newest final block.
    Finalized,
}

/// What gas costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeView {
    /// Base fee of the next block, in wei per gas.
    pub base_fee_next: u128,
    /// What half of the gas of the last blocks has paid beside it at most, in wei per gas.
    pub tip: u128,
}

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Hash of its block.
    pub block: B256,
    /// Number of its block.
    pub number: u64,
    /// Its place in the block.
    pub index: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FeeHistory {
    base_fee_per_gas: Vec<U128>,
    #[serde(default)]
    reward: Option<Vec<Vec<U128>>>,
}

impl Chain {
    /// What a call answers in the state of the newest block of one node. It is that node's word.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn call(
        &self,
        to: Address,
        data: Bytes,
        from: Option<Address>,
    ) -> Result<Bytes, CallError> {
        self.executed("eth_call", json!([call(to, &data, from), "latest"])).await
    }

    /// The same in the state after a block.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn call_at(&self, block: B256, to: Address, data: Bytes) -> Result<Bytes, CallError> {
        self.executed("eth_call", json!([call(to, &data, None), { "blockHash": block }])).await
    }

    /// The same, as so many nodes answer as the quorum: for what is decided by.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn agreed_call(
        &self,
        block: B256,
        to: Address,
        data: Bytes,
    ) -> Result<Bytes, CallError> {
        let params = json!([call(to, &data, None), { "blockHash": block }]);
        let asked = |endpoint: Arc<Endpoint>| {
            let params = params.clone();
            async move {
                let answer: Result<Bytes, _> = ask::answer(&*endpoint, "eth_call", params).await;
                match answer {
                    Ok(bytes) => Ok(Outcome { reverted: false, bytes }),
                    Err(error) => reverted(error).map(|bytes| Outcome { reverted: true, bytes }),
                }
            }
        };
        match self.agree(&format!("a call to {to} at {block}"), asked).await? {
            Outcome { reverted: false, bytes } => Ok(bytes),
            Outcome { bytes, .. } => Err(CallError::Reverted(bytes)),
        }
    }

    /// Gas that a call would use now.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn estimate_gas(
        &self,
        to: Address,
        data: Bytes,
        from: Option<Address>,
    ) -> Result<u64, CallError> {
        let gas: U64 = self.executed("eth_estimateGas", json!([call(to, &data, from)])).await?;
        Ok(gas.to())
    }

    /// The next nonce of an account. In a block it is what as many nodes as the quorum say; in the pools the greatest that so many
    /// nodes have reached.
    ///
    /// # Errors
    ///
    /// [`Error::NoQuorum`].
    pub async fn nonce(&self, account: Address, tag: Tag) -> Result<u64, Error> {
        const METHOD: &str = "eth_getTransactionCount";
        let at = match tag {
            Tag::Pending => return self.pending_nonce(account).await,
            Tag::Latest => self.heads().await?.latest,
            Tag::Finalized => self.heads().await?.finalized,
        };
        let params = json!([account, { "blockHash": at.hash }]);
        let asked = |endpoint: Arc<Endpoint>| {
            let params = params.clone();
            async move { ask::answer::<U64>(&*endpoint, METHOD, params).await }
        };
        let nonce =
            self.agree(&format!("the nonce of {account} in block {}", at.number), asked).await?;
        Ok(nonce.to())
    }

    async fn pending_nonce(&self, account: Address) -> Result<u64, Error> {
        let asked = |endpoint: Arc<Endpoint>| async move {
            ask::answer::<U64>(&*endpoint, "eth_getTransactionCount", (account, "pending")).await
        };
        let mut nonces: Vec<U64> = self.quorum_of("the pending nonce", asked).await?;
        nonces.sort_unstable_by(|a, b| b.cmp(a));
        Ok(nonces.get(self.quorum - 1).copied().unwrap_or_default().to())
    }

    /// What gas costs: the median of what nodes say.
    ///
    /// # Errors
    ///
    /// [`Error::NoQuorum`].
    pub async fn fee_view(&self) -> Result<FeeView, Error> {
        let asked = |endpoint: Arc<Endpoint>| async move {
            let params = (U64::from(FEE_BLOCKS), "latest", [50]);
            let history: FeeHistory = ask::answer(&*endpoint, "eth_feeHistory", params).await?;
            let tips = history.reward.unwrap_or_default().into_iter().flatten().map(|tip| tip.to());
            let base_fee = history.base_fee_per_gas.last().map_or(0, |fee| fee.to());
            Ok(FeeView { base_fee_next: base_fee, tip: median(tips) })
        };
        let views: Vec<FeeView> = self.quorum_of("the price of gas", asked).await?;
        let base_fee_next = median(views.iter().map(|view| view.base_fee_next));
        Ok(FeeView { base_fee_next, tip: median(views.iter().map(|view| view.tip)) })
    }

    /// What an account has in the newest block of one node, in wei.
    ///
    /// # Errors
    ///
    /// [`Error::Node`].
    pub async fn balance(&self, account: Address) -> Result<U256, Error> {
        let node = self.node();
        ask::answer(&*node, "eth_getBalance", (account, "latest"))
            .await
            .map_err(|error| self.node_error(error))
    }

    /// The receipt of a transaction, if some node has it in a block. It is that node's word, and so is which block that is.
    ///
    /// # Errors
    ///
    /// [`Error::Node`].
    pub async fn receipt(&self, transaction: B256) -> Result<Option<Receipt>, Error> {
        let node = self.node();
        ask::receipt(&*node, transaction).await.map_err(|error| self.node_error(error))
    }

    /// Where a transaction is, as so many nodes say as the quorum: nothing when so many have it in no block.
    ///
    /// # Errors
    ///
    /// [`Error::NoQuorum`].
    pub async fn spot(&self, transaction: B256) -> Result<Option<Spot>, Error> {
        let asked = |endpoint: Arc<Endpoint>| async move {
            let receipt = ask::receipt(&*endpoint, transaction).await?;
            Ok(receipt.map(|receipt| Spot {
                block: receipt.block_hash,
                number: receipt.block_number.to(),
                index: receipt.transaction_index.to(),
            }))
        };
        self.agree(&format!("transaction {transaction}"), asked).await
    }

    /// The answers of as many nodes as the quorum or more, which need not be the same.
    async fn quorum_of<T, F, A>(&self, what: &str, question: A) -> Result<Vec<T>, Error>
    where
        T: Clone + std::fmt::Debug,
        F: Future<Output = Result<T, NodeError>>,
        A: Fn(Arc<Endpoint>) -> F,
    {
        let enough = |answers: &[(usize, Result<T, NodeError>)]| {
            answers.iter().filter(|(_, answer)| answer.is_ok()).count() >= self.quorum
        };
        let answers = self.ask_all(question, enough).await;
        if !enough(&answers) {
            let given = answers.iter().filter(|(_, answer)| answer.is_ok()).count();
            return Err(self.no_quorum(what, given, &answers));
        }
        Ok(answers.into_iter().filter_map(|(_, answer)| answer.ok()).collect())
    }

    async fn executed<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<T, CallError> {
        let node = self.node();
        let answer = ask::answer(&*node, method, params).await;
        answer.map_err(|error| match reverted(error) {
            Ok(data) => CallError::Reverted(data),
            Err(error) => self.node_error(error).into(),
        })
    }

    pub(crate) fn node_error(&self, source: NodeError) -> Error {
        Error::Node { chain: self.name.clone(), source }
    }
}

/// What a call comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outcome {
    reverted: bool,
    bytes: Bytes,
}

/// The data that a call reverted with, if that is what the error says.
fn reverted(error: NodeError) -> Result<Bytes, NodeError> {
    match classify("eth_call", &error) {
        Class::Reverted => Ok(error.data().cloned().unwrap_or_default()),
        _ => Err(error),
    }
}

fn call(to: Address, data: &Bytes, from: Option<Address>) -> Value {
    match from {
        Some(from) => json!({ "from": from, "to": to, "input": data }),
        None => json!({ "to": to, "input": data }),
    }
}

/// The middle one, the lower of two; zero of none.
fn median(values: impl Iterator<Item = u128>) -> u128 {
    let mut values: Vec<u128> = values.collect();
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}
