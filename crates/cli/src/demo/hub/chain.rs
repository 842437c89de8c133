//! The hub's chain, wrapped in a MAP relay chain.
//!
//! anvil has no consensus. The simulator of the test kit stands in for it: what each of anvil's blocks says of execution is put
//! into a header of the relay chain, with its own parents and hashes, and validators with real BN254 keys sign. The last block
//! of an epoch has the receipt beyond those of its transactions that the chain itself writes. Only the validators' behaviour is
//! made up: all follow the protocol, but for those that are absent.

use super::super::anvil::Anvil;
use crate::error::{Error, Result};
use alloy_primitives::{Address, B256, Bytes, Log, keccak256};
use light_client::{
    crypto::bn254::{G1, G2},
    map::{
        Config,
        builder::{self, OwnedUpdate},
    },
};
use mpt_proof::builder::{OrderedTrie, receipts};
use prover::BlockTag;
use serde_json::Value;
use std::collections::BTreeMap;
use testkit::map::{Chain, Execution, Network, Proposal, Receipts, Set, Validator};

/// Seconds between blocks.
pub(in crate::demo) const INTERVAL: u64 = 5;

/// Blocks of an epoch: 50,000 on the main network.
pub(super) const EPOCH: u64 = 20;

/// Validators at first.
pub(super) const VALIDATORS: u64 = 30;

/// Validators are derived from this.
pub(super) const SEED: u64 = 22_776;

/// Who logs at the end of an epoch.
const SYSTEM: Address = Address::repeat_byte(0xce);

/// What is out of the ordinary about a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// The round in which the validators agree.
    pub round: u64,
    /// Who does not sign.
    pub absent: Vec<usize>,
    /// Who joins the next set, by their number.
    pub joins: Vec<u64>,
    /// Who leaves it.
    pub leaves: Vec<usize>,
}

/// The hub's chain and its consensus.
#[derive(Debug)]
pub(super) struct Hub {
    /// Execution.
    pub anvil: Anvil,
    /// Consensus.
    pub chain: Chain,
    plans: BTreeMap<u64, Plan>,
    tries: BTreeMap<u64, OrderedTrie>,
}

impl Hub {
    /// Wraps a chain whose first epoch begins with block 1.
    pub(super) async fn new(anvil: Anvil, trusting_period: u64) -> Result<Self> {
        let start = anvil.rpc.block_by_number(BlockTag::Earliest).await?.timestamp();
        anvil.set("anvil_setBlockTimestampInterval", INTERVAL.into()).await?;
        let network = Network {
            chain_id: anvil.chain_id,
            epoch_size: EPOCH,
            fork_height: 1,
            trusting_period,
        };
        let chain = Chain::new(network, 1, Set::derive(SEED, VALIDATORS), start);
        Ok(Self { anvil, chain, plans: BTreeMap::new(), tries: BTreeMap::new() })
    }

    /// The same as a light client takes it.
    pub(super) const fn config(&self) -> Config {
        let Network { chain_id, epoch_size, fork_height, trusting_period } = *self.chain.network();
        Config { chain_id, epoch_size, fork_height, trusting_period }
    }

    /// Says how a block is going to be made.
    pub(super) fn plan(&mut self, number: u64, plan: Plan) {
        self.plans.insert(number, plan);
    }

    /// Mines up to a block, and has all blocks up to there sealed.
    pub(super) async fn advance_to(&mut self, number: u64) -> Result<()> {
        let missing = number.saturating_sub(self.anvil.height().await?);
        if missing > 0 {
            self.anvil.mine(missing).await?;
        }
        let newest = self.anvil.height().await?;
        while self.chain.next_number() <= newest {
            self.seal(self.chain.next_number()).await?;
        }
        Ok(())
    }

