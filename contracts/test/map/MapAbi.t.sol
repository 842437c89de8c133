// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightClientManager} from "../../src/interfaces/map/IMapLightClientManager.sol";
import {IMapLightNode} from "../../src/interfaces/map/IMapLightNode.sol";
import {IMapLightVerifier} from "../../src/interfaces/map/IMapLightVerifier.sol";
import {MapLightClientManager} from "../../src/map/MapLightClientManager.sol";
import {Test} from "forge-std/Test.sol";

/// @notice What is on the wire, beside the values that MAP's contracts have. Overloads have no name of their own in Solidity: they are taken from
/// calls.
contract MapAbiTest is Test {
    IMapLightNode private constant NODE = IMapLightNode(address(1));
    IMapLightClientManager private constant MANAGER = IMapLightClientManager(address(2));

    function test_mapAbi_selectorsOfVerifier() public pure {
        assertEq(NODE.notifyLightClient.selector, bytes4(0x90d83480));
        assertEq(NODE.verifiableHeaderRange.selector, bytes4(0xe492ebbc));
        assertEq(NODE.isVerifiable.selector, bytes4(0x0fddfc44));
        assertEq(NODE.nodeType.selector, bytes4(0x3fa9a8de));
    }

    function test_mapAbi_selectorsOfNode() public pure {
        assertEq(NODE.updateBlockHeader.selector, bytes4(0xd240f3cf));
        assertEq(NODE.updateLightClient.selector, bytes4(0x330115fc));
        assertEq(NODE.finalizedState.selector, bytes4(0x665da0b9));
        assertEq(NODE.clientState.selector, bytes4(0xbd3ce6b0));
        assertEq(NODE.headerHeight.selector, bytes4(0xbdb6dead));
    }

    function test_mapAbi_selectorsOfManager() public pure {
        assertEq(MANAGER.updateBlockHeader.selector, bytes4(0xbc1b9cbc));
        assertEq(MANAGER.updateLightClient.selector, bytes4(0x395e46f2));
        assertEq(MANAGER.notifyLightClient.selector, bytes4(0x637c5b2a));
        assertEq(MANAGER.clientState.selector, bytes4(0x754faecb));
        assertEq(MANAGER.headerHeight.selector, bytes4(0x31f01b69));
        assertEq(MANAGER.verifiableHeaderRange.selector, bytes4(0x9d57447e));
        assertEq(MANAGER.finalizedState.selector, bytes4(0x454ea16e));
        assertEq(MANAGER.isVerifiable.selector, bytes4(0xaf4acd35));
        assertEq(MANAGER.nodeType.selector, bytes4(0x1c794b84));
        assertEq(MapLightClientManager.register.selector, bytes4(0xdbbdf083));
        assertEq(MapLightClientManager.lightClientContract.selector, bytes4(0x6cc5620c));
    }

    function test_mapAbi_selectorsOfOverloads() public {
        _expect(address(NODE), 0x5b4b3dcc, abi.encode(true, "", bytes("logs")));
        (,, bytes memory logs) = NODE.verifyProofDataWithCache("proof");
        assertEq(logs, "logs");
        _expect(address(NODE), 0x16dc5270, abi.encode(true, "", bytes("logs")));
        (,, logs) = NODE.verifyProofData("proof");
        assertEq(logs, "logs");
        _expect(address(MANAGER), 0x5cedc200, abi.encode(true, "", bytes("logs")));
        (,, logs) = MANAGER.verifyProofDataWithCache(22_776, "proof");
        assertEq(logs, "logs");
        _expect(address(MANAGER), 0xf8ab6f7a, abi.encode(true, "", bytes("logs")));
        (,, logs) = MANAGER.verifyProofData(22_776, "proof");
        assertEq(logs, "logs");

        IMapLightVerifier.TxLog memory log;
        (log.addr, log.topics, log.data) = (address(3), new bytes32[](2), "data");
        _expect(address(NODE), 0x423de294, abi.encode(true, "", log));
        (,, IMapLightVerifier.TxLog memory got) = NODE.verifyProofDataWithCache(true, 1, "proof");
        _assertSame(got, log);
        _expect(address(NODE), 0xf8ab6f7a, abi.encode(true, "", log));
        (,, got) = NODE.verifyProofData(1, "proof");
        _assertSame(got, log);
        _expect(address(MANAGER), 0x5f0adcbc, abi.encode(true, "", log));
        (,, got) = MANAGER.verifyProofDataWithCache(22_776, true, 1, "proof");
        _assertSame(got, log);
        _expect(address(MANAGER), 0xf4e3622b, abi.encode(true, "", log));
        (,, got) = MANAGER.verifyProofData(22_776, 1, "proof");
        _assertSame(got, log);
    }

    function test_mapAbi_topics() public pure {
        assertEq(
            IMapLightVerifier.ClientNotifySend.selector,
            0x7063ee7ac21ca792eb7d62d3a65598a5c986c4b0f7bd701aa453eb8a1387c956
        );
        assertEq(
            IMapLightNode.UpdateBlockHeader.selector, 0x34a75be8a536c66a8f450ebf1377a59caebe86a32a1e3c3f6f3ae1eeff21854e
        );
        assertEq(
            IMapLightClientManager.ManagerNotifySend.selector,
            0x6644f11ec136e82ae3a252660a2fea9e5d412868cd38474ba2ba564b8f19cb73
        );
        assertEq(
            MapLightClientManager.LightClientRegister.selector,
            0x546f6f1f3b04b0c73628392bc12da7ca32ac4a499b845589d0682647f681ba6f
        );
    }

    /// @dev MAP's `txLog` on the wire: (address, bytes32[], bytes), a dynamic tuple behind its offset.
    function test_mapAbi_layoutOfLog() public pure {
        IMapLightVerifier.TxLog memory log;
        (log.addr, log.topics, log.data) = (address(3), new bytes32[](1), hex"aa");
        log.topics[0] = bytes32(uint256(4));
        bytes memory expected = abi.encode(
            uint256(32),
            uint256(3),
            uint256(96),
            uint256(160),
            uint256(1),
            uint256(4),
            uint256(1),
            bytes32(bytes1(0xaa))
        );
        assertEq(abi.encode(log), expected);
    }

    /// @dev Answers the next call of this selector, and of it alone.
    function _expect(address callee, uint32 selector, bytes memory answer) private {
        vm.clearMockedCalls();
        vm.mockCall(callee, abi.encodePacked(selector), answer);
        vm.expectCall(callee, abi.encodePacked(selector));
    }

    function _assertSame(IMapLightVerifier.TxLog memory a, IMapLightVerifier.TxLog memory b) private pure {
        assertEq(abi.encode(a), abi.encode(b));
    }
}
