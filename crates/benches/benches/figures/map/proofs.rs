//! Receipts through MAP's ABI.

use super::{
    Contract,
    chain::{FIRST, Kind, Simulated},
};
use crate::{
    Figures,
    calldata::Calldata,
    grouped, head,
    receipts::{self, bloom_of},
    row,
};
use alloy_primitives::{Address, B256, Bloom, Bytes, Log, U256, keccak256};
use alloy_sol_types::{SolCall, SolValue};
use mpt_proof::builder::packed;
use testkit::{
    evm::Artifact,
    map::{Chain, Execution, Proposal, Receipts},
};

alloy_sol_types::sol! {
    struct TxLog {
        address addr;
        bytes32[] topics;
        bytes data;
    }

    function verifyProofDataWithCache(bool cache, uint256 logIndex, bytes calldata receiptProof)
        external returns (bool success, string memory message, TxLog memory log);
}

/// Receipts of the block, and the one that is proven: three nodes deep.
const RECEIPTS: u64 = 200;
const PROVEN: u32 = 100;

/// A block of an epoch whose set the client knows, first with its seal, then as a head.
pub(super) fn measure(figures: &mut Figures) {
    let chain = Simulated::new(30, Kind::Quorum);
    let mut contract = Contract::new(&chain);
    let arguments = contract.at.abi_encode();
    let node = contract.evm.deploy(&Artifact::load("MapLightNode").unwrap(), &arguments);
    let receipts = Receipts::new((0..RECEIPTS).map(receipt).collect(), &[]).unwrap();
    let update = block_with(chain.chain(), &receipts);
    let nodes = packed(&receipts.trie().proof(PROVEN.into()));
    let receipt_part = [&PROVEN.to_be_bytes()[..], &nodes].concat();
    let length = u32::try_from(update.len()).unwrap().to_be_bytes();
    let first = [&[0], &length[1..], &update, &receipt_part].concat();

    head(&[
        "a log through MAP's ABI, 30 validators, exact quorum",
        "bytes",
        "whole transaction",
        "EIP-7623 floor",
    ]);
    let mut run = |what: &str, cache: bool, proof: &[u8]| {
        let (index, bytes) = (U256::from(1), Bytes::copy_from_slice(proof));
        let data = verifyProofDataWithCacheCall { cache, logIndex: index, receiptProof: bytes };
        let data = data.abi_encode();
        let floor = Calldata::of(&data).floor();
        let gas = call(&mut contract, node, data);
        row(&[what.into(), grouped(proof.len() as u64), grouped(gas), grouped(floor)]);
        (gas, floor)
    };
    let (view, _) = run("of a block that is proven and not kept", false, &first);
    let (kept, _) = run("of a block that is proven and kept", true, &first);
    let cached = [&[1], &3_u64.to_be_bytes()[..], &receipt_part].concat();
    let (again, floor) = run("of a block that was kept", true, &cached);
    figures.insert("sol.map.proof_first.n30".into(), kept as f64);
    figures.insert("sol.map.proof_view.n30".into(), view as f64);
    figures.insert("sol.map.proof_cached.gas".into(), again as f64);
    figures.insert("sol.map.proof_cached_over_floor".into(), again as f64 / floor as f64);
}

/// The update for a block with these receipts, in the epoch after the two that the client has seen.
fn block_with(chain: &Chain, receipts: &Receipts) -> Vec<u8> {
    let mut other = Chain::new(
        *chain.network(),
        FIRST + 2,
        (**chain.set(FIRST).unwrap()).clone(),
        super::chain::START,
    );
    let number = chain.network().last_block(FIRST + 1) + 123;
    for number in [number - 1, number] {
        let time = chain.brought_at(FIRST + 2).unwrap() + 5 * 123;
        let execution = Execution::empty(number, time).with_receipts(receipts);
        let execution = Execution { gas_used: 5_000_000, bloom: bloom(), ..execution };
        let absent = (20..30).collect();
        other.propose(Proposal { absent, ..Proposal::new(number, execution) }).unwrap();
    }
    other.update(FIRST + 2, number).unwrap().encode()
}

/// The call's gas, once its answer was looked at.
fn call(contract: &mut Contract, node: Address, data: Vec<u8>) -> u64 {
    let executed = contract.evm.call_commit(node, data);
    let gas = executed.gas;
    let answer = executed.into_result().unwrap();
    let answer = verifyProofDataWithCacheCall::abi_decode_returns(&answer).unwrap();
    assert!(answer.success, "{}", answer.message);
    let expected = &logs(PROVEN.into())[1];
    assert_eq!((answer.log.addr, &answer.log.topics[..]), (expected.address, expected.topics()));
    assert_eq!(answer.log.data, expected.data.data);
    gas
}

/// Two logs: a token's transfer, and a message of 128 bytes.
fn logs(index: u64) -> [Log; 2] {
    let word = |name: &str| keccak256([name.as_bytes(), &index.to_be_bytes()].concat());
    let account = |name: &str| B256::left_padding_from(&word(name)[12..]);
    let transfer =
        vec![keccak256("Transfer(address,address,uint256)"), account("from"), account("to")];
    let amount = U256::from_be_slice(&word("amount")[24..]).to_be_bytes::<32>();
    let message = vec![
        keccak256("Message(uint256,uint256)"),
        B256::with_last_byte(1),
        B256::with_last_byte(2),
    ];
    let data = [word("a"), word("b"), word("c"), word("d")].concat();
    [
        Log::new_unchecked(Address::repeat_byte(0x70), transfer, amount.to_vec().into()),
        Log::new_unchecked(Address::repeat_byte(0x6e), message, data.into()),
    ]
}

/// Of the whole block.
fn bloom() -> Bloom {
    (0..RECEIPTS).map(|index| bloom_of(&logs(index))).fold(Bloom::ZERO, |all, bloom| all | bloom)
}

fn receipt(index: u64) -> Vec<u8> {
    receipts::encode(index, &logs(index))
}
