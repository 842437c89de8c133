//! What is signed is the typed data of EIP-712 that any wallet shows and signs.

use super::made::{CHAIN, ID, attestor, domain};
use alloy_primitives::{B256, U256, address, hex, keccak256};
use light_client::{
    attestation::{Domain, Set, Statement},
    crypto::ecdsa::K256,
};

/// `cast wallet sign --data` with the secret key 1 over `Attestation` {chain 11155111, delivered, 0x11…11} and over `Head`
/// {chain 11155111, number 17, 0x11…11}.
const ATTESTATION: [u8; 65] = hex!(
    "d923a96c6e0d6729c8b44d406faca1e249c014674ab9e90e44f7a44a6d007f3e"
    "4e0fd0c7fc4cbb2359ce5370667544be6e1f2e07a37ce3bbffca22c64f73470f" "1c"
);
const HEAD: [u8; 65] = hex!(
    "c3f4c926c72d8165504a54fa8f20737fe54073aca95ef106985ad78e38ec5679"
    "63efd225247968484618ee14a1f98bfbf6021702a66f152a641fa8841f37bd82" "1b"
);

#[test]
fn att_2_3_4_accepts_what_another_implementation_has_signed() {
    let attestor = [attestor(1).address];
    assert_eq!(attestor, [address!("7E5F4552091A69125d5DfCb7b8C2659029395Bdf")]);
    let set = Set::new(&attestor, 1).unwrap();
    let chain = U256::from(CHAIN);
    let digest = domain().attestation_digest(chain, Statement::Delivered, &ID);
    assert_eq!(set.verify(&K256, &digest, &ATTESTATION), Ok(()));
    let digest = domain().head_digest(chain, 17, &ID);
    assert_eq!(set.verify(&K256, &digest, &HEAD), Ok(()));
}

/// From the names of the types, not from their hashes.
#[test]
fn digests_are_those_of_eip_712() {
    let words = |words: &[B256]| keccak256(words.concat());
    let (chain, verifier) =
        (U256::from(31_337), address!("00000000000000000000000000000000000000aa"));
    let separator = words(&[
        keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
        ),
        keccak256("Heliograph Attestors"),
        keccak256("1"),
        chain.into(),
        verifier.into_word(),
    ]);
    let domain = Domain::new(chain, verifier);
    assert_eq!(domain.separator(), separator);
    let digest = |data: B256| keccak256([&[0x19, 0x01][..], &separator[..], &data[..]].concat());
    let statements = [
        (Statement::Sent, 1),
        (Statement::Delivered, 2),
        (Statement::Cancelled, 3),
        (Statement::Expired, 4),
        (Statement::CancellationRequested, 5),
    ];
    for (statement, number) in statements {
        let data = words(&[
            keccak256("Attestation(uint256 chainId,uint8 statement,bytes32 id)"),
            U256::MAX.into(),
            U256::from(number).into(),
            ID,
        ]);
        assert_eq!(domain.attestation_digest(U256::MAX, statement, &ID), digest(data));
    }
    let data = words(&[
        keccak256("Head(uint256 chainId,uint64 number,bytes32 blockHash)"),
        U256::from(CHAIN).into(),
        U256::from(u64::MAX).into(),
        ID,
    ]);
    assert_eq!(domain.head_digest(U256::from(CHAIN), u64::MAX, &ID), digest(data));
}
