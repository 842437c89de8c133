//! The verifiers behind their wrappers of `contracts/test/gas`, in an EVM.

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, sol};
use benches::fixture::{Fixture, Joint};
use std::path::{Path, PathBuf};
use testkit::evm::{Artifact, Evm, Gas};

sol! {
    interface WithKey {
        function inclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes) returns (uint256 length);
    }

    interface Listed {
        function inclusion(bytes32 root, bytes32 key, uint256 key_length, bytes[] calldata nodes) returns (uint256 length);
        function exclusion(bytes32 root, bytes32 key, uint256 key_length, bytes[] calldata nodes) returns (uint256 length);
    }

    interface Whole {
        function inclusion(bytes32 root, bytes32 key, uint256 key_length, bytes calldata proof) returns (uint256 length);
        function exclusion(bytes32 root, bytes32 key, uint256 key_length, bytes calldata proof) returns (uint256 length);
    }

    interface Transactions {
        function receiptListed(bytes32 root, uint64 index, bytes[] calldata nodes) returns (uint256 length);
        function receiptPacked(bytes32 root, uint64 index, bytes calldata proof) returns (uint256 length);
        function receiptCompact(bytes32 root, uint64 index, bytes calldata proof) returns (uint256 length);
        function stateListed(bytes32 root, bytes32 key, bytes[] calldata nodes) returns (uint256 length);
        function statePacked(bytes32 root, bytes32 key, bytes calldata proof) returns (uint256 length);
        function stateCompact(bytes32 root, bytes32 key, bytes calldata proof) returns (uint256 length);
    }

    interface Together {
        function inclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes) returns (uint256 length);
        function batch(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes) returns (uint256 length);
    }
}

/// The forms in which a transaction brings a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Listed,
    Packed,
    Compact,
}

