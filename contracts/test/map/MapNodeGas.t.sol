// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightVerifier} from "../../src/interfaces/map/IMapLightVerifier.sol";
import {MapLightClientManager} from "../../src/map/MapLightClientManager.sol";
import {MapNodeFixture} from "./MapNodeFixture.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {console2} from "forge-std/Test.sol";

/// @notice Whole transactions through MAP's ABI, with everything cold, held to bars: a receipt of two logs under three nodes.
contract MapNodeGasTest is MapNodeFixture {
    /// @dev First proof in a block, update included, with 30 validators of whom just enough signed.
    uint256 private constant FIRST_BAR = 300_000;

    /// @dev Further proof in the same block, in hundredths of the least that a transaction with its calldata costs (EIP-7623).
    uint256 private constant FURTHER_BAR = 115;

    /// @dev The same by way of the registry.
    uint256 private constant REGISTRY_BAR = 115;

    /// @dev A view with an update in it, 30 validators.
    uint256 private constant VIEW_BAR = 300_000;

    function test_mapNode_gasOfFirstProof() public {
        _deploy(30);
        // A head of long ago: the ring has been written before.
        client.update(_updateOf(_block(449, keccak256("other receipts"))));
        bytes memory proof = _withUpdate(_updateOf(_block(450, root)), _receipt());
        (uint256 used,) = _transaction(address(node), _call(proof), FIRST_BAR);
        console2.log("first proof, 30 validators:", used);
        (used,) =
            _transaction(address(node), abi.encodeWithSignature("verifyProofData(uint256,bytes)", 1, proof), VIEW_BAR);
        console2.log("the same as a view:", used);
    }

    function test_mapNode_gasOfFurtherProof() public {
        _deploy(30);
        client.update(_updateOf(_block(450, root)));
        bytes memory call = _call(_ofHead(1, _receipt()));
        (uint256 used, uint256 floor) = _transaction(address(node), call, type(uint256).max);
        console2.log("further proof, floor:", used, floor);
        assertLe(100 * used, FURTHER_BAR * floor);

        MapLightClientManager manager = new MapLightClientManager(address(new AccessManager(address(this))));
        manager.register(CHAIN_ID, address(node));
        call = abi.encodeWithSignature(
            "verifyProofDataWithCache(uint256,bool,uint256,bytes)", CHAIN_ID, true, 1, _ofHead(1, _receipt())
        );
        (used, floor) = _transaction(address(manager), call, type(uint256).max);
        console2.log("the same through the registry, floor:", used, floor);
        assertLe(100 * used, REGISTRY_BAR * floor);
    }

    function _call(bytes memory proof) private pure returns (bytes memory) {
        return abi.encodeWithSignature("verifyProofDataWithCache(bool,uint256,bytes)", true, 1, proof);
    }

    /// @dev Gas of a whole transaction with this calldata, and the least it costs.
    function _transaction(address callee, bytes memory call, uint256 bar)
        private
        returns (uint256 used, uint256 floor)
    {
        uint256 tokens;
        for (uint256 i = 0; i < call.length; ++i) {
            tokens += call[i] == 0 ? 1 : 4;
        }
        floor = 21_000 + 10 * tokens;
        vm.cool(address(node));
        vm.cool(address(node.prover()));
        vm.cool(address(client));
        vm.cool(callee);
        uint256 start = gasleft();
        (bool answered, bytes memory answer) = callee.call(call);
        used = start - gasleft() + 21_000 + 4 * tokens;
        if (used < floor) used = floor;
        assertLe(used, bar);

        assertTrue(answered);
        (bool success, string memory message, IMapLightVerifier.TxLog memory log) =
            abi.decode(answer, (bool, string, IMapLightVerifier.TxLog));
        assertTrue(success, message);
        _assertSecondLog(log);
    }
}
