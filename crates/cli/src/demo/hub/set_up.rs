//! What there is before the first message: contracts on three chains, light clients, and the lane.

use super::{
    super::{
        anvil::Anvil,
        deploy::Forge,
        follower::{BeaconFollower, MapFollower},
        mirror::SYNC_COMMITTEE,
        report::Report,
        source::{EPOCH as SLOTS, Source},
    },
    chain::{EPOCH, Hub},
    stage::{OnB, OnHub, Stage, Twins},
};
use crate::{error::Result, map::client, refusal::refuse};
use alloy_primitives::{Address, U256};
use light_client::{
    beacon::Client,
    crypto::{DefaultBls, bn254::G1},
    map::Checkpoint,
};
use mos::{Inbox, Lanes};
use testkit::beacon::Network;

/// The epoch boundary of A that the deployers of its clients trust.
const BOOTSTRAP_SLOT: u64 = SLOTS;

/// Contracts on all chains, and their twins in Rust.
pub(super) async fn set_up<'s>(
    (mut source, mut hub, b): (Source, Hub, &'s Anvil),
    forge: &Forge,
    network: &'s Network,
    report: &mut Report,
) -> Result<Stage<'s>> {
    let admin = source.anvil.admin().await?;
    let on_a = forge.deploy(&source.anvil, admin).await?;
    let gas = source.anvil.gas_since(0).await?;
    report.done("deploy on A", format!("message service {}", on_a.message_service), Some(gas));
    let registry = forge.deploy(&hub.anvil, admin).await?.light_client_manager;
    let message_hub = forge.hub(&hub.anvil, admin, registry).await?;
    let gas = hub.anvil.gas_since(0).await?;
    report.done("deploy on the hub's chain", format!("hub {message_hub}"), Some(gas));
    let base = forge.deploy(b, admin).await?;
    let gas = b.gas_since(0).await?;
    report.done("deploy on B", format!("message service {}", base.message_service), Some(gas));

    source.advance_to(BOOTSTRAP_SLOT).await?;
    let (bootstrap, root) = source.bootstrap(BOOTSTRAP_SLOT)?;
    let beacon = || {
        let client = Client::new(network.config(), DefaultBls::default());
        client.map_err(|error| refuse("network", error))
    };
    let heights = (hub.anvil.height().await?, b.height().await?);
    let start = (&network.config(), &bootstrap, root);
    let on_hub = forge.beacon_client(&hub.anvil, admin, registry, start).await?;
    let on_b = forge.beacon_client(b, admin, base.light_client_manager, start).await?;
    let gas = hub.anvil.gas_since(heights.0).await? + b.gas_since(heights.1).await?;
    report.done("deploy A's light client on both others", format!("trusts {root}"), Some(gas));
    let followers = (
        BeaconFollower::new(beacon()?, &bootstrap, hub.anvil.now().await?)?,
        BeaconFollower::new(beacon()?, &bootstrap, b.now().await?)?,
    );

    let (of_hub, client_of_hub) =
        follow_hub((&mut hub, b), forge, (admin, base.light_client_manager), report).await?;
    let inbox = Inbox::new(Lanes::new(U256::from(b.chain_id), base.message_service));
    let (of_a_on_hub, of_a) = followers;
    let mut stage = Stage {
        source,
        hub,
        b,
        on_a,
        on_hub: OnHub { hub: message_hub, client_of_a: on_hub },
        on_b: OnB { base, client_of_a: on_b, client_of_hub },
        admin,
        twins: Twins { on_hub: of_a_on_hub, of_a, of_hub, inbox },
    };
    stage.expect_same_trust().await?;
    open_lane(&mut stage, forge, report).await?;
    Ok(stage)
}

/// The light client of the hub's chain on B, from the validators of the epoch that has begun.
async fn follow_hub(
    (hub, b): (&mut Hub, &Anvil),
    forge: &Forge,
    deployer: (Address, Address),
    report: &mut Report,
) -> Result<(MapFollower, Address)> {
    let newest = hub.anvil.height().await?;
    hub.advance_to(newest).await?;
    let epoch = newest.div_ceil(EPOCH).max(1);
    let set = hub.set(epoch)?;
    let keys: Vec<G1> = set.keys().into_iter().map(G1).collect();
    let time = hub.brought_at(epoch)?;
    let checkpoint = Checkpoint { epoch, time, keys: &keys };
    let (config, commitment) = (hub.config(), set.commitment());
    let result = format!("{} validators with BN254 keys, epochs of {EPOCH} blocks", keys.len());
    report.done("wrap the hub's blocks in a MAP relay chain", result, None);

    let height = b.height().await?;
    let (admin, manager) = deployer;
    let deployed = forge.map_client(b, admin, manager, (&config, &checkpoint, commitment)).await?;
    let follower = MapFollower::new(client(config)?, &checkpoint, &commitment, b.now().await?)?;
    let gas = b.gas_since(height).await?;
    let result = format!("trusts the validators of epoch {epoch}, {commitment}");
    report.done("deploy the hub's light client on B", result, Some(gas));
    Ok((follower, deployed))
}

async fn open_lane(stage: &mut Stage<'_>, forge: &Forge, report: &mut Report) -> Result<()> {
    let (a, b, admin) = (&stage.source.anvil, stage.b, stage.admin);
    let (on_a, on_b) = (stage.on_a.message_service, stage.on_b.base.message_service);
    let heights = (a.height().await?, b.height().await?);
    forge.open_lane(a, admin, on_a, (b.chain_id, on_b), false).await?;
    forge.open_lane(b, admin, on_b, (a.chain_id, on_a), false).await?;
    let gas = a.gas_since(heights.0).await? + b.gas_since(heights.1).await?;
    stage.twins.inbox.lanes.set_lane(U256::from(a.chain_id), on_a, SYNC_COMMITTEE, false);
    let result = format!("chain {} to chain {} and back", a.chain_id, b.chain_id);
    report.done("open the lane on both ends", result, Some(gas));
    Ok(())
}
