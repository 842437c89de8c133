//! The message service: whole transactions in a message's life, and where the gas of a delivery goes.
//!
//! Real contracts and proofs: light clients with 512 keys, a block of 200 receipts under a full bloom, a payload of 32 bytes, a
//! recipient that does nothing. The word of settled bits has been written before; where that is not so, the row says it.

mod attributes;
mod block;
mod end;
mod outcomes;
mod scene;

use crate::{Figures, grouped, head, row};
use alloy_primitives::{Address, U256};
use bindings::IMessageService as service;
use end::Cost;
use scene::{Role, Scene};
use std::path::{Path, PathBuf};
use testkit::evm::Artifact;

/// A row: what it is, the name of its figure and what it costs.
type Measured = (&'static str, &'static str, Cost);

/// Messages of a batch.
const BATCH: u64 = 10;

pub(crate) fn measure(figures: &mut Figures) {
    let (legacy, parts) = rows_of(&Artifact::folder());
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/out-ir");
    let ir = folder.join("MessageService.sol").is_dir().then(|| rows_of(&folder));
    print(&legacy, ir.as_ref().map(|(rows, _)| &rows[..]), figures);
    head(&["where the gas of a delivery goes", "gas", "via_ir"]);
    for (place, (what, gas)) in parts.iter().enumerate() {
        let in_ir = ir.as_ref().map_or("-".into(), |(_, parts)| grouped(parts[place].1));
        row(&[(*what).into(), grouped(*gas), in_ir]);
    }
}

fn print(legacy: &[Measured], ir: Option<&[Measured]>, figures: &mut Figures) {
    head(&[
        "message",
        "bytes of calldata",
        "whole transaction",
        "via_ir",
        "intrinsic",
        "EIP-7623 floor",
        "÷ floor",
    ]);
    for (place, (what, name, cost)) in legacy.iter().enumerate() {
        let in_ir = ir.map(|rows| rows[place].2.gas);
        let over = cost.gas as f64 / cost.floor as f64;
        row(&[
            (*what).into(),
            grouped(cost.bytes as u64),
            grouped(cost.gas),
            in_ir.map_or("-".into(), grouped),
            grouped(cost.intrinsic),
            grouped(cost.floor),
            format!("{over:.2}"),
        ]);
        figures.insert(format!("sol.mos.{name}"), cost.gas as f64);
        if let Some(gas) = in_ir {
            figures.insert(format!("sol.mos.{name}_ir"), gas as f64);
        }
        if *name == "deliver" {
            figures.insert("sol.mos.deliver_over_floor".into(), over);
        }
        if name.starts_with("deliver_batch10") {
            let each = cost.gas as f64 / BATCH as f64;
            figures.insert(format!("sol.mos.{name}_each"), each);
        }
    }
}

