//! From a verified head to an older execution block, by the block roots of the beacon state (ANC-3).

use super::source::Source;
use crate::{
    beacon_node::read,
    error::{Error, Result},
    rpc::Block,
};
use alloy_primitives::{B256, Bytes};
use light_client::{
    ancestry::BEACON,
    beacon::{
        BeaconHeader, Pair,
        spec::{LightClientBootstrap, Versioned},
    },
};

/// The proof of the beacon block that proves `wanted`, from the execution block `head`.
///
/// The branch in the state comes from the consensus client, by an endpoint that only `tools/pos/devnet`
/// has; production clients answer with the whole state.
pub(super) async fn prove(source: &mut Source, head: &Block, wanted: &Block) -> Result<Bytes> {
    let missing = || Error::Demo("the head's header names no beacon block".into());
    let outer_root = head.parent_beacon_root().ok_or_else(missing)?;
    let outer = header(source, &outer_root.to_string()).await?;
    let (inner, execution_block_hash, execution_branch) = proving(source, wanted).await?;

    let config = source.config();
    let index_set = config.fork_at(outer.slot).map_err(|e| Error::input("network", e))?.index_set;
    let length = config.slots_per_historical_root;
    let gindex = index_set.block_roots() * length + inner.slot % length;
    let path = format!("devnet/v1/states/{outer_root}/proof?gindex={gindex}");
    let answer = source.consensus.node.get(&path).await?;
    let branch: Vec<B256> = read(&answer["data"]["branch"], "proof")?;

    let rlp = head.rlp();
    let count = |length: usize, what: &str| {
        u8::try_from(length).map_err(|e| Error::input(what.to_owned(), e))
    };
    let length = u16::try_from(rlp.len()).map_err(|e| Error::input("the head's header", e))?;
    let mut proof = vec![BEACON];
    proof.extend(length.to_be_bytes());
    proof.push(count(branch.len(), "block roots branch")?);
    proof.push(count(execution_branch.len(), "execution branch")?);
    proof.extend(Pair::new(&outer, &inner, execution_block_hash).encode());
    proof.extend(branch.iter().flatten());
    proof.extend(execution_branch.iter().flatten());
    proof.extend(rlp);
    Ok(proof.into())
}

/// The beacon block that proves an execution block: its own, or from Gloas on the next one.
async fn proving(source: &Source, wanted: &Block) -> Result<(BeaconHeader, B256, Vec<B256>)> {
    let config = source.config();
    let own = wanted.timestamp().saturating_sub(config.genesis_time) / config.seconds_per_slot;
    for slot in own..own + config.slots_per_epoch {
        let path = format!("eth/v1/beacon/blocks/{slot}/root");
        let Some(answer) = source.consensus.node.find(&path).await? else { continue };
        let root: B256 = read(&answer["data"]["root"], "blocks/root")?;
        let path = format!("eth/v1/beacon/light_client/bootstrap/{root}");
        let answer = source.consensus.node.get(&path).await?;
        let Versioned { data, .. }: Versioned<LightClientBootstrap> = read(&answer, "bootstrap")?;
        if let Some(hash) = data.header.execution_block_hash()
            && hash == wanted.hash()
        {
            return Ok((data.header.beacon, hash, data.header.block_hash_branch()));
        }
    }
    Err(Error::Demo(format!("no beacon block proves the block {}", wanted.hash())))
}

async fn header(source: &Source, block: &str) -> Result<BeaconHeader> {
    let answer = source.consensus.node.get(&format!("eth/v1/beacon/headers/{block}")).await?;
    read(&answer["data"]["header"]["message"], "headers")
}
