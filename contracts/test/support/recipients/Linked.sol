// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @title An application as OpenZeppelin means it: one counterpart on each chain
contract Linked is CrosschainLinked {
    bytes public last;

    constructor() CrosschainLinked(new Link[](0)) {}

    function link(address gateway, bytes calldata counterpart) external {
        _setLink(gateway, counterpart, false);
    }

    function send(uint256 chainId, bytes calldata payload) external {
        _sendMessageToCounterpart(InteroperableAddress.formatEvmV1(chainId), payload, new bytes[](0));
    }

    function _processMessage(address, bytes32, bytes calldata, bytes calldata payload) internal override {
        last = payload;
    }
}
