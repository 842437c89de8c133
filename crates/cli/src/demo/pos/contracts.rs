//! The contracts on the source chain, deployed by transactions that are signed here.

use super::execution::Execution;
use crate::{
    demo::deploy::RECIPIENT_GAS,
    error::{Error, Result},
    file,
};
use alloy_primitives::{Address, B256, U256, hex};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{Assumption, IMessageService};
use serde_json::Value;
use std::{
    env,
    path::{Path, PathBuf},
};

/// What is deployed on the source chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct OnSource {
    /// Message service.
    pub message_service: Address,
    /// The example application.
    pub greeter: Address,
}

/// Access manager, registry, attestors, verifier, message service and greeter, as `Deploy.s.sol` deploys them. One transaction
/// each, and all must succeed.
pub(super) async fn deploy(a: &mut Execution, root: &Path) -> Result<OnSource> {
    let admin = a.wallet.address();
    let manager = code(root, "AccessManager", &admin.abi_encode())?;
    let (authority, first) = a.create(manager).await?;
    let registry = code(root, "LightClientManager", &authority.abi_encode())?;
    let (registry, second) = a.create(registry).await?;
    let attestors = code(root, "Attestors", &authority.abi_encode())?;
    let (attestors, third) = a.create(attestors).await?;
    let verifier = code(root, "MessageVerifier", &registry.abi_encode())?;
    let (verifier, fourth) = a.create(verifier).await?;
    let arguments = (authority, verifier, attestors, U256::from(RECIPIENT_GAS));
    let service = code(root, "MessageService", &arguments.abi_encode_params())?;
    let (message_service, fifth) = a.create(service).await?;
    let (greeter, sixth) = a.create(code(root, "Greeter", &message_service.abi_encode())?).await?;
    for transaction in [first, second, third, fourth, fifth, sixth] {
        a.receipt(transaction).await?;
    }
    Ok(OnSource { message_service, greeter })
}

/// Opens the source's end of the lane.
pub(super) async fn open_lane(
    a: &mut Execution,
    on_a: &OnSource,
    (chain, gateway): (u64, Address),
) -> Result<B256> {
    let call = IMessageService::setLaneCall {
        chainId: U256::from(chain),
        gateway,
        assumption: Assumption::SyncCommittee,
        attested: false,
    };
    a.call(on_a.message_service, call.abi_encode()).await
}

/// Creation code with its arguments, from forge's output.
fn code(root: &Path, name: &str, arguments: &[u8]) -> Result<Vec<u8>> {
    let folder = env::var_os("HELIOGRAPH_OUT").map_or_else(|| root.join("out"), PathBuf::from);
    let path = folder.join(format!("{name}.sol/{name}.json"));
    let wrong = |problem: String| Error::input(path.display(), problem);
    let json: Value =
        serde_json::from_str(&file::read_text(&path)?).map_err(|e| wrong(e.to_string()))?;
    let code = json["bytecode"]["object"].as_str().unwrap_or_default();
    let mut code = hex::decode(code).map_err(|e| wrong(format!("not linked code: {e}")))?;
    if code.is_empty() {
        return Err(wrong("holds no code".into()));
    }
    code.extend_from_slice(arguments);
    Ok(code)
}