/// All rows, by the artifacts of a folder, and the parts of a delivery.
fn rows_of(folder: &Path) -> (Vec<Measured>, Vec<(&'static str, u64)>) {
    let mut scene = Scene::new(folder);
    let mut rows = sending(&mut scene);
    rows.extend(delivering(&mut scene));
    let parts = parts(&mut scene);
    rows.extend(outcomes::measure(&mut scene));
    (rows, parts)
}

/// What the source's transaction costs, of a second message of the same kind.
fn sending(scene: &mut Scene) -> Vec<Measured> {
    let to = scene.source.service;
    let mut rows = Vec::new();
    for (what, name, attributes) in [
        ("send", "send", Vec::new()),
        ("send, with a deadline", "send_deadline", vec![scene::deadline()]),
        ("send, in order", "send_ordered", vec![scene::deadline(), attributes::in_order()]),
    ] {
        rows.push((what, name, scene.source.cost(to, &scene::message(attributes))));
    }
    let cost = scene.source.aside(|source| {
        scene::price(source);
        let request = vec![attributes::request_relay(100_000)];
        source.pay(to, scene::FEE, &scene::message(request.clone()));
        source.pay(to, scene::FEE, &scene::message(request))
    });
    rows.push(("send, with a relay paid for", "send_relay", cost));
    rows
}

fn delivering(scene: &mut Scene) -> Vec<Measured> {
    let first = scene.deliver_cost(Role::First);
    scene.deliver(Role::First);
    let plain = scene.deliver_cost(Role::Plain);
    let limited = scene.deliver_cost(Role::Limited);
    let ordered = scene.aside(|scene| {
        scene.deliver(Role::OrderedBefore);
        scene.deliver_cost(Role::Ordered)
    });
    let routed = scene.routed_cost();
    let attested = scene.attested_cost();
    let batch = scene.batch_cost();
    let (failing, retry) = scene.aside(|scene| {
        let failing = scene.deliver_cost(Role::Failing);
        scene.deliver(Role::Failing);
        (failing, scene.retry_cost())
    });
    let near = scene.near_batch_cost();
    vec![
        ("deliver", "deliver", plain),
        ("deliver, the first of 256 nonces", "deliver_first", first),
        ("deliver, with a gas limit of its own", "deliver_gas_limit", limited),
        ("deliver, the second of an order", "deliver_ordered", ordered),
        ("deliver, attested by 3 of 5", "deliver_attested", attested),
        ("deliver, by the word of a hub", "deliver_routed", routed),
        ("the hub's own transaction before it", "relay", scene.relay_cost()),
        ("deliver 10, spread over a block", "deliver_batch10_spread", batch),
        ("deliver 10, of receipts one behind the other", "deliver_batch10", near),
        ("deliver to a recipient that fails, kept", "deliver_failed", failing),
        ("retry", "retry", retry),
    ]
}

/// The execution of a delivery, everything cold, by where versions of it are refused.
fn parts(scene: &mut Scene) -> Vec<(&'static str, u64)> {
    let honest = scene.proof(Role::Plain);
    let mut without_header = honest.clone();
    without_header.headers.clear();
    let mut without_log = honest.clone();
    without_log.logIndex = U256::ONE;
    let mut other_nonce = honest.clone();
    other_nonce.nonce += 1;
    let settled = scene.proof(Role::First);

    let cost = scene.deliver_cost(Role::Plain);
    let mut before = 0;
    let mut parts = vec![("the transaction and its calldata", cost.intrinsic)];
    for (what, proof) in [
        ("decoding, lane, registry, light client: the head", without_header),
        ("header and receipt", without_log),
        ("log, event, addresses, id", other_nonce),
        ("attestations and attributes: none; settled bit: read", settled),
        ("bit: written, recipient: called, event", honest),
    ] {
        let call = scene::deliver(proof);
        let until = scene.destination.execution(scene.destination.service, &call);
        parts.push((what, until - before));
        before = until;
    }
    parts.push(("all of it", cost.intrinsic + before));
    assert!(before + cost.intrinsic <= cost.gas.max(cost.floor) + 100, "parts of a delivery");
    parts
}

impl Scene {
    /// What a delivery costs. It is forgotten.
    fn deliver_cost(&mut self, role: Role) -> Cost {
        let call = scene::deliver(self.proof(role));
        self.destination.cost(self.destination.service, &call)
    }

    fn batch_cost(&mut self) -> Cost {
        let proof = self.batch();
        let call = service::deliverBatchCall {
            sourceChainId: scene::source_chain(),
            proof,
            payee: Address::ZERO,
        };
        self.destination.cost(self.destination.service, &call)
    }

    /// The same of messages in receipts one behind the other.
    fn near_batch_cost(&mut self) -> Cost {
        self.aside(|scene| {
            let before = scene.move_batch();
            let cost = scene.batch_cost();
            scene.come_back(before);
            cost
        })
    }

    fn retry_cost(&mut self) -> Cost {
        self.destination.repair();
        let call = service::retryCall {
            sourceChainId: scene::source_chain(),
            body: self.body(Role::Failing),
            gasLimit: U256::ZERO,
            payee: Address::ZERO,
        };
        self.destination.cost(self.destination.service, &call)
    }
}
