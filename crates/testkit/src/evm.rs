//! The compiled contracts in an EVM with the rules of Osaka.
//!
//! Artifacts are forge's: in `out` beside the workspace's `Cargo.toml`, or in the folder named by `HELIOGRAPH_OUT`.

mod artifact;
mod gas;
mod state;

pub use artifact::{Artifact, MissingArtifact};
pub use gas::Gas;
pub use state::State;

use alloy_primitives::{Address, Bytes, Log, TxKind, U256};
use revm::{
    Context, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext, MainnetEvm,
    bytecode::Bytecode,
    context::{ContextTr, TxEnv, result::ExecutionResult},
    database::{CacheDB, EmptyDB},
    handler::MainnetContext,
    primitives::hardfork::SpecId,
    state::AccountInfo,
};

/// Who sends the transactions.
pub const SENDER: Address = Address::repeat_byte(0x5e);

/// The one transaction is all there is in a block; EIP-7825's cap of 2²⁴ gas is lifted.
const GAS_LIMIT: u64 = 1_000_000_000;

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// With this answer.
    Returned(Bytes),
    /// With this revert data.
    Reverted(Bytes),
    /// Without any: out of gas, an invalid opcode, a broken contract.
    Halted(String),
}

/// A call that was executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// How it ended.
    pub verdict: Verdict,
    /// Gas of the whole transaction: 21000, calldata or its floor, and execution.
    pub gas: u64,
    /// What was emitted.
    pub logs: Vec<Log>,
    /// The contract created, if any.
    pub created: Option<Address>,
}

impl Executed {
    /// The answer, or the revert data.
    ///
    /// # Errors
    /// The revert data.
    ///
    /// # Panics
    /// If the call halted: the contracts never do.
    #[expect(clippy::panic, reason = "what the contracts must not do")]
    pub fn into_result(self) -> Result<Bytes, Bytes> {
        match self.verdict {
            Verdict::Returned(answer) => Ok(answer),
            Verdict::Reverted(data) => Err(data),
            Verdict::Halted(reason) => panic!("the contract halted: {reason}"),
        }
    }
}

/// An EVM with its state.
#[expect(missing_debug_implementations, reason = "revm's EVM has none")]
pub struct Evm {
    inner: MainnetEvm<MainnetContext<CacheDB<EmptyDB>>>,
}

impl Evm {
    /// An empty chain with this id.
    pub fn new(chain_id: u64) -> Self {
        let context = Context::mainnet().with_db(CacheDB::new(EmptyDB::default()));
        let context = context.modify_cfg_chained(|config| {
            config.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
            config.chain_id = chain_id;
            config.tx_chain_id_check = false;
            config.disable_nonce_check = true;
            config.tx_gas_limit_cap = Some(u64::MAX);
            // Harnesses may be larger than a contract that goes on chain.
            config.limit_contract_code_size = Some(usize::MAX);
        });
        let context = context.modify_block_chained(|block| block.gas_limit = u64::MAX);
        Self { inner: context.build_mainnet() }
    }

    /// Sets the time of the block that following calls are in.
    pub fn set_timestamp(&mut self, seconds: u64) {
        self.inner.ctx.modify_block(|block| block.timestamp = U256::from(seconds));
    }

    /// Puts code at an address.
    pub fn etch(&mut self, at: Address, code: Bytes) {
        let account = AccountInfo::from_bytecode(Bytecode::new_raw(code));
        self.inner.ctx.db_mut().insert_account_info(at, account);
    }

    /// The state, to come back to with [`restore`](Self::restore).
    pub fn snapshot(&mut self) -> CacheDB<EmptyDB> {
        self.inner.ctx.db_mut().clone()
    }

    /// Goes back to a state.
    pub fn restore(&mut self, snapshot: CacheDB<EmptyDB>) {
        *self.inner.ctx.db_mut() = snapshot;
    }

    /// Deploys an artifact; `arguments` are the constructor's, ABI-encoded.
    pub fn create(&mut self, artifact: &Artifact, arguments: &[u8]) -> Executed {
        let code = [artifact.creation_code(), arguments].concat();
        self.execute(SENDER, TxKind::Create, U256::ZERO, code.into(), true)
    }

    /// Deploys an artifact that must deploy.
    ///
    /// # Panics
    /// If the constructor reverts, with what it reverts with.
    #[expect(clippy::panic, reason = "a test cannot go on")]
    pub fn deploy(&mut self, artifact: &Artifact, arguments: &[u8]) -> Address {
        let executed = self.create(artifact, arguments);
        match (executed.created, executed.verdict) {
            (Some(address), Verdict::Returned(_)) => address,
            (_, Verdict::Reverted(data)) => {
                panic!("{}: {}", artifact.name(), bindings::Revert { data })
            }
            (_, verdict) => panic!("{}: {verdict:?}", artifact.name()),
        }
    }

    /// Calls, and forgets what the call changed.
    pub fn call(&mut self, to: Address, data: impl Into<Bytes>) -> Executed {
        self.execute(SENDER, TxKind::Call(to), U256::ZERO, data.into(), false)
    }

    /// Calls, and keeps what the call changed.
    pub fn call_commit(&mut self, to: Address, data: impl Into<Bytes>) -> Executed {
        self.execute(SENDER, TxKind::Call(to), U256::ZERO, data.into(), true)
    }

    /// Calls as another sender, and keeps what the call changed.
    pub fn call_as(&mut self, from: Address, to: Address, data: impl Into<Bytes>) -> Executed {
        self.execute(from, TxKind::Call(to), U256::ZERO, data.into(), true)
    }

    /// Calls with value, which the sender is given, and keeps what the call changed.
    pub fn pay(&mut self, to: Address, value: U256, data: impl Into<Bytes>) -> Executed {
        let Ok(sender) = self.inner.ctx.db_mut().load_account(SENDER);
        sender.info.balance = value;
        self.execute(SENDER, TxKind::Call(to), value, data.into(), true)
    }

    #[expect(clippy::expect_used, reason = "an invalid transaction is a mistake in the test")]
    fn execute(
        &mut self,
        from: Address,
        kind: TxKind,
        value: U256,
        data: Bytes,
        commit: bool,
    ) -> Executed {
        let transaction = TxEnv::builder().caller(from).kind(kind).value(value).data(data);
        let transaction = transaction.gas_limit(GAS_LIMIT).build_fill();
        let result = if commit {
            self.inner.transact_commit(transaction)
        } else {
            self.inner.transact(transaction).map(|executed| executed.result)
        };
        let result = result.expect("a valid transaction");
        let (gas, logs) = (result.tx_gas_used(), result.logs().to_vec());
        let created = result.created_address();
        let verdict = match result {
            ExecutionResult::Success { output, .. } => Verdict::Returned(output.into_data()),
            ExecutionResult::Revert { output, .. } => Verdict::Reverted(output),
            ExecutionResult::Halt { reason, .. } => Verdict::Halted(format!("{reason:?}")),
        };
        Executed { verdict, gas, logs, created }
    }
}
