//! Updates of a client of a MAP relay chain, over a simulated chain whose validators change with its epochs.

use alloy_primitives::U256;
use async_trait::async_trait;
use light_client::{
    crypto::bn254::{DefaultBn254, G1, G2},
    map::{
        self, Checkpoint, Client, Config, Trusted,
        builder::{Validator, commitment},
    },
};
use prover::{
    BlockTag, Node, NodeError,
    update::{self, Error, PreparedMap},
};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use testkit::map::{Chain, Execution, Network, Proposal, Set};

/// Time of the chain's start.
const START: u64 = 1_700_000_000;

/// Blocks of an epoch.
const EPOCH: u64 = 10;

/// A chain of twelve epochs and a half, and its node.
#[derive(Debug)]
struct Relay {
    chain: Chain,
    /// Signatures of some block stand under another one.
    lies: bool,
}

impl Relay {
    fn new() -> Self {
        let network = Network {
            chain_id: 31_338,
            epoch_size: EPOCH,
            fork_height: 1,
            trusting_period: 604_800,
        };
        let mut chain = Chain::new(network, 1, Set::derive(7, 4), START);
        for number in 1..=125 {
            let mut proposal = Proposal::new(number, Execution::empty(number, START + 5 * number));
            match number {
                10 => proposal.added = vec![testkit::map::Validator::derive(7, 4)],
                20 => proposal.removed = vec![1],
                _ => {}
            }
            chain.propose(proposal).expect("a block");
        }
        Self { chain, lies: false }
    }

    const fn config() -> Config {
        Config { chain_id: 31_338, epoch_size: EPOCH, fork_height: 1, trusting_period: 604_800 }
    }

    fn validators(&self, epoch: u64) -> Vec<Validator> {
        let set = self.chain.set(epoch).expect("a set");
        let keys = set.validators().iter();
        keys.map(|one| Validator { g1: G1(one.g1()), g2: G2(one.g2()) }).collect()
    }

    fn trusted(&self) -> Trusted {
        let keys: Vec<G1> = self.validators(1).iter().map(|one| one.g1).collect();
        let checkpoint = Checkpoint { epoch: 1, time: START, keys: &keys };
        let client = Client::new(Self::config(), DefaultBn254::default()).expect("a network");
        let trusted = commitment(&keys).expect("a set");
        client.checkpoint(&checkpoint, &trusted, START + 1000).expect("a start")
    }

    async fn update(
        &self,
        state: (&Trusted, &[Validator]),
        newest: u64,
        target: u64,
    ) -> Result<Option<PreparedMap>, Error> {
        let target = BlockTag::Number(target);
        update::map(self, &Self::config(), state, newest, target, START + 1000).await
    }
}

#[async_trait]
impl Node for Relay {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        assert_eq!(method, "eth_getBlockByNumber");
        let number: U256 = serde_json::from_value(params[0].clone()).expect("a number");
        let number = number.to::<u64>();
        let answer = match self.chain.block(number) {
            Ok(block) if self.lies => {
                let mut json = block.json();
                json["extraData"] =
                    self.chain.block(number - 1).expect("a block").json()["extraData"].take();
                json
            }
            Ok(block) => block.json(),
            Err(_) => json!(null),
        };
        Ok(to_raw_value(&answer).expect("JSON"))
    }
}

#[tokio::test]
async fn leads_a_client_over_the_changes_of_its_validators() {
    let relay = Relay::new();
    let (mut trusted, mut validators, mut newest) = (relay.trusted(), relay.validators(1), 0);
    // Within the epoch, over one end of an epoch, to an end itself, and so far that it takes two.
    for (target, reached) in [(7, 7), (13, 13), (30, 30), (125, 110), (125, 125)] {
        let update = relay.update((&trusted, &validators), newest, target).await;
        let update = update.expect("an answer").expect("an update");
        assert_eq!(update.number, reached);
        assert_eq!(update.block_hash, relay.chain.block(reached).expect("a block").hash());
        // As a client says that is none of the prover's.
        let client = Client::new(Relay::config(), DefaultBn254::default()).expect("a network");
        let taken = client.update(&trusted, &update.bytes, START + 1000).expect("it holds");
        assert_eq!(taken.0, update.trusted);
        assert_eq!(update.validators, relay.validators(update.trusted.epoch));
        (trusted, validators, newest) = (update.trusted, update.validators, reached);
    }
    assert_eq!(relay.update((&trusted, &validators), newest, 125).await, Ok(None));
    assert_eq!(relay.update((&trusted, &validators), newest, 126).await, Ok(None));
    assert_eq!(relay.update((&trusted, &validators), 0, 3).await, Ok(None));
}

#[tokio::test]
async fn rejects_other_validators_and_headers_that_do_not_hold() {
    let mut relay = Relay::new();
    let (trusted, validators) = (relay.trusted(), relay.validators(1));
    let held = trusted.commitment(1).expect("a commitment");
    let no_validators = Error::NoValidators { epoch: 1, commitment: held };
    let later = relay.validators(2);
    assert_eq!(relay.update((&trusted, &later), 0, 7).await, Err(no_validators));

    let late = START + 604_801;
    let target = BlockTag::Number(7);
    let state = (&trusted, &validators[..]);
    let expired = update::map(&relay, &Relay::config(), state, 0, target, late).await;
    let refused = light_client::client::Error::Expired { expiry: START + 604_800, now: late };
    assert_eq!(expired, Err(Error::MapRefused(map::Error::Client(refused))));

    relay.lies = true;
    let error = relay.update((&trusted, &validators), 0, 7).await.expect_err("a lie");
    assert!(matches!(&error, Error::Node(NodeError::Mismatch { .. })), "{error}");
}