    async fn seal(&mut self, number: u64) -> Result<()> {
        const METHOD: &str = "eth_getBlockByNumber";
        let json: Value = self.anvil.rpc.request(METHOD, (format!("0x{number:x}"), false)).await?;
        let executed = Execution::from_json(&json);
        let mut execution = executed.ok_or_else(|| Error::rpc(METHOD, "not a block"))?;
        let hash: B256 =
            serde_json::from_value(json["hash"].clone()).map_err(|e| Error::rpc(METHOD, e))?;
        let receipts = self.receipts(number, hash, &execution.receipts_root).await?;
        self.tries.insert(number, receipts.trie().clone());
        execution = execution.with_receipts(&receipts);

        let Plan { round, absent, joins, leaves } = self.plans.remove(&number).unwrap_or_default();
        let added = joins.into_iter().map(|index| Validator::derive(SEED, index)).collect();
        let proposal = Proposal { number, execution, round, absent, added, removed: leaves };
        self.chain.propose(proposal).map(drop).map_err(simulator)
    }

    /// The receipts of a block, as anvil has them, and at the end of an epoch the block's own behind them.
    async fn receipts(&self, number: u64, hash: B256, root: &B256) -> Result<Receipts> {
        const METHOD: &str = "eth_getBlockReceipts";
        let wrong = |error: mpt_proof::builder::Error| Error::rpc(METHOD, error);
        let read = receipts::from_json(&self.anvil.rpc.receipts(hash).await?).map_err(wrong)?;
        receipts::trie(&read, root).map_err(wrong)?;
        let mut own = Vec::new();
        if number.is_multiple_of(EPOCH) {
            let topics = vec![keccak256("EpochEnded(uint64)")];
            let data = Bytes::copy_from_slice(&number.to_be_bytes());
            own.push(Log::new_unchecked(SYSTEM, topics, data));
        }
        Receipts::new(read.iter().map(receipts::encode).collect(), &own).map_err(wrong)
    }

    /// The trie of a block's receipts.
    pub(super) fn trie(&self, number: u64) -> Result<&OrderedTrie> {
        let trie = self.tries.get(&number);
        trie.ok_or_else(|| Error::Demo(format!("the hub has no block {number}")))
    }

    /// Headers as hashed, from a block down to an older one.
    pub(super) fn headers(&self, newest: u64, oldest: u64) -> Result<Vec<Bytes>> {
        let header = |number| self.chain.block(number).map(|block| block.rlp_as_hashed().into());
        (oldest..=newest)
            .rev()
            .map(header)
            .collect::<std::result::Result<_, _>>()
            .map_err(simulator)
    }

    /// What a relayer makes of headers and keys as nodes serve them, for a client that knows the set of `epoch`, to show it the
    /// block of a number.
    pub(super) fn packed(&self, epoch: u64, number: u64) -> Result<Bytes> {
        let config = self.config();
        let ends = (epoch..config.epoch(number)).map(|epoch| epoch * EPOCH).chain([number]);
        let headers = ends.map(|number| self.chain.block(number).map(testkit::map::Block::rlp));
        let headers: Vec<_> = headers.collect::<std::result::Result<_, _>>().map_err(simulator)?;
        let keys = self
            .set(epoch)?
            .validators()
            .iter()
            .map(|member| builder::Validator { g1: G1(member.g1()), g2: G2(member.g2()) });
        let update = OwnedUpdate::new(&config, &keys.collect::<Vec<_>>(), &headers);
        let (update, _) = update.map_err(|error| Error::Demo(format!("an update: {error}")))?;
        Ok(update.encode().into())
    }

    /// The same as the simulator makes it, whose parts can be changed.
    pub(super) fn update(&self, epoch: u64, number: u64) -> Result<testkit::map::Update> {
        self.chain.update(epoch, number).map_err(simulator)
    }

    /// Time of the block that brought an epoch's set.
    pub(super) fn brought_at(&self, epoch: u64) -> Result<u64> {
        self.chain.brought_at(epoch).map_err(simulator)
    }

    /// The set that signs the blocks of an epoch.
    pub(super) fn set(&self, epoch: u64) -> Result<&Set> {
        self.chain.set(epoch).map(AsRef::as_ref).map_err(simulator)
    }
}

pub(super) fn simulator(error: testkit::map::Error) -> Error {
    Error::Demo(format!("the simulated relay chain: {error}"))
}