impl Form {
    pub(super) const ALL: [(Self, &'static str); 3] =
        [(Self::Listed, "`bytes[]`"), (Self::Packed, "packed"), (Self::Compact, "compact")];
}

/// All of them, from one compilation.
pub(super) struct Wrappers {
    evm: Evm,
    packed: Address,
    listed: Address,
    compact: Address,
    batch: Address,
    /// Deployed when it is first asked for: only the default pipeline compiles it.
    transactions: Option<Address>,
    openzeppelin: Address,
    polytope: Address,
}

impl Wrappers {
    /// As the contracts are compiled for everything else.
    pub(super) fn of_default_folder() -> Self {
        Self::of(&Artifact::folder())
    }

    /// By the other pipeline of the compiler, if `make bench` or someone by hand has had it do so.
    pub(super) fn of_ir_folder() -> Option<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/out-ir");
        folder.is_dir().then(|| Self::of(&folder))
    }

    fn of(folder: &Path) -> Self {
        let mut evm = Evm::new(1);
        let mut deployed = |file, name| {
            let artifact = Artifact::load_in(folder, file, name);
            evm.deploy(&artifact.unwrap_or_else(|error| panic!("{error}")), &[])
        };
        Self {
            packed: deployed("FormsGas", "FormGasPacked"),
            listed: deployed("FormsGas", "FormGasListed"),
            compact: deployed("FormsGas", "FormGasCompact"),
            batch: deployed("FormsGas", "FormGasBatch"),
            transactions: None,
            openzeppelin: deployed("ReceiptGas", "InclusionGasOpenZeppelin"),
            polytope: deployed("Peers", "InclusionGasPolytope"),
            evm,
        }
    }

    pub(super) fn packed(&mut self, fixture: &Fixture) -> Gas {
        self.gas(self.packed, packed(fixture), length(fixture))
    }

    pub(super) fn listed(&mut self, fixture: &Fixture) -> Gas {
        self.gas(self.listed, listed(fixture), length(fixture))
    }

    pub(super) fn compact(&mut self, fixture: &Fixture) -> Gas {
        self.gas(self.compact, compact(fixture), length(fixture))
    }

    /// It proves no absence.
    pub(super) fn openzeppelin(&mut self, fixture: &Fixture) -> Option<Gas> {
        let value = fixture.value.is_some();
        value.then(|| self.gas(self.openzeppelin, listed_with_key(fixture), length(fixture)))
    }

    pub(super) fn polytope(&mut self, fixture: &Fixture) -> Gas {
        self.gas(self.polytope, listed_with_key(fixture), length(fixture))
    }

    /// A transaction that does nothing but verify, and its calldata.
    pub(super) fn transaction(&mut self, fixture: &Fixture, form: Form) -> (Bytes, Gas) {
        let evm = &mut self.evm;
        let to = *self.transactions.get_or_insert_with(|| {
            let artifact = Artifact::load("TransactionsGas");
            evm.deploy(&artifact.unwrap_or_else(|error| panic!("{error}")), &[])
        });
        let call = transaction(fixture, form);
        (call.clone(), self.gas(to, call, length(fixture)))
    }

    /// Execution gas of all.
    pub(super) fn batch(&mut self, joint: &Joint) -> u64 {
        let (root, keys, nodes) = parts(joint);
        let call = Together::inclusionCall { root, keys, nodes }.abi_encode().into();
        self.gas(self.batch, call, total(joint)).execution
    }

    /// Execution gas of all.
    pub(super) fn polytope_batch(&mut self, joint: &Joint) -> u64 {
        let (root, keys, nodes) = parts(joint);
        let call = Together::batchCall { root, keys, nodes }.abi_encode().into();
        self.gas(self.polytope, call, total(joint)).execution
    }

    /// The answer is checked before anything is measured.
    fn gas(&mut self, to: Address, call: Bytes, length: usize) -> Gas {
        let answer = self.evm.call(to, call.clone()).into_result().unwrap();
        assert_eq!(U256::from_be_slice(&answer), U256::from(length), "length of the proven value");
        self.evm.gas(to, call)
    }
}

pub(super) fn listed_with_key(fixture: &Fixture) -> Bytes {
    let (root, key, nodes) = (fixture.root, fixture.key.clone(), fixture.proof.clone());
    WithKey::inclusionCall { root, key, nodes }.abi_encode().into()
}

pub(super) fn listed(fixture: &Fixture) -> Bytes {
    let (root, nodes) = (fixture.root, fixture.proof.clone());
    let (key, key_length) = word(fixture);
    match fixture.value {
        Some(_) => Listed::inclusionCall { root, key, key_length, nodes }.abi_encode().into(),
        None => Listed::exclusionCall { root, key, key_length, nodes }.abi_encode().into(),
    }
}

pub(super) fn packed(fixture: &Fixture) -> Bytes {
    whole(fixture, fixture.packed())
}

pub(super) fn compact(fixture: &Fixture) -> Bytes {
    whole(fixture, fixture.compact())
}

fn whole(fixture: &Fixture, proof: Bytes) -> Bytes {
    let (key, key_length) = word(fixture);
    let root = fixture.root;
    match fixture.value {
        Some(_) => Whole::inclusionCall { root, key, key_length, proof }.abi_encode().into(),
        None => Whole::exclusionCall { root, key, key_length, proof }.abi_encode().into(),
    }
}

fn transaction(fixture: &Fixture, form: Form) -> Bytes {
    use Transactions as T;
    let (root, nodes) = (fixture.root, fixture.proof.clone());
    let (key, _) = word(fixture);
    let call = match (fixture.index, form) {
        (Some(index), Form::Listed) => T::receiptListedCall { root, index, nodes }.abi_encode(),
        (Some(index), Form::Packed) => {
            T::receiptPackedCall { root, index, proof: fixture.packed() }.abi_encode()
        }
        (Some(index), Form::Compact) => {
            T::receiptCompactCall { root, index, proof: fixture.compact() }.abi_encode()
        }
        (None, Form::Listed) => T::stateListedCall { root, key, nodes }.abi_encode(),
        (None, Form::Packed) => {
            T::statePackedCall { root, key, proof: fixture.packed() }.abi_encode()
        }
        (None, Form::Compact) => {
            T::stateCompactCall { root, key, proof: fixture.compact() }.abi_encode()
        }
    };
    call.into()
}

/// The key, left-aligned, and its bytes.
fn word(fixture: &Fixture) -> (B256, U256) {
    (B256::right_padding_from(&fixture.key), U256::from(fixture.key.len()))
}

fn length(fixture: &Fixture) -> usize {
    fixture.value.as_ref().map_or(0, |value| value.len())
}

fn parts(joint: &Joint) -> (B256, Vec<Bytes>, Vec<Bytes>) {
    (joint.root, joint.batch.keys.clone(), joint.batch.nodes.clone())
}

fn total(joint: &Joint) -> usize {
    joint.single.iter().map(length).sum()
}
