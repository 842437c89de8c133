//! Prints a record of light-client objects that the simulator makes, 512 members, over two sync committee periods: for
//! `tools/pos/lodestar-light-client/check.mjs`. The argument names the fork, `fulu` when there is none.
//!
//! ```text
//! cargo run --package testkit --example objects -- electra > target/objects.json
//! ```

use light_client::beacon::{Fork, IndexSet, Network as Owned};
use serde_json::json;
use std::{env, error::Error};
use testkit::beacon::{Chain, Network};

/// Slots of an epoch, and of a sync committee period, on mainnet.
const EPOCH: u64 = 32;
const PERIOD: u64 = 256 * EPOCH;

/// Members that do not sign.
const ABSENT: [usize; 5] = [0, 3, 200, 310, 511];

fn main() -> Result<(), Box<dyn Error>> {
    let fork = env::args().nth(1).unwrap_or_else(|| "fulu".into());
    let (version, index_set) = match fork.as_str() {
        "capella" => ([3, 0, 0, 0], IndexSet::Capella),
        "deneb" => ([4, 0, 0, 0], IndexSet::Deneb),
        "electra" => ([5, 0, 0, 0], IndexSet::Electra),
        "fulu" => ([6, 0, 0, 0], IndexSet::Electra),
        other => return Err(format!("no fork {other}: capella, deneb, electra or fulu").into()),
    };
    let forks = vec![Fork { epoch: 0, version, index_set }];
    let mut chain = Chain::new(Network { forks, ..Network::default() }, 1);
    for start in [0, PERIOD] {
        for epoch in 0..5 {
            for slot in [start + epoch * EPOCH, start + epoch * EPOCH + 1] {
                propose(&mut chain, slot)?;
            }
        }
    }

    let versioned = |data| json!({ "version": fork, "data": data });
    let update = |slot| -> Result<_, Box<dyn Error>> {
        let object = versioned(json!(chain.light_client_update(slot, &ABSENT)?));
        Ok(json!({ "kind": "update", "object": object }))
    };
    let finality_update = |slot| -> Result<_, Box<dyn Error>> {
        let object = versioned(json!(chain.light_client_finality_update(slot, &ABSENT)?));
        Ok(json!({ "kind": "finality_update", "object": object }))
    };
    let record = json!({
        "network": Owned::from(chain.network().config()),
        "trusted_root": chain.block(EPOCH)?.root(),
        "bootstrap": versioned(json!(chain.light_client_bootstrap(EPOCH)?)),
        "updates": [update(2 * EPOCH)?, update(PERIOD)?, finality_update(PERIOD + EPOCH)?],
    });
    println!("{record}");
    Ok(())
}

fn propose(chain: &mut Chain, slot: u64) -> Result<(), Box<dyn Error>> {
    let number = chain.head().map_or(1, |block| block.execution().number() + 1);
    let block = chain.next_execution(slot, number)?;
    chain.propose(slot, block)?;
    Ok(())
}
