//! Delivered and cancelled: the events of the destination.

use super::made::{
    Block, DESTINATION, GATEWAY, PAYEE, RawLog, SERVICE, SOURCE, attest, cancelled, chain,
    delivered, service,
};
use alloy_primitives::{Address, B256, U256};
use light_client::{attestation, attestation::Statement, client};
use mos::{
    Checker, Direction, Error, MESSAGE_CANCELLED, MESSAGE_DELIVERED, Outcome, outcome::SETTLED_SLOT,
};
use mpt_proof::receipt;

const ID: B256 = B256::repeat_byte(0x1d);

/// What a checker says to a log in the place of either event.
fn refusals(spoil: impl Fn(&mut RawLog)) -> [Error; 2] {
    let (service, _) = service();
    let [mut a, mut b] = [delivered(ID), cancelled(ID)];
    spoil(&mut a);
    spoil(&mut b);
    [
        Block::with_log(&a).acknowledge(&mut Checker::new(), &service).unwrap_err(),
        Block::with_log(&b).prove_cancelled(&mut Checker::new(), &service).unwrap_err(),
    ]
}

/// Whatever was sent: who pays asks for the outcome of an id that they have computed.
#[test]
fn msg_4_5_accepts_the_events_of_any_message_from_here() {
    let (service, _) = service();
    let proven = Block::with_log(&delivered(ID)).acknowledge(&mut Checker::new(), &service);
    assert_eq!(proven, Ok((ID, Outcome::Delivered { payee: PAYEE })));
    let proven = Block::with_log(&cancelled(ID)).prove_cancelled(&mut Checker::new(), &service);
    assert_eq!(proven, Ok((ID, Outcome::Cancelled)));
}

#[test]
fn msg_4_rejects_other_topics_and_data() {
    let malformed = [Error::MalformedEvent; 2];
    assert_eq!(refusals(|log| log.topics.truncate(2)), malformed);
    assert_eq!(refusals(|log| log.topics.push(B256::ZERO)), malformed);
    assert_eq!(refusals(|log| log.data.extend([0; 32])), malformed);
    assert_eq!(refusals(|log| log.data.truncate(31)), malformed);
    assert_eq!(refusals(|log| log.data.clear()), malformed);
    // A nonce, or an account, that is none.
    assert_eq!(refusals(|log| log.data[23] = 1), malformed);
    assert_eq!(refusals(|log| log.data[0] = 1), malformed);
    let payee = |place: usize| {
        let (service, _) = service();
        let mut log = delivered(ID);
        log.data[place] = 1;
        Block::with_log(&log).acknowledge(&mut Checker::new(), &service)
    };
    assert_eq!(payee(32), Err(Error::MalformedEvent));
    assert_eq!(payee(43), Err(Error::MalformedEvent));
    assert!(payee(44).is_ok());
}

#[test]
fn msg_5_rejects_messages_of_another_chain() {
    let wrong = Error::WrongChain { expected: chain(SOURCE), got: chain(5) };
    assert_eq!(refusals(|log| log.topics[2] = chain(5).into()), [wrong; 2]);
    let wrong = Error::WrongChain { expected: chain(SOURCE), got: U256::MAX };
    assert_eq!(refusals(|log| log.topics[2] = U256::MAX.into()), [wrong; 2]);
}

#[test]
fn rct_8_9_rejects_other_emitters_and_one_event_for_the_other() {
    let emitter = receipt::Error::LogEmitter { expected: GATEWAY, got: SERVICE };
    let emitter = Error::Proof(emitter.into());
    assert_eq!(refusals(|log| log.emitter = SERVICE), [emitter; 2]);

    let topic = |expected, got| Error::Proof(receipt::Error::LogTopic { expected, got }.into());
    let (service, _) = service();
    let crossed = Block::with_log(&cancelled(ID)).acknowledge(&mut Checker::new(), &service);
    assert_eq!(crossed, Err(topic(MESSAGE_DELIVERED, MESSAGE_CANCELLED)));
    let crossed = Block::with_log(&delivered(ID)).prove_cancelled(&mut Checker::new(), &service);
    assert_eq!(crossed, Err(topic(MESSAGE_CANCELLED, MESSAGE_DELIVERED)));
}

