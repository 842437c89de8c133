//! ATT-1 and ATT-5: who may sign, and how many have to.

use super::made::{CHAIN, ID, addresses, attestor, domain, five, signed, with_attestors};
use alloy_primitives::{Address, U256};
use light_client::{
    attestation::{Attestors, Error, Set, Statement},
    crypto::ecdsa::K256,
};

#[test]
fn att_1_accepts_the_attestors_of_the_chain() {
    let chain = U256::from(CHAIN);
    with_attestors(|attestors| {
        assert_eq!(attestors.domain(), &domain());
        let set = attestors.set(chain).unwrap();
        assert_eq!((set.attestors().len(), set.threshold()), (5, 2));
        let digest = domain().attestation_digest(chain, Statement::Sent, &ID);
        let two = signed(&five()[1..3], &digest);
        assert_eq!(attestors.verify(chain, Statement::Sent, &ID, &two), Ok(()));
    });
}

#[test]
fn att_1_rejects_a_chain_without_attestors() {
    let chain = U256::from(CHAIN);
    let other = U256::from(CHAIN + 1);
    with_attestors(|attestors| {
        let digest = domain().attestation_digest(other, Statement::Sent, &ID);
        let two = signed(&five()[1..3], &digest);
        let refused = Err(Error::Unknown { chain_id: other });
        assert_eq!(attestors.verify(other, Statement::Sent, &ID, &two), refused);
        assert_eq!(attestors.verify_head(other, 1, &ID, &[]), refused);
    });
    let nobody = Attestors::new(domain(), &[], K256);
    assert_eq!(nobody.set(chain), Err(Error::Unknown { chain_id: chain }));
}

/// Each word of what is signed matters: chain, statement, message, and for whom.
#[test]
fn att_4_rejects_what_was_signed_of_something_else() {
    let chain = U256::from(CHAIN);
    let five = five();
    let set = addresses(&five);
    let sets = [CHAIN, 5].map(|chain| (U256::from(chain), Set::new(&set, 2).unwrap()));
    let attestors = Attestors::new(domain(), &sets, K256);
    let digest = domain().attestation_digest(chain, Statement::Sent, &ID);
    let two = signed(&five[..2], &digest);
    assert_eq!(attestors.verify(chain, Statement::Sent, &ID, &two), Ok(()));

    let elsewhere = light_client::attestation::Domain::new(U256::from(1), Address::repeat_byte(1));
    let elsewhere = Attestors::new(elsewhere, &sets, K256);
    let refusals = [
        attestors.verify(U256::from(5), Statement::Sent, &ID, &two),
        attestors.verify(chain, Statement::Delivered, &ID, &two),
        attestors.verify(chain, Statement::Sent, &!ID, &two),
        attestors.verify_head(chain, 1, &ID, &two),
        elsewhere.verify(chain, Statement::Sent, &ID, &two),
    ];
    for refused in refusals {
        // Another digest has another signer, who is nobody.
        assert!(matches!(refused, Err(Error::Signer { position: 0, .. })), "{refused:?}");
    }
}

#[test]
fn att_5_accepts_sets_up_to_the_largest() {
    let all: Vec<Address> = (1..=64).map(Address::with_last_byte).collect();
    for (size, threshold) in [(1, 1), (2, 1), (2, 2), (64, 1), (64, 64)] {
        let set = Set::new(&all[..size], threshold).unwrap();
        assert_eq!((set.attestors(), set.threshold()), (&all[..size], threshold));
    }
}

#[test]
fn att_5_rejects_what_is_not_a_set() {
    let all: Vec<Address> = (0..=65).map(Address::with_last_byte).collect();
    let refused = |attestors: &[Address], threshold| {
        assert_eq!(Set::new(attestors, threshold), Err(Error::Set), "{threshold} of {attestors:?}");
    };
    refused(&[], 0);
    refused(&[], 1);
    refused(&all[1..66], 1);
    refused(&all[..3], 1);
    refused(&all[1..4], 0);
    refused(&all[1..4], 4);
    refused(&all[1..4], usize::MAX);
    refused(&[all[1], all[1]], 1);
    refused(&[all[2], all[1]], 1);
    refused(&[all[1], all[3], all[2]], 2);
    refused(&[all[1], attestor(1).address, all[2]], 2);
}
