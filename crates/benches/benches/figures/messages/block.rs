//! A block of 200 receipts, among them those of messages, and the light client that has it as a head.

use crate::receipts;
use alloy_primitives::{Address, B256, Bytes, Log, U256, keccak256};
use alloy_sol_types::SolValue;
use bindings::{
    IBeaconLightClient,
    IMessageService::{BatchItem, BatchProof, DeliveryProof},
};
use mpt_proof::builder::OrderedTrie;
use testkit::beacon::{Chain, ExecutionBlock, Network, OwnedBootstrap};

/// Receipts of the block.
const RECEIPTS: u64 = 200;

/// The head that a client starts with.
const HEAD: u64 = 1;

/// Zeros in the place of the bloom in a header as the simulator makes it.
const BLOOM: usize = 256;

/// Slots of the blocks of a chain: the first before every deadline, the second after.
pub(super) const SLOTS: [u64; 2] = [32, 320];

/// Number and constants of the networks; mainnet's but for the chain id.
pub(super) fn network(chain_id: u64) -> Network {
    Network { chain_id, ..Network::default() }
}

/// A block that a beacon chain has finalized.
pub(super) struct Block {
    chain: Chain,
    slot: u64,
    header: Bytes,
    trie: OrderedTrie,
}

impl Block {
    /// The block in this slot, with logs in the receipts at these places; in all others there are two transfers of tokens.
    pub(super) fn new(chain_id: u64, slot: u64, logs: &[(u64, Log)], state_root: B256) -> Self {
        let receipt = |index| {
            let found: Vec<_> = logs.iter().filter(|(at, _)| *at == index).collect();
            let logs = match found[..] {
                [] => transfers(index).to_vec(),
                _ => found.into_iter().map(|(_, log)| log.clone()).collect(),
            };
            receipts::encode(index, &logs)
        };
        let trie = OrderedTrie::new((0..RECEIPTS).map(receipt)).unwrap();
        let mut chain = Chain::new(network(chain_id), chain_id);
        let time = chain.network().time(slot);
        let block = ExecutionBlock::synthetic(keccak256("parent"), 23_000_000, time)
            .with_receipts_root(trie.root())
            .with_state_root(state_root)
            .with_parent_beacon_root(keccak256("parent beacon block"));
        let header = with_bloom(block.header_rlp());
        let block = ExecutionBlock::from_rlp(&header).unwrap();
        chain.propose(slot, block).unwrap();
        Self { chain, slot, header: header.into(), trie }
    }

    /// Id of its chain.
    pub(super) const fn chain_id(&self) -> u64 {
        self.chain.network().chain_id
    }

    /// What the constructor of a client is given that starts with this block.
    pub(super) fn client(&self, authority: Address) -> Vec<u8> {
        let bootstrap: OwnedBootstrap = self.chain.bootstrap(self.slot).unwrap();
        let root = self.chain.block(self.slot).unwrap().root();
        let config = IBeaconLightClient::Config::from(&self.chain.network().config());
        let start = IBeaconLightClient::Bootstrap::from(&bootstrap.as_bootstrap());
        (config, start, root, authority).abi_encode_params()
    }

    /// The header alone.
    pub(super) fn headers(&self) -> Vec<Bytes> {
        vec![self.header.clone()]
    }

    /// The proof of the only log of the receipt at this place.
    pub(super) fn delivery(&self, index: u64, nonce: u64) -> DeliveryProof {
        DeliveryProof {
            headId: HEAD,
            ancestry: Bytes::new(),
            headers: self.headers(),
            transactionIndex: index,
            receiptProof: self.trie.proof(index),
            logIndex: U256::ZERO,
            nonce,
            attestations: Bytes::new(),
        }
    }

    /// The proof of the logs at these places; to each the nonce of its message.
    pub(super) fn batch(&self, messages: &[(u64, u64)]) -> BatchProof {
        let batch = self.trie.batch(messages.iter().map(|(index, _)| *index)).unwrap();
        let item = |index: &u64| {
            let (_, nonce) = messages.iter().find(|(at, _)| at == index).unwrap();
            BatchItem {
                transactionIndex: *index,
                logIndex: U256::ZERO,
                nonce: *nonce,
                attestations: Bytes::new(),
            }
        };
        BatchProof {
            headId: HEAD,
            ancestry: Bytes::new(),
            headers: self.headers(),
            items: batch.keys.iter().map(item).collect(),
            nodes: batch.nodes,
        }
    }
}

/// A header whose bloom is as full as those of mainnet: hardly a byte of it is zero.
fn with_bloom(mut header: Vec<u8>) -> Vec<u8> {
    let place = header.windows(BLOOM).rposition(|bytes| bytes.iter().all(|byte| *byte == 0));
    let (chunks, _) = header[place.unwrap()..][..BLOOM].as_chunks_mut::<32>();
    for (place, chunk) in chunks.iter_mut().enumerate() {
        *chunk = keccak256([place as u8]).0;
    }
    header
}

/// What most transactions log.
fn transfers(index: u64) -> [Log; 2] {
    [0, 1].map(|place| {
        let word =
            |name: &str| keccak256([name.as_bytes(), &index.to_be_bytes(), &[place]].concat());
        let account = |name: &str| B256::left_padding_from(&word(name)[12..]);
        let event = keccak256("Transfer(address,address,uint256)");
        let amount = U256::from_be_slice(&word("amount")[24..]).to_be_bytes::<32>();
        let topics = vec![event, account("from"), account("to")];
        Log::new_unchecked(Address::from_word(word("token")), topics, amount.to_vec().into())
    })
}
