use alloy_primitives::{Address, B256};
use mpt_proof::{Error, Fault, batch, compact, proof, receipt, rlp, state};

#[test]
fn rlp_errors_are_the_same_wherever_they_occur() {
    let error = rlp::Error::TrailingBytes;
    assert_eq!(Error::from(proof::Error::Rlp(error)), Error::Rlp(error));
    assert_eq!(Error::from(receipt::Error::Rlp(error)), Error::Rlp(error));
    assert_eq!(Error::from(state::Error::Rlp(error)), Error::Rlp(error));
    let inner = proof::Error::Rlp(error);
    assert_eq!(Error::from(compact::Error::Proof(inner)), Error::Rlp(error));
    assert_eq!(Error::from(error), Error::Rlp(error));
    // A batch says with which item.
    let error = batch::Error::Proof { item: 3, error: inner };
    assert_eq!(Error::from(error), Error::Batch(error));
}

#[test]
fn faults_are_those_of_the_table() {
    let fault = |error: Error| error.fault();
    assert_eq!(fault(proof::Error::ZeroRoot.into()), Fault::Caller);
    assert_eq!(fault(proof::Error::KeyTooLong { length: 33 }.into()), Fault::Caller);
    assert_eq!(fault(proof::Error::KeyAbsent.into()), Fault::Prover);
    assert_eq!(fault(receipt::Error::LogMissing { index: 1, count: 1 }.into()), Fault::Caller);
    assert_eq!(fault(compact::Error::TooShort { index: 0 }.into()), Fault::Prover);
    assert_eq!(fault(compact::Error::Proof(proof::Error::ZeroRoot).into()), Fault::Caller);
    assert_eq!(fault(batch::Error::Empty.into()), Fault::Caller);
    assert_eq!(fault(batch::Error::Order { item: 1 }.into()), Fault::Caller);
    assert_eq!(fault(batch::Error::KeyAbsent { item: 1 }.into()), Fault::Prover);
    let of_item = |error| batch::Error::Proof { item: 1, error };
    assert_eq!(fault(of_item(proof::Error::KeyTooLong { length: 33 }).into()), Fault::Caller);
    assert_eq!(fault(of_item(proof::Error::ShortNode { index: 1 }).into()), Fault::Prover);
    assert_eq!(fault(receipt::Error::Failed.into()), Fault::Prover);
    assert_eq!(fault(state::Error::ZeroSlotValue.into()), Fault::Prover);
    assert_eq!(fault(rlp::Error::InputTooShort.into()), Fault::Prover);
}

#[test]
fn messages_name_the_arguments() {
    let got = Address::repeat_byte(0x11);
    let error = receipt::Error::LogEmitter { expected: Address::ZERO, got };
    assert!(Error::from(error).to_string().contains(&got.to_string()));
    let error = receipt::Error::LogTopic { expected: B256::ZERO, got: B256::ZERO };
    assert!(error.to_string().contains("first topic"));
    assert_eq!(
        receipt::Error::UnknownType { first_byte: 5 }.to_string(),
        "unknown receipt type 0x05"
    );
    assert_eq!(proof::Error::ItemCount { index: 2, got: 3 }.to_string(), "node 2 has 3 items");
}
