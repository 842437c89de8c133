//! One family of comparisons: where inputs come from, the contracts in their EVM, and the count of what was seen.

use alloy_primitives::{Address, Bytes};
use alloy_sol_types::SolCall;
use bindings::Revert;
use mpt_proof::{Absence, Outcome};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::{collections::BTreeMap, env, fmt::Display};
use testkit::{
    dice::Dice,
    evm::{Artifact, Evm, Verdict},
};

alloy_sol_types::sol! {
    #[derive(Debug)]
    interface ProofHarness {
        struct Header {
            bytes32 parentHash;
            bytes32 stateRoot;
            bytes32 receiptsRoot;
            uint64 number;
            uint64 timestamp;
        }

        function rlpString(bytes calldata input) external pure returns (bytes memory payload);
        function rlpList(bytes calldata input) external pure returns (bytes memory payload);
        function rlpUint(bytes calldata input, uint256 max) external pure returns (uint256 value);
        function walk(bytes32 root, bytes calldata key, bytes[] calldata nodes)
            external pure returns (bool found, bytes memory value);
        function inclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes)
            external pure returns (bytes memory value);
        function exclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes) external pure;
        function packedWalk(bytes32 root, bytes calldata key, bytes calldata proof)
            external pure returns (bool found, bytes memory value);
        function packedInclusion(bytes32 root, bytes calldata key, bytes calldata proof)
            external pure returns (bytes memory value);
        function packedExclusion(bytes32 root, bytes calldata key, bytes calldata proof) external pure;
        function compactWalk(bytes32 root, bytes calldata key, bytes calldata proof)
            external pure returns (bool found, bytes memory value);
        function compactInclusion(bytes32 root, bytes calldata key, bytes calldata proof)
            external pure returns (bytes memory value);
        function compactExclusion(bytes32 root, bytes calldata key, bytes calldata proof) external pure;
        function batchWalk(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
            external pure returns (bool[] memory found, bytes[] memory values);
        function batchInclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
            external pure returns (bytes[] memory values);
        function batchExclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes) external pure;
        function openHeader(bytes calldata header, bytes32 expected) external pure returns (Header memory opened);
        function openBody(bytes calldata header, bytes32 expected)
            external pure returns (bytes32 transactionsRoot, bytes32 withdrawalsRoot);
        function parentBeaconRoot(bytes calldata header, bytes32 expected) external pure returns (bytes32 root);
        function openChain(bytes32 trusted, bytes[] calldata headers)
            external pure returns (bytes32 blockHash, Header memory last);
        function indexKey(uint64 transactionIndex) external pure returns (bytes memory key);
        function selectLog(bytes calldata receipt, uint8 policy, uint256 logIndex, address emitter, bytes32 topic0)
            external pure returns (bytes32[] memory topics, bytes memory data);
        function proveLog(
            bytes32 receiptsRoot,
            uint64 transactionIndex,
            bytes[] calldata nodes,
            uint8 policy,
            uint256 logIndex,
            address emitter,
            bytes32 topic0
        ) external pure returns (bytes32[] memory topics, bytes memory data);
        function receiptAbsent(bytes32 receiptsRoot, uint64 transactionIndex, bytes[] calldata nodes) external pure;
        function transaction(bytes32 transactionsRoot, uint64 index, bytes[] calldata nodes)
            external pure returns (uint8 txType, bytes memory encoded);
        function transactionAbsent(bytes32 transactionsRoot, uint64 index, bytes[] calldata nodes) external pure;
        function transactionType(bytes calldata encoded) external pure returns (uint8 txType);
        function decodeWithdrawal(bytes calldata value)
            external pure returns (uint64 index, uint64 validatorIndex, address to, uint64 amount);
        function withdrawal(bytes32 withdrawalsRoot, uint64 place, bytes[] calldata nodes)
            external pure returns (uint64 index, uint64 validatorIndex, address to, uint64 amount);
        function withdrawalAbsent(bytes32 withdrawalsRoot, uint64 place, bytes[] calldata nodes) external pure;
        function account(bytes32 stateRoot, address who, bytes[] calldata nodes)
            external pure returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash);
        function accountAbsent(bytes32 stateRoot, address who, bytes[] calldata nodes) external pure;
        function storageAt(bytes32 storageRoot, bytes32 slot, bytes[] calldata nodes)
            external pure returns (uint256 value);
        function storageAbsent(bytes32 storageRoot, bytes32 slot, bytes[] calldata nodes) external pure;
    }
}

/// Divergences that are printed in full; the rest are counted.
const SHOWN: usize = 5;

/// Cases of each family.
pub(crate) fn cases() -> usize {
    number("HELIOGRAPH_DIFF_CASES", 2000)
}

/// The first choice that all others follow from.
pub(crate) fn seed() -> u64 {
    number("HELIOGRAPH_SEED", 0x4865_6c69_6f67_7261)
}

