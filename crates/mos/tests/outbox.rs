//! MSG-1 to MSG-3: sending, and what is sent is what is delivered.

mod support;

use alloy_primitives::{Address, U256};
use mos::{Error, Inbox, MESSAGE_SENT, Outbox, Sent, address};
use support::{
    DESTINATION, GATEWAY, HERE, RawLog, SOURCE, account, ancestor, prove, recipient, sender, sent,
};

const FROM: Address = Address::repeat_byte(0x5e);

fn outbox() -> Outbox {
    let mut outbox = Outbox::new(U256::from(SOURCE), GATEWAY);
    outbox.set_lane(U256::from(DESTINATION), HERE);
    outbox
}

fn send(outbox: &mut Outbox, recipient: &[u8]) -> Result<Sent, Error> {
    outbox.send(FROM, U256::ZERO, recipient, b"payload")
}

#[test]
fn msg_1_msg_2_msg_3_accepts_and_numbers_from_zero() {
    let mut outbox = outbox();
    for nonce in 0..3 {
        assert_eq!(outbox.next_nonce(U256::from(DESTINATION)), nonce);
        let expected = sent(nonce, &sender(), &recipient(), b"payload");
        let got = send(&mut outbox, &recipient());
        assert_eq!(got, Ok(Sent { id: expected.topics[1], nonce, data: expected.data }));
    }
    assert_eq!(outbox.next_nonce(U256::from(5)), 0);
}

#[test]
fn msg_2_rejects_value_before_the_address() {
    let value = U256::from(1);
    let result = outbox().send(FROM, value, b"", b"");
    assert_eq!(result, Err(Error::ValueNotAccepted { value }));
}

#[test]
fn msg_3_rejects_an_address_before_the_lane() {
    let malformed = [&account(5, HERE)[..], &[0]].concat();
    let error = Error::Address(address::Error::Malformed);
    assert_eq!(send(&mut outbox(), &malformed), Err(error));
}

#[test]
fn msg_1_rejects_chains_without_lane() {
    let mut outbox = outbox();
    let unknown = |chain_id: u64| Err(Error::UnknownLane { chain_id: U256::from(chain_id) });
    assert_eq!(send(&mut outbox, &account(5, HERE)), unknown(5));
    outbox.set_lane(U256::from(DESTINATION), Address::ZERO);
    let before = outbox.clone();
    assert_eq!(send(&mut outbox, &recipient()), unknown(DESTINATION));
    assert_eq!(outbox, before);
}

#[test]
fn msg_1_to_msg_8_accepts_s2_what_the_outbox_sent_at_the_inbox() {
    let mut inbox = Inbox::new(U256::from(DESTINATION), HERE);
    inbox.set_lane(U256::from(SOURCE), GATEWAY);
    let Sent { id, nonce, data } = send(&mut outbox(), &recipient()).unwrap();
    let log = RawLog { emitter: GATEWAY, topics: vec![MESSAGE_SENT, id], data };
    let (proof, head) = prove(&log, nonce);
    let from = |_, ancestry: &[u8]| Ok(ancestor(&head, ancestry)?);
    let delivery = inbox.deliver(U256::from(SOURCE), &proof, from).unwrap();
    assert_eq!((delivery.id(), delivery.sender().account()), (id, FROM));
}
