//! Solidity: gas of the forms of a proof, beside others on the same nodes.

mod wrappers;

use crate::{Figures, calldata::Calldata, grouped, head, row};
use benches::fixture::{self, Fixture};
use wrappers::{Form, Wrappers};

/// Of these the whole transaction is shown in each form.
const SPELLED: [&str; 4] = ["receipt3", "receipt5", "account8", "storage6"];
/// Receipts of one block, proven together.
const BATCHES: [u64; 4] = [2, 10, 50, 200];

pub(crate) fn measure(figures: &mut Figures) {
    let fixtures = fixture::measured();
    let mut legacy = Wrappers::of_default_folder();
    execution("execution gas", &mut legacy, &fixtures, "", figures);
    match Wrappers::of_ir_folder() {
        Some(mut ir) => execution("execution gas, via_ir", &mut ir, &fixtures, "_ir", figures),
        None => println!("\nvia_ir: not measured, target/out-ir is not there"),
    }
    transactions(&mut legacy, &fixtures, figures);
    batches(&mut legacy, figures);
}

/// The verifiers alone.
fn execution(
    title: &str,
    wrappers: &mut Wrappers,
    fixtures: &[Fixture],
    suffix: &str,
    figures: &mut Figures,
) {
    head(&[
        title,
        "packed",
        "`bytes[]`",
        "compact",
        "OpenZeppelin 5.7",
        "Polytope 1.1",
        "OpenZeppelin ÷ packed",
    ]);
    for fixture in fixtures {
        let packed = wrappers.packed(fixture).execution;
        let listed = wrappers.listed(fixture).execution;
        let compact = wrappers.compact(fixture).execution;
        let openzeppelin = wrappers.openzeppelin(fixture).map(|gas| gas.execution);
        let polytope = wrappers.polytope(fixture).execution;
        row(&[
            fixture.name.into(),
            grouped(packed),
            grouped(listed),
            grouped(compact),
            openzeppelin.map_or("-".into(), grouped),
            grouped(polytope),
            openzeppelin.map_or("-".into(), |gas| format!("{:.1}", gas as f64 / packed as f64)),
        ]);
        let mut note = |form: &str, gas: u64| {
            figures.insert(format!("sol.{}.gas{form}{suffix}", fixture.name), gas as f64);
        };
        note("", packed);
        note("_list", listed);
        note("_compact", compact);
        note("_polytope", polytope);
        if let Some(gas) = openzeppelin {
            note("_openzeppelin", gas);
        }
    }
}

/// What a transaction costs that does nothing but verify.
fn transactions(wrappers: &mut Wrappers, fixtures: &[Fixture], figures: &mut Figures) {
    head(&[
        "whole transaction",
        "form",
        "bytes of calldata",
        "intrinsic",
        "EIP-7623 floor",
        "execution",
        "gas used",
        "floor of the draft EIP-7976 at 15/60, computed",
    ]);
    for fixture in fixtures.iter().filter(|fixture| SPELLED.contains(&fixture.name)) {
        let mut forms = Vec::new();
        for (form, name) in Form::ALL {
            let (call, gas) = wrappers.transaction(fixture, form);
            forms.push((name, call, gas));
        }
        if let Some(gas) = wrappers.openzeppelin(fixture) {
            forms.push(("OpenZeppelin 5.7", wrappers::listed_with_key(fixture), gas));
        }
        for (form, call, gas) in forms {
            let calldata = Calldata::of(&call);
            row(&[
                fixture.name.into(),
                form.into(),
                grouped(call.len() as u64),
                grouped(calldata.intrinsic()),
                grouped(calldata.floor()),
                grouped(gas.execution),
                grouped(gas.transaction),
                grouped(calldata.draft_floor()),
            ]);
            if form == "compact" {
                figures.insert(
                    format!("sol.{}.compact_floor", fixture.name),
                    gas.transaction.max(calldata.floor()) as f64,
                );
            }
        }
    }
}

/// Many keys at once, in execution gas of one.
fn batches(wrappers: &mut Wrappers, figures: &mut Figures) {
    head(&[
        "receipts of a block of 200, execution gas of each",
        "nodes",
        "batch",
        "one by one, packed",
        "one by one, OpenZeppelin 5.7",
        "Polytope 1.1 with all keys",
    ]);
    for count in BATCHES {
        let joint = fixture::joint(count);
        let batch = wrappers.batch(&joint) / count;
        let packed: u64 = joint.single.iter().map(|one| wrappers.packed(one).execution).sum();
        let openzeppelin = joint.single.iter().filter_map(|one| wrappers.openzeppelin(one));
        let openzeppelin: u64 = openzeppelin.map(|gas| gas.execution).sum();
        let polytope = wrappers.polytope_batch(&joint) / count;
        row(&[
            count.to_string(),
            joint.batch.nodes.len().to_string(),
            grouped(batch),
            grouped(packed / count),
            grouped(openzeppelin / count),
            grouped(polytope),
        ]);
        figures.insert(format!("sol.batch{count}.gas_each"), batch as f64);
        figures.insert(format!("sol.batch{count}.gas_each_one_by_one"), (packed / count) as f64);
        figures.insert(format!("sol.batch{count}.gas_each_polytope"), polytope as f64);
    }
}
