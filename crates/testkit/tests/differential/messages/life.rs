//! Whole lives of messages between two chains with the real contracts at both ends: what one emits is what the other is shown.

mod block;
mod outcomes;
mod proofs;
mod steps;

use super::{
    calls::raw,
    end::End,
    follow::{Attested, Followed},
    hostile::spoilt,
};
use crate::session::{Session, artifact, cases};
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::Revert;
use block::Block;
use light_client::{
    attestation::{Attestors, Error},
    attested::{Client, Heads, Trusted, Update},
    crypto::ecdsa::K256,
};
use mos::Body;
use steps::step;
use testkit::attestor::Attestor;

/// The two chains: messages go from the first to the second, and what became of them is proven on the first.
const IDS: [u64; 2] = [1, 31_337];
/// Steps between the same two chains.
const STEPS: usize = 100;
/// A contract for fees, which takes what it is given.
const FEES: Address = Address::repeat_byte(0xfe);

alloy_sol_types::sol! {
    function update(bytes calldata encoded) external returns (uint64 headId);
}

/// A message that was sent.
struct Sent {
    id: B256,
    body: Body,
}

/// What has happened.
struct World {
    ends: [End; 2],
    blocks: [Vec<Block>; 2],
    sent: Vec<Sent>,
    now: u64,
}

#[test]
fn s3_h10_lives_of_messages() {
    let mut session = Session::new("lives of messages");
    for seed in 0..cases().div_ceil(STEPS) {
        let mut world = World::new(seed % 2 == 0);
        for _ in 0..STEPS {
            step(&mut world, &mut session);
            world.compare(&mut session, 2);
        }
        world.compare(&mut session, world.sent.len());
    }
    session.finish();
}

impl World {
    fn new(with_fees: bool) -> Self {
        let mut ends = IDS.map(End::new);
        let services = [ends[0].service, ends[1].service];
        for (end, (other, gateway)) in ends.iter_mut().zip([(1, services[1]), (0, services[0])]) {
            end.set_attestors(IDS[other], Attestor::some(3), 2);
            let arguments = (end.attestors, U256::from(IDS[other])).abi_encode_params();
            let contract = end.evm.deploy(&artifact("AttestedLightClient"), &arguments);
            let (trusted, heads) = (Trusted::default(), Box::new(Heads::new()));
            let followed = Attested { contract, trusted, heads, numbers: Vec::new() };
            end.register(IDS[other], contract, Followed::Attested(followed));
            end.set_lane(IDS[other], gateway, 3, false);
        }
        if with_fees {
            ends[0].set_fees(FEES);
        }
        let mut world = Self { ends, blocks: [Vec::new(), Vec::new()], sent: Vec::new(), now: 0 };
        world.set_time(1_750_000_000);
        world
    }

    fn set_time(&mut self, now: u64) {
        self.now = now;
        self.ends.iter_mut().for_each(|end| end.set_time(now));
    }

    /// What was emitted on a chain becomes a block of it, which the other chain is told of; now and then it is first told lies.
    fn publish(&mut self, session: &mut Session, of: usize) {
        let [a, b] = &mut self.ends;
        let (end, follower) = if of == 0 { (a, b) } else { (b, a) };
        let receipts = std::mem::take(&mut end.pending);
        let blocks = &mut self.blocks[of];
        let block = Block::new(blocks.last(), receipts, end.evm.state(), self.now);
        let (number, hash) = (block.number, block.hash);
        blocks.push(block);
        if session.dice.one_in(4) {
            return;
        }
        let digest = follower.domain().head_digest(U256::from(IDS[of]), number, &hash);
        let signatures = follower.sign(IDS[of], &digest);
        let honest = [&number.to_be_bytes()[..], hash.as_slice(), &signatures].concat();
        if session.dice.one_in(4) {
            let dice = &mut session.dice;
            let mut lie = [&honest[..40], &spoilt(dice, &signatures)].concat();
            if dice.one_in(2) {
                lie.clone_from(&honest);
                lie[dice.below(40)] ^= 1 << dice.below(8);
            }
            if dice.one_in(6) {
                lie.truncate(dice.below(42));
            }
            follower.update(session, "a lie", (IDS[of], &lie));
        }
        follower.update(session, "as signed", (IDS[of], &honest));
    }

    /// Compares what both keep of some messages, chosen at random.
    fn compare(&mut self, session: &mut Session, count: usize) {
        for _ in 0..count {
            let Some(Sent { id, body }) = self.sent.get(session.dice.below(self.sent.len())) else {
                return;
            };
            let [source, destination] = &mut self.ends;
            destination.compare_settled(IDS[0], source.service, body.nonce, *id);
            destination.compare_place(IDS[0], source.service, body);
            source.compare_sent(IDS[1], id);
            source.compare_outcome(id);
        }
    }
}

impl End {
    /// An update of the client that rests on attestors.
    fn update(&mut self, session: &mut Session, name: &str, (chain, bytes): (u64, &[u8])) {
        let Some(Followed::Attested(Attested { contract, trusted, .. })) = self.clients.get(&chain)
        else {
            panic!("such a client")
        };
        let (contract, trusted) = (*contract, *trusted);
        let said = self.with_attestors(|attestors: Attestors<'_, K256>| {
            let update = Update::decode(bytes)?;
            let (trusted, head) = Client::new(chain, attestors).update(&trusted, &update)?;
            Ok::<_, Error>((trusted, head, usize::try_from(update.number).unwrap()))
        });
        let call = updateCall { encoded: bytes.to_vec().into() };
        let judged = match &said {
            Ok((_, head, number)) => {
                let (id, hash) = (head.id(), head.block_hash());
                let (number, topics) = (*number as u64, events());
                let verified = raw(contract, &[topics[0]], (id, hash).abi_encode_params());
                let topics = [topics[1], U256::from(id).into()];
                let attested = raw(contract, &topics, (number, hash).abi_encode_params());
                Ok((U256::from(id).abi_encode().into(), vec![verified, attested]))
            }
            Err(error) => Err(Revert::from(*error)),
        };
        self.judge(session, &format!("update, {name}"), (contract, call.abi_encode()), judged);
        if let Ok((next, head, number)) = said {
            let Some(Followed::Attested(known)) = self.clients.get_mut(&chain) else { return };
            known.trusted = next;
            known.heads.push(&head);
            // A lie that is believed is none of a block that there is.
            known.numbers.push(number);
        }
    }
}

/// First topics of `HeadVerified(uint64,bytes32)` and `HeadAttested(uint64,uint64,bytes32)`.
fn events() -> [B256; 2] {
    ["HeadVerified(uint64,bytes32)", "HeadAttested(uint64,uint64,bytes32)"]
        .map(alloy_primitives::keccak256)
}
