//! What a relayer does for messages that are not simply delivered, on real contracts: those that expire, are cancelled, fail and are
//! retried, stand in the way of others, or pay for their delivery.
#![recursion_limit = "256"]

mod support;

#[path = "outcomes_relayed/attested.rs"]
mod attested;

use alloy_primitives::{Address, B256, U256, hex, keccak256};
use alloy_sol_types::SolEvent;
use bindings::{IMessageChecker::Outcome, IMessageService, IRelayFees};
use mos::Attribute;
use support::{
    devnet::{Devnet, wait, workspace},
    relayer::Relayer,
    side::{Sent, Side, after, send},
};

/// A recipient of the test's own: its code is what the test wants.
const RECIPIENT: Address = Address::repeat_byte(0x4e);

/// Code that refuses every call.
const REFUSES: &[u8] = &hex!("5f5ffd");

/// Code that answers every call with the selector of `receiveMessage(bytes32,bytes,bytes)`.
fn accepts() -> Vec<u8> {
    let selector = &keccak256("receiveMessage(bytes32,bytes,bytes)")[..4];
    [&hex!("63")[..], selector, &hex!("60e01b5f5260205ff3")].concat()
}

#[test]
fn carries_back_what_became_of_messages_and_clears_what_stands_in_their_way() {
    let Some(root) = workspace() else { return };
    let devnet = Devnet::start(&root, &["--committee", "32"]);
    let mut relayer = Relayer::start(&root, &devnet, "relayer", &[]);
    let _ = carries_back(&devnet, &relayer);
    relayer.end();
}

/// What becomes of messages is proven back to where they come from, what fails is retried, and what is paid is taken. Returns one that was
/// delivered, has a deadline in an hour, and was not proven back.
fn carries_back(devnet: &Devnet, relayer: &Relayer) -> Sent {
    let (a, b) = (Side::of(devnet, "a"), Side::of(devnet, "b"));
    let greeter: Address =
        serde_json::from_value(devnet.end("b")["greeter"].clone()).expect("an address");
    b.set_code(RECIPIENT, REFUSES);

    let lane = (&a, &b);
    // Long before what is sent now can be final, however fast all is; and what is sent late on a slow machine is sent all the same.
    let expires = Attribute::DeliverBefore(after(6));
    let paid = send(lane, greeter, &[], 0);
    let fails = send(lane, RECIPIENT, &[Attribute::RevertBehavior(true)], 0);
    let late = send(lane, greeter, &[expires], 0);
    let first = send(lane, greeter, &[Attribute::InOrder, expires], 0);
    let second =
        send(lane, greeter, &[Attribute::InOrder, Attribute::DeliverBefore(after(3_600))], 1);
    // It is not due before the wish is final that it be cancelled.
    let later = [Attribute::Cancellable(true), Attribute::DeliverAfter(after(3_600))];
    let cancelled = send(lane, greeter, &later, 0);
    let wish = IMessageService::cancelCall {
        destinationChainId: U256::from(b.chain),
        body: cancelled.body,
    };
    a.transact(a.service, 0, &wish);
    let destination = U256::from(b.chain);
    let quote = IRelayFees::quoteCall {
        destinationChainId: destination,
        token: Address::ZERO,
        gasLimit: U256::from(200_000),
    };
    let amount = a.call(a.fees, &quote);
    let pay = IRelayFees::payCall {
        destinationChainId: destination,
        id: paid.id,
        token: Address::ZERO,
        amount,
        payer: a.sender(),
    };
    a.transact(a.fees, amount.to(), &pay);

    // On the destination.
    let on_b = |event: B256, id| {
        wait(&format!("{event} of {id}: {}", relayer.tail()), || {
            b.seen(b.service, event).contains(&id).then_some(())
        });
    };
    let delivered = IMessageService::MessageDelivered::SIGNATURE_HASH;
    on_b(delivered, paid.id);
    let failed = IMessageService::hasFailedCall { id: fails.id };
    wait("the failure is recorded", || b.call(b.service, &failed).then_some(()));
    b.set_code(RECIPIENT, &accepts());
    on_b(delivered, fails.id);
    on_b(IMessageService::MessageSkipped::SIGNATURE_HASH, first.id);
    on_b(delivered, second.id);
    on_b(IMessageService::MessageCancelled::SIGNATURE_HASH, cancelled.id);

    // Back on the source.
    let proven = |id, outcome| {
        wait(&format!("the outcome of {id}: {}", relayer.tail()), || {
            (a.outcome(id) == outcome).then_some(())
        });
    };
    proven(late.id, Outcome::Expired);
    proven(first.id, Outcome::Expired);
    proven(cancelled.id, Outcome::Cancelled);
    proven(paid.id, Outcome::Delivered);
    wait("the fee is taken", || {
        let released = IRelayFees::FeeReleased::SIGNATURE_HASH;
        a.seen(a.fees, released).contains(&paid.id).then_some(())
    });
    let left = IRelayFees::paidForCall { id: paid.id, token: Address::ZERO };
    assert_eq!(a.call(a.fees, &left), U256::ZERO);
    // Nothing was paid for the others, and nobody asked for more: they are not proven back.
    assert_eq!(a.outcome(second.id), Outcome::None);
    let arrived = b.seen(b.service, delivered);
    for id in [late.id, first.id, cancelled.id] {
        assert!(!arrived.contains(&id), "{id} was delivered");
    }
    second
}
