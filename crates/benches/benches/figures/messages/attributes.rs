//! Attributes as calls: that is what they are.

use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::{SolCall, sol};

sol! {
    function minGasLimit(uint256 gas);
    function deliverBefore(uint256 time);
    function revertBehavior(uint8 behaviour);
    function cancellable(bool value);
    function inOrder();
    function requestRelay(uint256 value, uint256 gas, address refundRecipient);
}

pub(super) fn min_gas_limit(gas: u64) -> Bytes {
    minGasLimitCall { gas: U256::from(gas) }.abi_encode().into()
}

pub(super) fn deliver_before(time: u64) -> Bytes {
    deliverBeforeCall { time: U256::from(time) }.abi_encode().into()
}

pub(super) fn keeps_failure() -> Bytes {
    revertBehaviorCall { behaviour: 1 }.abi_encode().into()
}

pub(super) fn cancellable() -> Bytes {
    cancellableCall { value: true }.abi_encode().into()
}

pub(super) fn in_order() -> Bytes {
    inOrderCall {}.abi_encode().into()
}

pub(super) fn request_relay(gas: u64) -> Bytes {
    let refund = Address::repeat_byte(0x4e);
    let (value, gas) = (U256::ZERO, U256::from(gas));
    requestRelayCall { value, gas, refundRecipient: refund }.abi_encode().into()
}
