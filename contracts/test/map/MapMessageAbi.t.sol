// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapMessageService} from "../../src/interfaces/map/IMapMessageService.sol";
import {IMapoExecutor} from "../../src/interfaces/map/IMapoExecutor.sol";
import {Test} from "forge-std/Test.sol";

/// @notice What is on the wire, beside the values that MAP's `IMOSV3`, `MapoServiceV3` and `MapoServiceRelayV3` have.
contract MapMessageAbiTest is Test {
    function test_mapMessageAbi_selectors() public pure {
        assertEq(IMapMessageService.transferOut.selector, bytes4(0xa39ed3f9));
        assertEq(IMapMessageService.transferIn.selector, bytes4(0xd24c6944));
        assertEq(IMapMessageService.transferInWithIndex.selector, bytes4(0x492092b1));
        assertEq(IMapMessageService.getMessageFee.selector, bytes4(0x96e2af56));
        assertEq(IMapMessageService.getOrderStatus.selector, bytes4(0xd93765fc));
        assertEq(IMapMessageService.addRemoteCaller.selector, bytes4(0x33ee9abc));
        assertEq(IMapMessageService.getExecutePermission.selector, bytes4(0x225ec42e));
        assertEq(IMapMessageService.registerChain.selector, bytes4(0xd687c35d));
        assertEq(IMapoExecutor.mapoExecute.selector, bytes4(0x994e919a));
    }

    function test_mapMessageAbi_topics() public pure {
        assertEq(
            IMapMessageService.mapMessageOut.selector,
            0xf4397fd41454e34a9a4015d05a670124ecd71fe7f1d05578a62f8009b1a57f8a
        );
        assertEq(
            IMapMessageService.mapMessageIn.selector, 0x0b3a342354741e507e855285e8c1a1c4a2545fa207216059f3a08d24686c6cac
        );
        assertEq(
            IMapMessageService.mapTransferExecute.selector,
            0x8c991a6f7ef9e9e8c0cc7f34d5ce0b20ff23538ec4d944e9d065b833982fc783
        );
        assertEq(
            IMapMessageService.RegisterChain.selector,
            0x6f94bb991e9abc3f3f557a46ef5c9959644fe3fb9927adea628e254f5258126a
        );
    }

    /// @dev MAP's `MessageData` on the wire: (bool, uint8, bytes, bytes, uint256, uint256), a dynamic tuple behind its offset.
    function test_mapMessageAbi_layoutOfMessages() public pure {
        IMapMessageService.MessageData memory data;
        (data.relay, data.msgType) = (true, IMapMessageService.MessageType.MESSAGE);
        (data.target, data.payload, data.gasLimit, data.value) = (hex"aa", hex"bb", 3, 4);
        bytes memory head = abi.encode(uint256(32), uint256(1), uint256(1), uint256(192), uint256(256), uint256(3));
        bytes memory tail = abi.encode(uint256(4), uint256(1), bytes32(bytes1(0xaa)), uint256(1), bytes32(bytes1(0xbb)));
        assertEq(abi.encode(data), bytes.concat(head, tail));
        assertEq(uint8(IMapMessageService.MessageType.CALLDATA), 0);
        assertEq(uint8(IMapMessageService.ChainType.EVM), 1);
        assertEq(uint8(IMapMessageService.ChainType.NEAR), 2);
    }
}
