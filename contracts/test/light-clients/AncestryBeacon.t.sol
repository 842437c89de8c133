// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {BlockHistory} from "../../src/libraries/BlockHistory.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconAncestry} from "../../src/light-clients/BeaconAncestry.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";
import {AncestryProofs} from "../support/AncestryProofs.sol";
import {AncestryFixture} from "./AncestryFixture.sol";

// Names are short and numbers small.
// forge-lint: disable-start(unsafe-typecast)

/// @notice ANC-2 and ANC-3 in the client of a beacon chain.
contract AncestryBeaconTest is AncestryFixture {
    using AncestryProofs for *;

    function test_ANC_2_rejects_everyOtherLength() public {
        AncestryProofs.Beacon memory proof = _honest(500, 499);
        BeaconLightClient client = _client(keccak256(proof.header));
        bytes memory encoded = proof.encode();
        assertEq(client.ancestorHash(1, encoded), AncestryProofs.hashOf(499));
        for (uint256 length = 1; length < encoded.length; length += 13) {
            uint256 expected = length < 165 ? 165 : encoded.length;
            vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryLength.selector, expected, length));
            client.ancestorHash(1, _cut(encoded, length));
        }
        vm.expectRevert(
            abi.encodeWithSelector(BlockHistory.AncestryLength.selector, encoded.length, encoded.length + 1)
        );
        client.ancestorHash(1, bytes.concat(encoded, hex"00"));
        vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryLength.selector, 165 + 2 * 255 * 32 + 65_535, 165));
        client.ancestorHash(1, bytes.concat(hex"01ffffffff", new bytes(160)));
    }

    function test_ANC_2_4_accepts_rejects_theOtherKinds() public {
        AncestryProofs.History memory proof =
            AncestryProofs.history(10, 5, 5, AncestryProofs.word(AncestryProofs.hashOf(5)));
        BeaconLightClient client = _client(keccak256(proof.header));
        assertEq(client.ancestorHash(1, proof.encode()), AncestryProofs.hashOf(5));
        assertEq(client.ancestorHash(1, ""), keccak256(proof.header));
        for (uint256 kind = 3; kind < 8; ++kind) {
            vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryKind.selector, kind));
            client.ancestorHash(1, bytes.concat(bytes1(uint8(kind)), new bytes(300)));
        }
    }

    /// @dev T1, H12. One slot before to as many slots before as are kept, where the ring of roots closes, and across each fork.
    function test_ANC_3_accepts_everySlotThatIsKept() public {
        uint16[2][13] memory slots = [
            [uint16(500), 499],
            [uint16(500), 436],
            [uint16(460), 448],
            [uint16(448), 447],
            [uint16(512), 448],
            [uint16(511), 447],
            [uint16(100), 96],
            [uint16(192), 191],
            [uint16(192), 128],
            [uint16(288), 287],
            [uint16(384), 383],
            [uint16(447), 383],
            [uint16(385), 384]
        ];
        for (uint256 i = 0; i < slots.length; ++i) {
            assertEq(_ask(_honest(slots[i][0], slots[i][1])), AncestryProofs.hashOf(slots[i][1]));
        }
    }

    /// @dev The proofs of `vectors/beacon/ancestry.json`: what the consensus specs' own code proves.
    function test_ANC_3_accepts_chainsOfTheSpecs() public {
        string memory json = vm.readFile("vectors/beacon/ancestry.json");
        uint256 count;
        for (uint256 network = 0; network < 3; ++network) {
            string memory at = string.concat(".networks[", vm.toString(network), "]");
            IBeaconLightClient.Config memory config = _vectorConfig(json, at);
            for (uint256 i = 0; vm.keyExistsJson(json, _case(at, i)); ++i) {
                BeaconLightClient client =
                    _deploy(config, vm.parseJsonBytes32(json, string.concat(_case(at, i), ".head")));
                bytes memory proof = vm.parseJsonBytes(json, string.concat(_case(at, i), ".proof"));
                bytes32 ancestor = vm.parseJsonBytes32(json, string.concat(_case(at, i), ".ancestor"));
                assertEq(client.ancestorHash(1, proof), ancestor);
                ++count;
            }
        }
        assertEq(count, 29);
    }

    function test_ANC_3_rejects_slotsThatAreNotKept() public {
        uint64[2][6] memory slots = [
            [uint64(500), 500],
            [uint64(500), 501],
            [uint64(500), type(uint64).max],
            [uint64(0), 1],
            [uint64(500), 435],
            [type(uint64).max, 0]
        ];
        for (uint256 i = 0; i < slots.length; ++i) {
            // At the place of a slot that is kept.
            AncestryProofs.Beacon memory proof =
                AncestryProofs.beacon(slots[i][0], slots[i][1], 352 * LENGTH + slots[i][1] % LENGTH, 2856);
            _refuses(
                abi.encodeWithSelector(BeaconAncestry.AncestryBeaconSlot.selector, slots[i][1], slots[i][0]), proof
            );
        }
    }

    /// @dev H9. The place follows from the slot, and the slot is bound by the root.
    function test_ANC_3_rejects_anotherPlaceOrSlot() public {
        uint256 right = 352 * LENGTH + 480 % LENGTH;
        AncestryProofs.Beacon memory proof = AncestryProofs.beacon(500, 480, right ^ 1, 2856);
        _refusesRoot(proof, right, 2856);
        proof = _honest(500, 480);
        proof.inner.slot = 481;
        _refusesRoot(proof, right + 1, 2856);
        proof = _honest(500, 480);
        proof.outer.slot = 501;
        _refusesRoot(proof, right, 2856);
        proof = _honest(500, 480);
        proof.executionBlockHash = "another";
        _refusesRoot(proof, right, 2856);
        // The state roots are kept beside the block roots.
        _refusesRoot(AncestryProofs.beacon(500, 480, 353 * LENGTH + 480 % LENGTH, 2856), right, 2856);
    }

    /// @dev H12. The list is where the newer block's fork has it, the block hash where the older one's has it.
    function test_ANC_3_rejects_indicesOfAnotherFork() public {
        _refusesLength(14, 12, AncestryProofs.beacon(500, 499, 69 * LENGTH + 499 % LENGTH, 2856));
        _refusesLength(12, 11, AncestryProofs.beacon(300, 299, 37 * LENGTH + 299 % LENGTH, 812));
        _refusesLength(11, 12, AncestryProofs.beacon(200, 199, 69 * LENGTH + 199 % LENGTH, 812));
        _refusesLength(12, 14, AncestryProofs.beacon(300, 299, 352 * LENGTH + 299 % LENGTH, 812));
        _refusesLength(8, 9, AncestryProofs.beacon(110, 109, 37 * LENGTH + 109 % LENGTH, 812));
        _refusesLength(9, 11, AncestryProofs.beacon(384, 383, 352 * LENGTH + 383 % LENGTH, 2856));
        // 22857: the block that is bid for, which may never be part of the chain.
        _refusesLength(11, 14, AncestryProofs.beacon(500, 480, 352 * LENGTH + 480 % LENGTH, 22_857));
    }

    /// @dev A row that is appended later counts from its epoch on.
    function test_ANC_3_accepts_rejects_appendedForks() public {
        AncestryProofs.Beacon memory proof = _honest(900, 880);
        BeaconLightClient client = _client(keccak256(proof.header));
        bytes memory encoded = proof.encode();
        assertEq(client.ancestorHash(1, encoded), AncestryProofs.hashOf(880));
        client.appendFork(IBeaconLightClient.Fork(225, 0x0a000009, IBeaconLightClient.IndexSet.Electra));
        vm.expectRevert(abi.encodeWithSelector(SSZ.SszBranchLength.selector, 12, 14));
        client.ancestorHash(1, encoded);
        proof = AncestryProofs.beacon(900, 880, 69 * LENGTH + 880 % LENGTH, 2856);
        client = _client(keccak256(proof.header));
        client.appendFork(IBeaconLightClient.Fork(225, 0x0a000009, IBeaconLightClient.IndexSet.Electra));
        assertEq(client.ancestorHash(1, proof.encode()), AncestryProofs.hashOf(880));
    }

    function test_ANC_3_rejects_blocksWithoutExecution() public {
        AncestryProofs.Beacon memory proof = AncestryProofs.beacon(100, 95, 37 * LENGTH + 95 % LENGTH, 1);
        _refuses(abi.encodeWithSelector(BeaconAncestry.AncestryNoExecution.selector, 95), proof);
        assertEq(_ask(_honest(100, 96)), AncestryProofs.hashOf(96));
    }

    function test_ANC_3_BCN_6_rejects_slotsBeforeTheFirstForkNewerFirst() public {
        _refuses(abi.encodeWithSelector(BeaconVerifier.BeaconUnknownFork.selector, 1), _early(7, 3));
        _refuses(abi.encodeWithSelector(BeaconVerifier.BeaconUnknownFork.selector, 0), _early(8, 3));
        _refuses(abi.encodeWithSelector(BeaconVerifier.BeaconUnknownFork.selector, 1), _early(9, 7));
        _refuses(abi.encodeWithSelector(BeaconAncestry.AncestryNoExecution.selector, 8), _early(9, 8));
    }

    /// @dev The execution branch comes first.
    function test_ANC_3_SSZ_1_rejects_branchesOfAnotherLength() public {
        AncestryProofs.Beacon memory proof = _honest(500, 480);
        bytes32[] memory nodes = proof.branch;
        proof.branch = new bytes32[](0);
        _refusesLength(14, 0, proof);
        proof.executionBranch = new bytes32[](10);
        _refusesLength(11, 10, proof);
        proof.executionBranch = new bytes32[](12);
        proof.branch = nodes;
        _refusesLength(11, 12, proof);
        proof = _honest(500, 480);
        proof.branch = new bytes32[](15);
        _refusesLength(14, 15, proof);
    }

    function test_ANC_3_HDR_4_rejects_headersThatNameNoBeaconBlock() public {
        AncestryProofs.Beacon memory proof = _honest(500, 480);
        for (uint256 items = 15; items < 20; ++items) {
            proof.header = AncestryProofs.header(items, 0, 9, 0);
            _refuses(abi.encodeWithSelector(BlockHeader.HeaderNoParentBeaconRoot.selector), proof);
        }
        // Before anything of the pair is looked at.
        proof.inner.slot = 501;
        _refuses(abi.encodeWithSelector(BlockHeader.HeaderNoParentBeaconRoot.selector), proof);
    }

    function test_ANC_3_HDR_1_rejects_headerOfAnotherBlock() public {
        AncestryProofs.Beacon memory proof = _honest(500, 480);
        BeaconLightClient client = _client("head");
        bytes memory encoded = proof.encode();
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, bytes32("head"), keccak256(proof.header))
        );
        client.ancestorHash(1, encoded);
        proof.header = _honest(501, 480).header;
        _refusesRoot(proof, 352 * LENGTH + 480 % LENGTH, 2856);
    }

    /// @dev T2. Nothing in a proof is without effect.
    function testFuzz_ANC_3_rejects_oneMutatedByte(uint256 place, uint8 change) public {
        vm.assume(change != 0);
        AncestryProofs.Beacon memory proof = _honest(500, 480);
        BeaconLightClient client = _client(keccak256(proof.header));
        bytes memory encoded = proof.encode();
        encoded[place % encoded.length] ^= bytes1(change);
        (bool success,) = address(client).staticcall(abi.encodeCall(client.ancestorHash, (1, encoded)));
        assertFalse(success);
    }

    function _early(uint64 anchor, uint64 slot) private view returns (AncestryProofs.Beacon memory) {
        return AncestryProofs.beacon(anchor, slot, 37 * LENGTH + slot % LENGTH, 812);
    }

    function _ask(AncestryProofs.Beacon memory proof) private returns (bytes32) {
        return _client(keccak256(proof.header)).ancestorHash(1, proof.encode());
    }

    function _refuses(bytes memory expected, AncestryProofs.Beacon memory proof) private {
        BeaconLightClient client = _client(keccak256(proof.header));
        bytes memory encoded = proof.encode();
        vm.expectRevert(expected);
        client.ancestorHash(1, encoded);
    }

    function _refusesLength(uint256 expected, uint256 got, AncestryProofs.Beacon memory proof) private {
        _refuses(abi.encodeWithSelector(SSZ.SszBranchLength.selector, expected, got), proof);
    }

    /// @dev The newer block is not the one that the header names.
    function _refusesRoot(AncestryProofs.Beacon memory proof, uint256 index, uint256 executionIndex) private {
        bytes32 expected = this.rootIn(proof.header);
        bytes32 got = proof.outerRoot(index, executionIndex);
        _refuses(abi.encodeWithSelector(BeaconAncestry.AncestryBeaconRoot.selector, expected, got), proof);
    }

    function rootIn(bytes calldata header) external pure returns (bytes32) {
        return BlockHeader.parentBeaconRoot(header, keccak256(header));
    }

    function _case(string memory at, uint256 i) private pure returns (string memory) {
        return string.concat(at, ".blockRoots[", vm.toString(i), "]");
    }

    function _cut(bytes memory data, uint256 length) private pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            cut[i] = data[i];
        }
    }
}
// forge-lint: disable-end(unsafe-typecast)
