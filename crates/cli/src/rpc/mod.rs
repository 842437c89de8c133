//! What is asked of a node over JSON-RPC. Nothing it answers is believed: headers must hash to
//! their hash and receipts to their root before they are used.

mod block;
mod block_receipt;
mod receipt;

pub(crate) use block::Block;
pub(crate) use receipt::{Log, Receipt};

use crate::error::{Error, Result};
use alloy_primitives::{Address, B256, Bytes, U64, U256};
use alloy_rpc_client::RpcClient;
use alloy_transport::{RpcError, TransportErrorKind};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt::Debug, time::Duration};

/// Longest wait for one answer.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A node.
#[derive(Clone, Debug)]
pub(crate) struct Rpc {
    client: RpcClient,
    /// The address as given; it may hold a key, so messages show `origin` in its place.
    url: String,
    origin: String,
}

impl Rpc {
    /// A client for the node at `url`. Nothing is sent yet.
    pub(crate) fn new(url: &str) -> Result<Self> {
        let parsed: reqwest::Url =
            url.parse().map_err(|e| Error::Usage(format!("--rpc is not a URL: {e}")))?;
        let tls = cfg!(feature = "tls");
        if !(parsed.scheme() == "http" || tls && parsed.scheme() == "https") {
            let schemes = if tls { "http:// or https://" } else { "http://" };
            return Err(Error::Usage(format!("--rpc must start with {schemes}")));
        }
        let origin = parsed.origin().ascii_serialization();
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .timeout(TIMEOUT)
            .build()
            .map_err(|e| Error::rpc("connect", e))?;
        let url = parsed.to_string();
        Ok(Self { client: RpcClient::new_http_with_client(http, parsed), url, origin })
    }

    /// One call.
    pub(crate) async fn request<P, R>(&self, method: &'static str, params: P) -> Result<R>
    where
        P: Serialize + Clone + Debug + Send + Sync + Unpin + 'static,
        R: DeserializeOwned + Debug + Send + Sync + Unpin + 'static,
    {
        let answer = self.client.request(Cow::Borrowed(method), params).await;
        answer.map_err(|e| self.name(method, &e))
    }

    /// Chain id the node says it is on.
    pub(crate) async fn chain_id(&self) -> Result<u64> {
        let id: U64 = self.request("eth_chainId", ()).await?;
        Ok(id.to())
    }

    /// The block with this hash, its header rebuilt and hashed.
    pub(crate) async fn block_by_hash(&self, hash: B256) -> Result<Block> {
        const METHOD: &str = "eth_getBlockByHash";
        let block: Option<Block> = self.request(METHOD, (hash, false)).await?;
        let block =
            block.ok_or_else(|| Error::rpc(METHOD, format!("the node has no block {hash}")))?;
        block.expect_hash(hash).map_err(|problem| Error::rpc(METHOD, problem))?;
        Ok(block)
    }

    /// The block at this number or tag, its header rebuilt and hashed.
    pub(crate) async fn block_by_number(&self, number: &str) -> Result<Block> {
        const METHOD: &str = "eth_getBlockByNumber";
        let block: Option<Block> = self.request(METHOD, (number.to_owned(), false)).await?;
        let block =
            block.ok_or_else(|| Error::rpc(METHOD, format!("the node has no block {number}")))?;
        block.expect_hash(block.hash()).map_err(|problem| Error::rpc(METHOD, problem))?;
        Ok(block)
    }

    /// The block with this hash as the node writes it, with its transactions in full or by hash.
    pub(crate) async fn block_text(&self, block: B256, full: bool) -> Result<String> {
        const METHOD: &str = "eth_getBlockByHash";
        let text: Option<Box<RawValue>> = self.request(METHOD, (block, full)).await?;
        let text =
            text.ok_or_else(|| Error::rpc(METHOD, format!("the node has no block {block}")))?;
        Ok(text.get().to_owned())
    }

    /// All receipts of a block, in order, as the node writes them.
    pub(crate) async fn receipts(&self, block: B256) -> Result<String> {
        const METHOD: &str = "eth_getBlockReceipts";
        let receipts: Option<Box<RawValue>> = self.request(METHOD, (block,)).await?;
        let receipts =
            receipts.ok_or_else(|| Error::rpc(METHOD, format!("the node has no block {block}")))?;
        Ok(receipts.get().to_owned())
    }

    /// Receipt of a transaction, if it is in a block.
    pub(crate) async fn receipt(&self, transaction: B256) -> Result<Option<Receipt>> {
        self.request("eth_getTransactionReceipt", (transaction,)).await
    }

    /// Trie nodes for an account and some of its slots, as the node writes them.
    pub(crate) async fn proof(
        &self,
        address: Address,
        slots: &[B256],
        block: U256,
    ) -> Result<String> {
        let answer: Box<RawValue> =
            self.request("eth_getProof", (address, slots.to_vec(), block)).await?;
        Ok(answer.get().to_owned())
    }

    /// Names a failure without showing more of the URL than its origin.
    fn name(&self, method: &str, error: &RpcError<TransportErrorKind>) -> Error {
        let data = error
            .as_error_resp()
            .and_then(|payload| payload.data.as_ref())
            .and_then(|raw| serde_json::from_str::<Bytes>(raw.get()).ok());
        let problem = match error {
            RpcError::ErrorResp(payload) => payload.message.to_string(),
            RpcError::DeserError { err, .. } => format!("unreadable answer: {err}"),
            RpcError::NullResp => "the node answered nothing".to_owned(),
            other => other.to_string().replace(&self.url, &self.origin),
        };
        let problem = match problem.contains(&self.origin) {
            true => problem,
            false => format!("{problem} ({})", self.origin),
        };
        Error::Rpc { method: method.to_owned(), problem, data }
    }
}
