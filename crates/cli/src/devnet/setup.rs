//! Deploying both ends: contracts, light clients from checkpoints of the beacon chains, lanes, fees.

use super::{attestors::Set, beacon_api::lock, consensus::SLOTS_PER_EPOCH, local::Local};
use crate::{
    demo::{
        anvil::Anvil,
        deploy::{Deployed, Forge},
    },
    error::{Error, Result},
};
use alloy_primitives::{Address, Bytes, U256, aliases::U192};
use alloy_sol_types::{SolCall as _, SolValue as _};
use bindings::{IAttestors, IMessageService, IRelayFees};
use serde_json::{Value, json};
use std::{env, fs, path::PathBuf};

/// How long those who paid have to wait before they take back, in seconds.
const NOTICE_PERIOD: u64 = 24 * 60 * 60;

/// What a delivery costs beside its recipient's gas, in gas.
const BASE_GAS: u64 = 300_000;

/// What a unit of gas is sold for, in wei.
const PER_GAS: u64 = 2_000_000_000;

/// Contracts of a chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contracts {
    /// What the deploy script made.
    pub deployed: Deployed,
    /// What is paid for deliveries.
    pub relay_fees: Address,
    /// The light client of the other chain.
    pub light_client: Address,
}

/// Deploys everything on both chains, which mine for each transaction. Lanes ask for these attestors beside the light client, if there are
/// any.
pub(super) async fn both(
    forge: &Forge,
    [a, b]: [&Local; 2],
    attestors: &Set,
) -> Result<[Contracts; 2]> {
    let admins = [a.anvil.admin().await?, b.anvil.admin().await?];
    let (on_a, on_b) =
        tokio::try_join!(forge.deploy(&a.anvil, admins[0]), forge.deploy(&b.anvil, admins[1]),)?;
    tokio::try_join!(to_checkpoint(a), to_checkpoint(b))?;
    let (client_on_a, client_on_b) = tokio::try_join!(
        client(forge, a, (admins[0], on_a.light_client_manager), b),
        client(forge, b, (admins[1], on_b.light_client_manager), a),
    )?;
    let (to_a, to_b) =
        ((a.anvil.chain_id, on_a.message_service), (b.anvil.chain_id, on_b.message_service));
    if attestors.is_asked() {
        tokio::try_join!(
            attest(&a.anvil, (admins[0], &on_a), b.anvil.chain_id, attestors),
            attest(&b.anvil, (admins[1], &on_b), a.anvil.chain_id, attestors),
        )?;
    }
    let attested = attestors.is_asked();
    tokio::try_join!(
        forge.open_lane(&a.anvil, admins[0], on_a.message_service, to_b, attested),
        forge.open_lane(&b.anvil, admins[1], on_b.message_service, to_a, attested),
    )?;
    let (fees_on_a, fees_on_b) = tokio::try_join!(
        fees(forge, &a.anvil, (admins[0], &on_a), b.anvil.chain_id),
        fees(forge, &b.anvil, (admins[1], &on_b), a.anvil.chain_id),
    )?;
    Ok([
        Contracts { deployed: on_a, relay_fees: fees_on_a, light_client: client_on_a },
        Contracts { deployed: on_b, relay_fees: fees_on_b, light_client: client_on_b },
    ])
}

/// Mines up to the first slot of an epoch, whose block light clients start from.
async fn to_checkpoint(local: &Local) -> Result<()> {
    let height = local.anvil.height().await?;
    local.mine_and_follow(height.next_multiple_of(SLOTS_PER_EPOCH) - height).await
}

/// A light client of `followed` on `local`, from the newest checkpoint of `followed`.
async fn client(
    forge: &Forge,
    local: &Local,
    (admin, manager): (Address, Address),
    followed: &Local,
) -> Result<Address> {
    let (network, bootstrap) = {
        let consensus = lock(&followed.beacon);
        let slot = consensus.head_slot().unwrap_or_default();
        let bootstrap = consensus.chain().bootstrap(slot);
        let simulated = |e| Error::Demo(format!("the simulated beacon chain: {e}"));
        (consensus.network().clone(), bootstrap.map_err(simulated)?)
    };
    let root = bootstrap.header.hash_tree_root();
    let client = (&network.config(), &bootstrap, root);
    forge.beacon_client(&local.anvil, admin, manager, client).await
}

/// Says who attests to the other chain, and how many of them have to.
async fn attest(
    anvil: &Anvil,
    (admin, deployed): (Address, &Deployed),
    remote: u64,
    attestors: &Set,
) -> Result<()> {
    let set = IAttestors::setAttestorsCall {
        chainId: U256::from(remote),
        attestors_: attestors.accounts(),
        threshold_: U256::from(attestors.threshold),
    };
    anvil.send(admin, deployed.attestors, set.abi_encode()).await.map(drop)
}

/// The contract that fees are paid into, with a price for the other chain.
async fn fees(
    forge: &Forge,
    anvil: &Anvil,
    (admin, deployed): (Address, &Deployed),
    remote: u64,
) -> Result<Address> {
    let arguments = (deployed.access_manager, deployed.message_checker, NOTICE_PERIOD);
    let mut code = creation_code(forge, "RelayFees")?.to_vec();
    code.extend(arguments.abi_encode_params());
    let created = anvil.submit(json!({ "from": admin, "input": Bytes::from(code) })).await?;
    anvil.receipt_of(created).await?;
    const METHOD: &str = "eth_getTransactionReceipt";
    let receipt: Value = anvil.rpc.request(METHOD, (created,)).await?;
    let fees: Address = serde_json::from_value(receipt["contractAddress"].clone())
        .map_err(|e| Error::rpc(METHOD, format!("no address of RelayFees: {e}")))?;
    let set = IMessageService::setFeesCall { fees_: fees };
    anvil.send(admin, deployed.message_service, set.abi_encode()).await?;
    let price = IRelayFees::Price { baseGas: BASE_GAS, perGas: U192::from(PER_GAS) };
    let price =
        IRelayFees::setPriceCall { chainId: U256::from(remote), token: Address::ZERO, price };
    anvil.send(admin, fees, price.abi_encode()).await?;
    Ok(fees)
}

/// What a contract is created from, as `forge build` has left it.
fn creation_code(forge: &Forge, name: &str) -> Result<Bytes> {
    let folder = env::var_os("FOUNDRY_OUT").map_or_else(|| forge.root.join("out"), PathBuf::from);
    let path = forge.root.join(folder).join(format!("{name}.sol/{name}.json"));
    let missing = |problem: String| {
        let hint = "run `make contracts`, or `forge build --skip test`";
        Error::input(path.display(), format!("{problem}; {hint}"))
    };
    let text = fs::read_to_string(&path).map_err(|e| missing(e.to_string()))?;
    let artifact: Value = serde_json::from_str(&text).map_err(|e| missing(e.to_string()))?;
    serde_json::from_value(artifact["bytecode"]["object"].clone())
        .map_err(|e| missing(e.to_string()))
}