fn number<N: std::str::FromStr>(variable: &str, otherwise: N) -> N {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// What Rust says is under a key, of its value, and that there is none.
pub(crate) type Answers<'p> =
    (Result<Outcome<'p>, Revert>, Result<&'p [u8], Revert>, Result<Absence, Revert>);

/// A family of comparisons.
pub(crate) struct Session {
    family: &'static str,
    pub(crate) evm: Evm,
    pub(crate) dice: Dice,
    runner: TestRunner,
    counts: BTreeMap<(String, String), usize>,
    divergences: usize,
}

impl Session {
    pub(crate) fn new(family: &'static str) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed().to_be_bytes());
        bytes[8..8 + family.len().min(24)]
            .copy_from_slice(&family.as_bytes()[..family.len().min(24)]);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mixed =
            family.bytes().fold(seed(), |mixed, byte| mixed.rotate_left(8) ^ u64::from(byte));
        Self {
            family,
            evm: Evm::new(1),
            dice: Dice::new(mixed),
            runner: TestRunner::new_with_rng(Config::default(), rng),
            counts: BTreeMap::new(),
            divergences: 0,
        }
    }

    /// The harness and its plain twin.
    pub(crate) fn harnesses(&mut self, names: &[&str]) -> Vec<Address> {
        names.iter().map(|name| self.evm.deploy(&artifact(name), &[])).collect()
    }

    /// A value of a strategy.
    pub(crate) fn draw<S: Strategy>(&mut self, strategy: &S) -> S::Value {
        strategy.new_tree(&mut self.runner).unwrap().current()
    }

    /// Compares a call with what Rust says to the same input.
    pub(crate) fn compare<C: SolCall>(
        &mut self,
        to: &[Address],
        mutation: impl Display,
        call: &C,
        rust: Result<C::Return, Revert>,
    ) {
        let rust = rust.map(|answer| C::abi_encode_returns(&answer).into());
        self.compare_encoded(to, mutation, &call.abi_encode(), rust);
    }

    /// Compares the three questions that a proof answers: what is under the key, the value, and that there is none.
    pub(crate) fn compare_proof<W, I, E>(
        &mut self,
        to: &[Address],
        name: &str,
        (walk, inclusion, exclusion): (W, I, E),
        (outcome, value, absence): Answers<'_>,
    ) where
        W: SolCall<Return: From<(bool, Bytes)>>,
        I: SolCall<Return = Bytes>,
        E: SolCall<Return: From<()>>,
    {
        let outcome = outcome.map(|outcome| match outcome {
            Outcome::Value(value) => (true, Bytes::copy_from_slice(value)).into(),
            Outcome::Absent(_) => (false, Bytes::new()).into(),
        });
        self.compare(to, name, &walk, outcome);
        let value = value.map(Bytes::copy_from_slice);
        self.compare(to, format!("{name}, inclusion"), &inclusion, value);
        let absence = absence.map(|_| ().into());
        self.compare(to, format!("{name}, exclusion"), &exclusion, absence);
    }

    /// The same for a call and an answer that are encoded already.
    pub(crate) fn compare_encoded(
        &mut self,
        to: &[Address],
        mutation: impl Display,
        data: &[u8],
        rust: Result<Bytes, Revert>,
    ) {
        let rust = rust.map_err(|revert| revert.data);
        for address in to {
            let verdict = self.evm.call(*address, data.to_vec()).verdict;
            self.record(&mutation, &rust, &verdict, data);
        }
    }

    /// Counts one comparison, and prints it if the two differ.
    pub(crate) fn record(
        &mut self,
        mutation: &impl Display,
        rust: &Result<Bytes, Bytes>,
        solidity: &Verdict,
        input: &[u8],
    ) {
        let outcome = match rust {
            Ok(_) => "accepted".to_owned(),
            Err(data) => Revert::decode(data).map_or_else(|| data.to_string(), |error| error.name),
        };
        *self.counts.entry((mutation.to_string(), outcome)).or_default() += 1;
        let same = match (rust, solidity) {
            (Ok(a), Verdict::Returned(b)) => a == b,
            (Err(a), Verdict::Reverted(b)) => a == b,
            _ => false,
        };
        if same {
            return;
        }
        self.divergences += 1;
        if self.divergences <= SHOWN {
            eprintln!("DIVERGENCE in {} ({mutation})", self.family);
            eprintln!("  Rust:     {}", show(rust));
            eprintln!("  Solidity: {}", describe(solidity));
            eprintln!("  calldata: {}", Bytes::copy_from_slice(input));
        }
    }

    /// Prints the counts and fails if there was a divergence.
    pub(crate) fn finish(self) {
        let total: usize = self.counts.values().sum();
        println!("{}: {total} comparisons, seed {}", self.family, seed());
        for ((mutation, outcome), count) in &self.counts {
            println!("  {count:>7}  {mutation}  →  {outcome}");
        }
        assert_eq!(
            self.divergences,
            0,
            "{}: Rust and Solidity differ (HELIOGRAPH_SEED={})",
            self.family,
            seed()
        );
    }
}

/// A compiled contract, which must be there.
pub(crate) fn artifact(name: &str) -> Artifact {
    Artifact::load(name).unwrap_or_else(|missing| panic!("{missing}"))
}

fn show(rust: &Result<Bytes, Bytes>) -> String {
    match rust {
        Ok(answer) => format!("returns {answer}"),
        Err(data) => format!("refuses with {}", Revert { data: data.clone() }),
    }
}

fn describe(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Returned(answer) => format!("returns {answer}"),
        Verdict::Reverted(data) => format!("refuses with {}", Revert { data: data.clone() }),
        Verdict::Halted(reason) => format!("halts: {reason}"),
    }
}
