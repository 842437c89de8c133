//! What happens, in order: a light client, a message that its head covers, one that is older, one under
//! the next committee, and attempts to cheat.

use super::{
    cheat,
    contracts::{self, OnSource},
    message::{self, Sent, Way},
    source::{PATIENCE, PAUSE, Source},
    twin::{Contracts, Twin},
};
use crate::{
    demo::{anvil::Anvil, deploy::Forge, message::greeting, report::Report},
    error::{Error, Result},
};
use alloy_primitives::{Address, B256};
use mos::DeliveryProof;
use tokio::time::{Instant, sleep};

/// Both chains, and what is on them.
pub(super) struct Stage<'s> {
    /// The destination.
    pub b: &'s Anvil,
    /// The greeter on the destination.
    pub greeter: Address,
    /// Rust and the contracts of the destination.
    pub twin: Twin<'s>,
}

/// Runs everything and returns the source; an error is a step that did not do what it says.
pub(super) async fn tell(
    mut source: Source,
    b: &Anvil,
    forge: &Forge,
    report: &mut Report,
) -> Result<Source> {
    let network = source.network.clone();
    let on_a = contracts::deploy(&mut source.execution, &forge.root).await?;
    let result = format!("message service {}, by signed transactions", on_a.message_service);
    report.done("deploy on A", result, None);
    let admin = b.admin().await?;
    let on_b = forge.deploy(b, admin).await?;
    let gas = b.gas_since(0).await?;
    report.done("deploy on B", format!("message service {}", on_b.message_service), Some(gas));

    let to = (b.chain_id, on_b.message_service);
    let opened = contracts::open_lane(&mut source.execution, &on_a, to).await?;
    source.execution.receipt(opened).await?;
    let from = (network.chain_id, on_a.message_service);
    forge.open_lane(b, admin, on_b.message_service, from, false).await?;
    source.record.lane(on_a.message_service, to);
    let result = format!("chain {} to chain {} and back", network.chain_id, b.chain_id);
    report.done("open the lane on both ends", result, None);

    let to = (b.chain_id, on_b.greeter);
    let early =
        send(&mut source, &on_a, to, (0, "hello before there was a light client"), report).await?;

    let (bootstrap, root) = source.bootstrap().await?;
    let result = format!("the block of slot {} is", bootstrap.header.slot);
    report.done("wait until a block is final", result, None);
    let height = b.height().await?;
    let config = network.as_config();
    let start = (&config, &bootstrap, root);
    let client = forge.beacon_client(b, admin, on_b.light_client_manager, start).await?;
    let contracts = Contracts { admin, client, message_service: on_b.message_service };
    let start = (&bootstrap, &root);
    let twin = Twin::start(config, start, b, contracts, on_a.message_service).await?;
    let gas = b.gas_since(height).await?;
    report.done("deploy A's light client on B", format!("trusts the block root {root}"), Some(gas));
    let mut stage = Stage { b, greeter: on_b.greeter, twin };

    let sent = send(&mut source, &on_a, to, (1, "hello from proof of stake"), report).await?;
    cover(&mut source, &mut stage, &sent, report).await?;
    deliver(&mut source, &mut stage, &sent, Way::Parents, report).await?;
    deliver(&mut source, &mut stage, &early, Way::BlockRoots, report).await?;

    let first = stage.twin.trusted.current_committee_root;
    rotate(&mut source, &mut stage, first, report).await?;
    let sent = send(&mut source, &on_a, to, (2, "hello from the next committee"), report).await?;
    cover(&mut source, &mut stage, &sent, report).await?;
    let proof = deliver(&mut source, &mut stage, &sent, Way::BlockRoots, report).await?;
    cheat::all(&mut source, &stage, &sent, &proof, report).await?;
    Ok(source)
}

async fn send(
    source: &mut Source,
    on_a: &OnSource,
    to: (u64, Address),
    what: (u64, &str),
    report: &mut Report,
) -> Result<Sent> {
    let sent = message::send(source, on_a, to, what).await?;
    let result = format!("{:?} in block {}, nonce {}", sent.text, sent.block.number(), sent.nonce);
    report.done("send a message on A", result, Some(sent.gas));
    Ok(sent)
}

/// Takes updates until the head is the message's block or a later one.
async fn cover(
    source: &mut Source,
    stage: &mut Stage<'_>,
    sent: &Sent,
    report: &mut Report,
) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(head) = advance(source, stage, report).await?
            && source.execution.rpc.block_by_hash(head).await?.number() >= sent.block.number()
        {
            return Ok(());
        }
        source.expect_before(deadline, "head that covers the message")?;
    }
}

/// Takes updates until another committee signs.
async fn rotate(
    source: &mut Source,
    stage: &mut Stage<'_>,
    first: B256,
    report: &mut Report,
) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while stage.twin.trusted.current_committee_root == first {
        advance(source, stage, report).await?;
        source.expect_before(deadline, "second committee")?;
    }
    report.note("the light client follows the second committee, which the first one has named");
    Ok(())
}

/// Takes the next update, if there is one by now, and returns the head's block then.
pub(super) async fn advance(
    source: &mut Source,
    stage: &mut Stage<'_>,
    report: &mut Report,
) -> Result<Option<B256>> {
    let Some(update) = source.update(&stage.twin.trusted).await? else {
        sleep(PAUSE).await;
        return Ok(None);
    };
    let gas = stage.twin.update(&update).await?;
    let config = source.config();
    let signers = config.committee_size.saturating_sub(update.absent.len() as u64);
    let next = if update.next_committee.is_some() { ", names the next committee" } else { "" };
    let slot = update.pair.inner_slot;
    let result = format!("slot {slot}, signed by {signers} of {}{next}", config.committee_size);
    report.done("update A's light client on B", result, Some(gas));
    Ok(Some(update.pair.execution_block_hash))
}

/// Proves a message and delivers it.
async fn deliver(
    source: &mut Source,
    stage: &mut Stage<'_>,
    sent: &Sent,
    way: Way,
    report: &mut Report,
) -> Result<DeliveryProof> {
    let (head_id, head) = stage.twin.head()?;
    let (proof, receipts) = message::prove(source, sent, (head_id, head), way).await?;
    let updates = source.record.updates();
    source.record.delivery(updates, &sent.block, &receipts, &proof)?;
    let nodes = proof.receipt_proof.len();
    let result = match way {
        Way::Parents => format!("{} headers, {nodes} trie nodes", proof.headers.len()),
        Way::BlockRoots => {
            let older = stage.twin.older(head_id, &proof.ancestry).await?;
            if older != sent.block.hash() {
                return Err(Error::Demo("another block was proven than the message's".into()));
            }
            format!(
                "{} bytes by the beacon's block roots, {nodes} trie nodes",
                proof.ancestry.len()
            )
        }
    };
    report.done("prove it", result, None);

    let gas = stage.twin.deliver(&proof).await?;
    let said = greeting(stage.b, stage.greeter).await?;
    if said != sent.text {
        return Err(Error::Demo(format!("B's greeter says {said:?}, not {:?}", sent.text)));
    }
    report.done("deliver it on B", format!("B's greeter now says {said:?}"), Some(gas));
    Ok(proof)
}
