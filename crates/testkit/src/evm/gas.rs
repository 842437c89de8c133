//! What a call costs, told apart into what the transaction costs and what the contract's code costs.

use super::{Evm, Executed, Verdict};
use alloy_primitives::{Address, Bytes, U256, hex};

/// Measures a static call: the calldata is the callee's address, left-padded, and what to call it with.
///
/// It calls twice and returns what the second call costs, so that the callee and its storage are warm:
///
/// ```text
/// calldatacopy(0, 32, calldatasize() - 32)
/// pop(staticcall(gas(), calldataload(0), 0, calldatasize() - 32, 0, 0))
/// let before := gas()
/// pop(staticcall(gas(), calldataload(0), 0, calldatasize() - 32, 0, 0))
/// mstore(0, sub(before, gas()))
/// return(0, 32)
/// ```
const WRAPPER: [u8; 42] = hex!(
    "602036036020" "5f37"
    "5f5f602036035f5f355afa50"
    "5a"
    "5f5f602036035f5f355afa50"
    "5a9003" "5f52" "60205ff3"
);

const WRAPPER_ADDRESS: Address = Address::repeat_byte(0x9a);

/// An account whose code is `STOP`.
const STOP_ADDRESS: Address = Address::repeat_byte(0x57);

/// What a call costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gas {
    /// The transaction: 21000, calldata or its floor, execution with cold accounts and storage.
    pub transaction: u64,
    /// The code alone, with everything it touches warm.
    pub execution: u64,
}

impl Evm {
    /// What a call of a view function costs.
    ///
    /// # Panics
    /// If the call reverts: what a refusal costs is another question.
    pub fn gas(&mut self, to: Address, data: impl Into<Bytes>) -> Gas {
        let data = data.into();
        let Executed { verdict, gas, .. } = self.call(to, data.clone());
        assert!(matches!(verdict, Verdict::Returned(_)), "measured call: {verdict:?}");
        self.etch(WRAPPER_ADDRESS, WRAPPER.into());
        self.etch(STOP_ADDRESS, Bytes::from_static(&[0]));
        let call = self.measured(to, &data);
        let nothing = self.measured(STOP_ADDRESS, &data);
        Gas { transaction: gas, execution: call - nothing }
    }

    #[expect(clippy::panic, reason = "the wrapper does not revert")]
    fn measured(&mut self, to: Address, data: &[u8]) -> u64 {
        let wrapped = [to.into_word().as_slice(), data].concat();
        match self.call(WRAPPER_ADDRESS, wrapped).verdict {
            Verdict::Returned(word) => U256::from_be_slice(&word).saturating_to(),
            verdict => panic!("measured call: {verdict:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `PUSH1 1, POP, STOP` costs 3 + 2 + 0.
    #[test]
    fn execution_is_the_code_alone() {
        let at = Address::repeat_byte(0xc0);
        let mut evm = Evm::new(1);
        evm.etch(at, Bytes::from_static(&[0x60, 0x01, 0x50, 0x00]));
        for length in [0, 1, 500] {
            let gas = evm.gas(at, vec![1; length]);
            assert_eq!(gas.execution, 5);
            // 21000, and of calldata 16 a byte with execution or 40 a byte without (EIP-7623).
            let length = length as u64;
            assert_eq!(gas.transaction, 21_000 + (16 * length + 5).max(40 * length));
        }
    }
}
