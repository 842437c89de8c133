// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RelayFees} from "../../src/fees/RelayFees.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {IMapMessageService} from "../../src/interfaces/map/IMapMessageService.sol";
import {MapMessageService} from "../../src/map/MapMessageService.sol";
import {MessageChecker} from "../../src/mos/MessageChecker.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {MapTarget} from "./MapTarget.sol";

/// @title MAP's message service on both chains, fees on both, and a target on the destination that has allowed `SENDER`
/// @notice Every test begins and ends on the destination chain.
abstract contract MapMessageTest is MessageTest {
    uint64 internal constant BASE_GAS = 100_000;
    uint192 internal constant PER_GAS = 2;

    MapMessageService internal near;
    MapMessageService internal far;
    RelayFees internal nearFees;
    RelayFees internal farFees;
    MapTarget internal target;

    function setUp() public virtual override {
        super.setUp();
        near = new MapMessageService(address(authority), source);
        far = new MapMessageService(address(authority), destination);
        near.registerChain(DESTINATION, abi.encodePacked(far), IMapMessageService.ChainType.EVM);
        far.registerChain(SOURCE, abi.encodePacked(near), IMapMessageService.ChainType.EVM);
        nearFees = _setFees(source, DESTINATION);
        farFees = _setFees(destination, SOURCE);
        target = new MapTarget();
        target.allow(far, SOURCE, abi.encodePacked(SENDER), true);
        vm.deal(SENDER, 1 ether);
    }

    function _setFees(IMessageService service, uint256 toChain) private returns (RelayFees fees) {
        fees = new RelayFees(address(authority), new MessageChecker(service), 1 days);
        fees.setPrice(toChain, address(0), IRelayFees.Price(BASE_GAS, PER_GAS));
        service.setFees(fees);
    }

    function _data(IMapMessageService.MessageType msgType, bytes memory payload, uint256 gasLimit)
        internal
        view
        returns (IMapMessageService.MessageData memory data)
    {
        data.msgType = msgType;
        data.target = abi.encodePacked(target);
        data.payload = payload;
        data.gasLimit = gasLimit;
    }

    function _message(bytes memory payload) internal view returns (IMapMessageService.MessageData memory) {
        return _data(IMapMessageService.MessageType.MESSAGE, payload, 300_000);
    }

    function _calldata(bytes memory payload) internal view returns (IMapMessageService.MessageData memory) {
        return _data(IMapMessageService.MessageType.CALLDATA, payload, 300_000);
    }

    /// @dev Sends from the source chain by `SENDER`, and returns what the message service has emitted.
    function _out(IMapMessageService.MessageData memory data) internal returns (MessageProofs.Log memory log) {
        uint256 fee = nearFees.quote(DESTINATION, address(0), data.gasLimit);
        vm.chainId(SOURCE);
        vm.recordLogs();
        vm.prank(SENDER);
        near.transferOut{value: fee}(DESTINATION, abi.encode(data), address(0));
        log = _lastSent();
        vm.chainId(DESTINATION);
    }

    /// @dev A proof as `transferIn` takes it, the caller being the payee.
    function _proof(MessageProofs.Log memory log, uint64 nonce) internal returns (bytes memory) {
        return abi.encode(_prove(log, nonce), address(0));
    }

    /// @dev A message comes in at the destination, as the message service would bring it.
    function _receive(bytes memory sender, address from, IMapMessageService.MessageData memory data) internal {
        vm.prank(address(destination));
        far.receiveMessage(keccak256("id"), sender, abi.encode(from, data));
    }

    function _receive(IMapMessageService.MessageData memory data) internal {
        _receive(_address(SOURCE, address(near)), SENDER, data);
    }
}
