//! Messages from one greeter to the other, many to a block.

use super::{
    FOLDER,
    record::{End, Record},
};
use crate::{
    demo::anvil::Anvil,
    error::{Error, Result},
    output::{Answer, progress},
    rpc::Rpc,
};
use alloy_primitives::{Address, Bytes, U64, U256};
use alloy_sol_types::SolCall;
use bindings::IMessageService;
use clap::Args;
use serde_json::{Value, json};
use std::{path::PathBuf, time::Duration};
use tokio::time::sleep;

alloy_sol_types::sol! {
    /// The example application, as far as it is used here.
    interface IGreeter {
        function greet(uint256 chainId, address greeter, string calldata text) external returns (bytes32 id);
    }
}

/// Accounts that send; those before them deploy, or are a person's.
const SENDERS: std::ops::Range<usize> = 2..10;

/// Gas limit of sending a message.
const GAS: u64 = 150_000;

/// Messages that are sent before their block is waited for.
const PER_BLOCK: u64 = 100;

/// How often blocks are looked at.
const LOOK: Duration = Duration::from_millis(100);

const AFTER_HELP: &str = "\
Examples:
  heliograph devnet send --count 1000 --both
  heliograph devnet send --from b";

/// Send messages from one greeter to the other, and wait until they are final.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Send {
    /// The devnet's folder.
    #[arg(long, value_name = "FOLDER", default_value = FOLDER)]
    folder: PathBuf,
    /// How many, in each direction.
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    count: u64,
    /// The chain that they are sent from.
    #[arg(long, value_name = "CHAIN", default_value = "a", value_parser = ["a", "b"])]
    from: String,
    /// How many at once, before their block is waited for.
    #[arg(long, value_name = "COUNT", default_value_t = PER_BLOCK, value_parser = clap::value_parser!(u64).range(1..=400))]
    per_block: u64,
    /// Send from both chains.
    #[arg(long, conflicts_with = "from")]
    both: bool,
}

/// Runs the command.
pub(super) async fn run(args: &Send) -> Result<Answer> {
    let record = Record::read(&args.folder)?;
    let (a, b) = (&record.a, &record.b);
    let lanes = match (args.both, args.from.as_str()) {
        (true, _) => vec![(a, b), (b, a)],
        (_, "b") => vec![(b, a)],
        _ => vec![(a, b)],
    };
    let sent = lanes.iter().map(|(from, to)| lane(from, to, (args.count, args.per_block), true));
    let sent = futures_util::future::try_join_all(sent).await?;
    let text: String = lanes
        .iter()
        .zip(&sent)
        .map(|((from, to), (first, last))| {
            format!("{} to {}: nonces {first} to {last}\n", from.chain_id, to.chain_id)
        })
        .collect();
    let json: Vec<_> = lanes
        .iter()
        .zip(&sent)
        .map(|((from, to), (first, last))| {
            json!({ "from": from.chain_id, "to": to.chain_id, "firstNonce": first, "lastNonce": last })
        })
        .collect();
    Ok(Answer { text, json: json!({ "ok": true, "lanes": json }) })
}

/// So many in each direction, until they are final by what the nodes say.
pub(super) async fn both(record: &Record, count: u64) -> Result<()> {
    let how = (count, PER_BLOCK);
    let (a, b) = (&record.a, &record.b);
    futures_util::future::try_join(lane(a, b, how, false), lane(b, a, how, false)).await.map(drop)
}

/// Sends on one lane until so many more messages are final by what the node says; returns the first and the last nonce.
async fn lane(
    from: &End,
    to: &End,
    (count, at_once): (u64, u64),
    told: bool,
) -> Result<(u64, u64)> {
    let rpc = Rpc::new(&from.rpc)?;
    let first = next_nonce(&rpc, (from, to), "latest").await?;
    let wanted = first + count;
    let mut sent = first;
    loop {
        // Asked first: what is in a block by now counts as that.
        let is_idle = is_idle(&rpc).await?;
        let mined = next_nonce(&rpc, (from, to), "latest").await?;
        if mined >= wanted {
            if next_nonce(&rpc, (from, to), "finalized").await? >= wanted {
                return Ok((first, wanted.saturating_sub(1)));
            }
        } else if mined >= sent || is_idle {
            // A reorganisation loses messages: neither are they in a block, nor does the node have them.
            let now = at_once.min(wanted - mined);
            greetings(&rpc, (from, to), mined, now).await?;
            let done = mined - first;
            if told {
                progress(format_args!("{} to {}: {done} of {count}", from.chain_id, to.chain_id));
            }
            sent = mined + now;
        }
        sleep(LOOK).await;
    }
}

/// Whether no transaction waits for the next block.
async fn is_idle(rpc: &Rpc) -> Result<bool> {
    let pool: Value = rpc.request("txpool_status", ()).await?;
    Ok(serde_json::from_value::<U64>(pool["pending"].clone())
        .is_ok_and(|pending| pending.is_zero()))
}

async fn next_nonce(rpc: &Rpc, (from, to): (&End, &End), at: &str) -> Result<u64> {
    let call = IMessageService::nextNonceCall { destinationChainId: U256::from(to.chain_id) };
    let input = Bytes::from(call.abi_encode());
    let question = json!({ "to": from.message_service, "input": input });
    let answer: Bytes = rpc.request("eth_call", (question, at)).await?;
    IMessageService::nextNonceCall::abi_decode_returns(&answer)
        .map_err(|e| Error::rpc("eth_call", format!("nextNonce: {e}")))
}

/// Hands the node so many greetings, without waiting for a block.
async fn greetings(rpc: &Rpc, (from, to): (&End, &End), first: u64, count: u64) -> Result<()> {
    let accounts: Vec<Address> = rpc.request("eth_accounts", ()).await?;
    let senders = accounts.get(SENDERS).unwrap_or_default();
    for (number, sender) in (first..first + count).zip(senders.iter().cycle()) {
        let call = IGreeter::greetCall {
            chainId: U256::from(to.chain_id),
            greeter: to.greeter,
            text: format!("hello number {number} from {}", from.chain_id),
        };
        let transaction = json!({
            "from": sender, "to": from.greeter, "gas": U64::from(GAS),
            "input": Bytes::from(call.abi_encode()),
        });
        let _: alloy_primitives::B256 = rpc.request("eth_sendTransaction", (transaction,)).await?;
    }
    Ok(())
}

/// So many in both directions, for the next block.
pub(super) async fn some(
    chains: [&Anvil; 2],
    ends: [(&End, &End); 2],
    count: u64,
    first: u64,
) -> Result<()> {
    for (chain, lane) in chains.into_iter().zip(ends) {
        greetings(&chain.rpc, lane, first, count).await?;
    }
    Ok(())
}
