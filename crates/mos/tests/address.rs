//! MSG-3: one spelling of each account.

use alloy_primitives::{Address, U256, address, hex};
use mos::{EvmAddress, address::Error};
use mpt_proof::Fault;
use proptest::prelude::*;

#[test]
fn msg_3_accepts_the_example_of_the_standard() {
    let bytes = hex!("00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045");
    let vitalik = address!("d8da6bf26964af9d7eed9e03e53415d37aa96045");
    let expected = EvmAddress::new(U256::from(1), vitalik).unwrap();
    assert_eq!(EvmAddress::decode(&bytes), Ok(expected));
    assert_eq!(expected.encode(), bytes);
}

#[test]
fn msg_3_rejects_every_other_form() {
    let account = [0xbe; 20];
    let with = |head: &[u8], account: &[u8]| [head, account].concat();
    let malformed = [
        vec![],
        with(&hex!("00020000010114"), &account),    // version
        with(&hex!("00010001010114"), &account),    // chain type
        with(&hex!("000100000014"), &account),      // no chain
        with(&hex!("00010000020001 14"), &account), // leading zero
        with(&hex!("0001000001 0014"), &account),   // chain 0
        with(&[&hex!("0001000021")[..], &[1; 33], &[20]].concat(), &account), // 33 bytes
        with(&hex!("00010000010100"), &[]),         // no account
        with(&hex!("00010000010113"), &account[..19]), // 19 bytes
        with(&hex!("00010000010115"), &[0xbe; 21]), // 21 bytes
        with(&hex!("00010000010114"), &account[..19]), // cut
        with(&hex!("00010000010114"), &[0xbe; 21]), // left over
        hex!("0001000020").to_vec(),                // length alone
    ];
    for bytes in malformed {
        assert_eq!(EvmAddress::decode(&bytes), Err(Error::Malformed), "{}", hex::encode(&bytes));
    }
    assert_eq!(EvmAddress::new(U256::ZERO, Address::ZERO), Err(Error::Malformed));
    assert_eq!(Error::Malformed.fault(), Fault::Caller);
}

proptest! {
    #[test]
    fn msg_3_accepts_every_account_of_every_chain(chain: [u8; 32], shift in 0usize..256, account: [u8; 20]) {
        let chain_id = (U256::from_be_bytes(chain) >> shift).max(U256::ONE);
        let address = EvmAddress::new(chain_id, account.into()).unwrap();
        prop_assert_eq!(EvmAddress::decode(&address.encode()), Ok(address));
    }

    /// Whatever is accepted is what would have been written for it.
    #[test]
    fn msg_3_accepts_nothing_else(bytes: Vec<u8>) {
        accepts_only_canonical(&bytes);
    }

    #[test]
    fn msg_3_rejects_changed_bytes(chain: u64, account: [u8; 20], place: usize, byte: u8) {
        let address = EvmAddress::new(U256::from(chain.max(1)), account.into()).unwrap();
        let mut bytes = address.encode();
        let place = place % bytes.len();
        bytes[place] = byte;
        accepts_only_canonical(&bytes);
    }
}

fn accepts_only_canonical(bytes: &[u8]) {
    if let Ok(address) = EvmAddress::decode(bytes) {
        assert_eq!(address.encode(), bytes);
    }
}