#[test]
fn msg_1_15_16_rejects_what_the_lane_does_not_allow() {
    let (mut service, _) = service();
    let block = Block::with_log(&delivered(ID));
    let (proof, destination) = (block.log_proof(), chain(DESTINATION));
    let acknowledge = |service: &_| block.acknowledge(&mut Checker::new(), service);
    let elsewhere =
        block.ask(|context| Checker::new().acknowledge(&service, chain(5), &proof, context));
    assert_eq!(elsewhere, Err(Error::UnknownLane { chain_id: chain(5) }));

    // A lane to a chain without a client.
    service.lanes.set_lane(chain(5), GATEWAY, 3, false);
    let elsewhere =
        block.ask(|context| Checker::new().acknowledge(&service, chain(5), &proof, context));
    assert_eq!(elsewhere, Err(client::Error::UnknownChain { chain_id: 5 }.into()));

    // What comes from there is paused; what goes there does not matter.
    service.lanes.pause(destination, Direction::Sending).unwrap();
    assert!(acknowledge(&service).is_ok());
    service.lanes.pause(destination, Direction::Delivering).unwrap();
    let paused = Err(Error::DeliveringPaused { chain_id: destination });
    assert_eq!(acknowledge(&service), paused);
    service.lanes.unpause(destination, Direction::Delivering).unwrap();

    for expected in [0, 1, 2, 4] {
        service.lanes.set_lane(destination, GATEWAY, expected, false);
        let mismatch = Err(Error::AssumptionMismatch { expected, got: 3 });
        assert_eq!(acknowledge(&service), mismatch);
    }
    service.lanes.set_lane(destination, Address::ZERO, 3, false);
    assert_eq!(acknowledge(&service), Err(Error::UnknownLane { chain_id: destination }));
}

#[test]
fn msg_17_accepts_the_attestation_due_and_rejects_any_other() {
    let (mut service, _) = service();
    let destination = chain(DESTINATION);
    let statements = [
        Statement::Sent,
        Statement::Delivered,
        Statement::Cancelled,
        Statement::Expired,
        Statement::CancellationRequested,
    ];
    for is_delivered in [true, false] {
        let block = Block::with_log(&if is_delivered { delivered(ID) } else { cancelled(ID) });
        let due = if is_delivered { Statement::Delivered } else { Statement::Cancelled };
        let ask = |service: &_, attestations| {
            let proof = mos::DeliveryProof { attestations, ..block.log_proof() };
            block.ask(|context| {
                let mut checker = Checker::new();
                if is_delivered {
                    checker.acknowledge(service, destination, &proof, context)
                } else {
                    checker.prove_cancelled(service, destination, &proof, context)
                }
            })
        };
        service.lanes.set_lane(destination, GATEWAY, 3, true);
        for statement in statements {
            let said = ask(&service, attest(statement, &ID));
            if statement == due {
                assert!(said.is_ok());
            } else {
                let wrong = matches!(
                    said,
                    Err(Error::Attestation(attestation::Error::Signer { position: 0, .. }))
                );
                assert!(wrong, "{statement:?}: {said:?}");
            }
        }
        let length =
            |expected, got| Err(Error::Attestation(attestation::Error::Length { expected, got }));
        assert_eq!(ask(&service, [].into()), length(65, 0));
        // Where nobody is asked nobody says anything.
        service.lanes.set_lane(destination, GATEWAY, 3, false);
        assert_eq!(ask(&service, attest(due, &ID)), length(0, 65));
        assert!(ask(&service, [].into()).is_ok());
    }
}

/// From the text of the standard, not from the number in the code.
#[test]
fn settled_bits_are_where_erc_7201_says() {
    let name = U256::from_be_bytes(alloy_primitives::keccak256("heliograph.settled").0);
    let slot = alloy_primitives::keccak256((name - U256::ONE).to_be_bytes::<32>());
    let slot = U256::from_be_bytes(slot.0) & !U256::from(0xff);
    assert_eq!(SETTLED_SLOT, B256::from(slot));
}
