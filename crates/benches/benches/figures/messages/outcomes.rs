//! Back on the source chain: what became of messages.

use super::{
    Measured,
    block::{Block, SLOTS},
    end::{Cost, End},
    scene::{self, DESTINATION, Role, Scene},
};
use alloy_primitives::{Address, B256, Bytes, Log, U256, keccak256};
use alloy_sol_types::SolValue;
use benches::made::{self, Deep};
use bindings::{IMessageChecker as checker, IMessageService as service};

/// Nodes of the proofs: of an account in a large state, and of a slot of a contract that has thousands.
const ACCOUNT: usize = 8;
const SLOT: usize = 4;

/// Nonces in a word of settled bits.
const WORD: u64 = 256;

pub(super) fn measure(scene: &mut Scene) -> Vec<Measured> {
    let mut rows = cancellation(scene);
    let delivered = scene.aside(|scene| scene.deliver(Role::Plain));
    let state = State::of(scene, false);
    let block = state.block(&[(Role::Plain.index(), delivered)]);
    let acknowledged = after(&mut scene.source, &block, |source| {
        let proof = block.delivery(Role::Plain.index(), 0);
        source.cost(source.checker, &checker::acknowledgeCall { destinationChainId: to(), proof })
    });
    let expired = expired(scene, &state, &block);
    let state = State::of(scene, true);
    let untouched = expired_in(scene, &state);
    rows.extend([
        ("acknowledge", "acknowledge", acknowledged),
        ("prove expired, the bit of the nonce clear", "expire", expired),
        ("prove expired, the word of bits absent", "expire_absent", untouched),
    ]);
    rows
}

/// A cancellation: asked for at the source, accepted at the destination, proven at the source.
fn cancellation(scene: &mut Scene) -> Vec<Measured> {
    let call = service::cancelCall { destinationChainId: to(), body: scene.body(Role::Cancelled) };
    let source = &mut scene.source;
    let asked = source.cost(source.service, &call);
    let requested = source.aside(|source| source.keep(source.service, &call).pop().unwrap());
    let index = Role::Cancelled.index();
    let block = Block::new(1, SLOTS[0], &[(index, requested)], keccak256("state"));
    let call = service::acceptCancellationCall {
        sourceChainId: scene::source_chain(),
        proof: block.delivery(index, 0),
    };
    let (accepted, cancelled) = scene.destination.aside(|end| {
        end.follow(&block);
        (end.cost(end.service, &call), end.keep(end.service, &call).pop().unwrap())
    });
    let block = Block::new(DESTINATION, SLOTS[1], &[(index, cancelled)], keccak256("state"));
    let proven = after(&mut scene.source, &block, |source| {
        let proof = block.delivery(index, 0);
        let call = checker::proveCancelledCall { destinationChainId: to(), proof };
        source.cost(source.checker, &call)
    });
    vec![
        ("cancel", "cancel", asked),
        ("accept a cancellation", "accept_cancellation", accepted),
        ("prove a cancellation", "prove_cancelled", proven),
    ]
}

fn expired_in(scene: &mut Scene, state: &State) -> Cost {
    let block = state.block(&[]);
    expired(scene, state, &block)
}

fn expired(scene: &mut Scene, state: &State, block: &Block) -> Cost {
    let proof = checker::ExpiryProof {
        headId: 1,
        ancestry: Bytes::new(),
        headers: block.headers(),
        accountProof: state.account.proof.clone(),
        storageProof: state.word.proof.clone(),
        absent: state.absent,
        attestations: Bytes::new(),
    };
    let body = scene.body(Role::Expiring);
    let call = checker::proveExpiredCall { destinationChainId: to(), body, proof };
    after(&mut scene.source, block, |source| source.cost(source.checker, &call))
}

/// Does something where the block of the destination is followed, and forgets it.
fn after<T>(source: &mut End, block: &Block, run: impl FnOnce(&mut End) -> T) -> T {
    source.aside(|source| {
        source.at(SLOTS[1] + 80);
        source.follow(block);
        run(source)
    })
}

/// The destination's state as far as it is proven.
struct State {
    account: Deep,
    word: Deep,
    absent: bool,
}

impl State {
    /// With the bits that are set there, or with no such word.
    fn of(scene: &mut Scene, absent: bool) -> Self {
        let (from, end) = (scene.source.service, &mut scene.destination);
        let mut bits = U256::ZERO;
        for nonce in 0..WORD {
            let call = service::isSettledCall {
                sourceChainId: scene::source_chain(),
                sourceGateway: from,
                nonce,
            };
            let settled = end.ask(end.service, &call);
            bits.set_bit(usize::try_from(nonce).unwrap(), settled);
        }
        assert!(!bits.is_zero() && !bits.bit(usize::try_from(Role::Expiring.nonce()).unwrap()));
        let mut key = keccak256(slot((scene::source_chain(), from)));
        if absent {
            // Another slot's leaf in the word's place.
            key[31] ^= 1;
        }
        let word = made::storage_at(key, bits, SLOT);
        let account = made::account_at(keccak256(end.service), word.root, ACCOUNT);
        Self { account, word, absent }
    }

    fn block(&self, logs: &[(u64, Log)]) -> Block {
        Block::new(DESTINATION, SLOTS[1], logs, self.account.root)
    }
}

/// Where the first word of a gateway's settled bits is (ERC-7201).
fn slot((chain, gateway): (U256, Address)) -> B256 {
    let place = U256::from_be_bytes(keccak256("heliograph.settled").0) - U256::ONE;
    let mut slot = keccak256(place.abi_encode());
    slot[31] = 0;
    let slot = keccak256((chain, slot).abi_encode());
    let slot = keccak256((gateway, slot).abi_encode());
    keccak256((U256::ZERO, slot).abi_encode())
}

fn to() -> U256 {
    U256::from(DESTINATION)
}
