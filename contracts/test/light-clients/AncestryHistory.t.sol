// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {BlockHistory} from "../../src/libraries/BlockHistory.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {StateProof} from "../../src/libraries/StateProof.sol";
import {LightClientManager} from "../../src/light-clients/LightClientManager.sol";
import {AncestryProofs} from "../support/AncestryProofs.sol";
import {CredulousLightClient} from "./CredulousLightClient.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";

// Names are short and numbers small.
// forge-lint: disable-start(unsafe-typecast)

/// @notice ANC-2 and ANC-4 in the shell that every family has.
contract AncestryHistoryTest is Test {
    using AncestryProofs for *;

    CredulousLightClient private client;

    function setUp() public {
        client = new CredulousLightClient(7);
        vm.warp(500);
    }

    // ── ANC-2 ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_ANC_2_accepts_noByte() public {
        client.add("head");
        assertEq(client.ancestorHash(1, ""), "head");
    }

    function test_ANC_2_rejects_everyOtherFirstByte() public {
        client.add("head");
        for (uint256 kind = 0; kind < 256; ++kind) {
            if (kind == 2) continue;
            vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryKind.selector, kind));
            client.ancestorHash(1, bytes.concat(bytes1(uint8(kind)), new bytes(300)));
        }
    }

    function test_ANC_2_rejects_incompleteParts() public {
        AncestryProofs.History memory proof = _honest(10, 5);
        bytes memory encoded = proof.encode();
        client.add(keccak256(proof.header));
        uint256 counted = 13 + proof.header.length + proof.account.length;
        for (uint256 length = 1; length < counted; length += length < 20 ? 1 : 97) {
            uint256 expected = length < 13 ? 13 : counted;
            vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryLength.selector, expected, length));
            client.ancestorHash(1, _cut(encoded, length));
        }
        bytes memory largest = abi.encodePacked(hex"02ffffffff", uint64(5));
        vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryLength.selector, 13 + 2 * 65_535, 13));
        client.ancestorHash(1, largest);
    }

    function test_CLI_1_2_3_rejects_beforeTheProof() public {
        client.add("head");
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 2));
        client.ancestorHash(2, hex"07");
        vm.warp(1001);
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientExpired.selector, 1000, 1001));
        client.ancestorHash(1, hex"07");
        client.freeze();
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientFrozen.selector, 1001));
        client.ancestorHash(1, "");
    }

    function test_CLI_4_accepts_rejects_throughTheRegistry() public {
        LightClientManager manager = new LightClientManager(address(new AccessManager(address(this))));
        manager.setClient(7, client);
        AncestryProofs.History memory proof = _honest(10, 5);
        client.add(keccak256(proof.header));
        assertEq(manager.ancestorHash(7, 1, ""), keccak256(proof.header));
        assertEq(manager.ancestorHash(7, 1, proof.encode()), AncestryProofs.hashOf(5));
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ClientUnknownChain.selector, 8));
        manager.ancestorHash(8, 1, "");
    }

    // ── ANC-4 ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_ANC_4_accepts_everyDistanceThatIsKept() public {
        assertEq(_ask(_honest(10_000, 9999)), AncestryProofs.hashOf(9999));
        assertEq(_ask(_honest(10_000, 10_000 - 8191)), AncestryProofs.hashOf(10_000 - 8191));
        // Where the ring of slots closes.
        assertEq(_ask(_honest(8200, 8190)), AncestryProofs.hashOf(8190));
        assertEq(_ask(_honest(8200, 8191)), AncestryProofs.hashOf(8191));
        assertEq(_ask(_honest(8191, 0)), AncestryProofs.hashOf(0));
        assertEq(_ask(_honest(1, 0)), AncestryProofs.hashOf(0));
    }

    function test_ANC_4_accepts_hashThatBeginsWithZeros() public {
        bytes32 hash = bytes32(uint256(0x77));
        assertEq(_ask(AncestryProofs.history(10, 5, 5, hex"77")), hash);
    }

    function test_ANC_4_rejects_numbersThatTheStateCannotKeep() public {
        uint64[5] memory numbers = [uint64(10_000), 10_001, type(uint64).max, 0, 10_000 - 8192];
        for (uint256 i = 0; i < numbers.length; ++i) {
            _refuses(
                abi.encodeWithSelector(BlockHistory.AncestryHistoryRange.selector, numbers[i], 10_000),
                _honest(10_000, numbers[i])
            );
        }
        _refuses(abi.encodeWithSelector(BlockHistory.AncestryHistoryRange.selector, 0, 0), _honest(0, 0));
    }

    function test_ANC_4_rejects_emptySlot() public {
        AncestryProofs.History memory proof = _honest(10, 5);
        proof.number = 6;
        _refuses(abi.encodeWithSelector(BlockHistory.AncestryHistoryEmpty.selector, 6), proof);
    }

    function test_ANC_4_ACC_2_rejects_slotThatIsZeroOrNoNumber() public {
        _refuses(
            abi.encodeWithSelector(StateProof.StorageZeroValue.selector), AncestryProofs.history(10, 5, 5, hex"80")
        );
        bytes memory long = bytes.concat(hex"a1", bytes32(type(uint256).max), hex"01");
        _refuses(
            abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 32, 33),
            AncestryProofs.history(10, 5, 5, long)
        );
    }

    function test_ANC_4_ACC_1_rejects_absentAccount() public {
        AncestryProofs.History memory proof = _honest(10, 5);
        proof.account = AncestryProofs.leaf(keccak256("another"), "account");
        proof.header = AncestryProofs.header(21, keccak256(proof.account), 10, 0);
        _refuses(abi.encodeWithSelector(MPTProof.MptKeyAbsent.selector), proof);
    }

    function test_ANC_4_rejects_storageOfAnotherAccount() public {
        AncestryProofs.History memory proof = _honest(10, 5);
        proof.slot = AncestryProofs.leaf(keccak256(abi.encode(5)), AncestryProofs.word("forged"));
        _refuses(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 0), proof);
        proof.slot = "";
        _refuses(abi.encodeWithSelector(MPTProof.MptTruncatedProof.selector, 0), proof);
    }

    function test_ANC_4_rejects_trailingBytes() public {
        AncestryProofs.History memory proof = _honest(10, 5);
        proof.slot = bytes.concat(proof.slot, hex"00");
        _refuses(abi.encodeWithSelector(MPTProof.MptTrailingNode.selector, 1), proof);
        proof.account = bytes.concat(proof.account, hex"00");
        _refuses(abi.encodeWithSelector(MPTProof.MptTrailingNode.selector, 1), proof);
        proof.header = bytes.concat(proof.header, hex"00");
        _refuses(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), proof);
    }

    function test_ANC_4_HDR_1_2_rejects_headerOfAnotherBlock() public {
        AncestryProofs.History memory proof = _honest(10, 5);
        client.add("head");
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, bytes32("head"), keccak256(proof.header))
        );
        client.ancestorHash(1, proof.encode());
        proof.header = AncestryProofs.header(12, 0, 10, 0);
        _refuses(abi.encodeWithSelector(BlockHeader.HeaderItemCount.selector, 12), proof);
    }

    /// @dev T2. Nothing in a proof is without effect.
    function testFuzz_ANC_4_rejects_oneMutatedByte(uint256 place, uint8 change) public {
        vm.assume(change != 0);
        AncestryProofs.History memory proof = _honest(10, 5);
        client.add(keccak256(proof.header));
        bytes memory encoded = proof.encode();
        encoded[place % encoded.length] ^= bytes1(change);
        (bool success,) = address(client).staticcall(abi.encodeCall(ILightClient.ancestorHash, (1, encoded)));
        assertFalse(success);
    }

    // ── Helpers ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _honest(uint64 newer, uint64 number) private pure returns (AncestryProofs.History memory) {
        return AncestryProofs.history(newer, number, number % 8191, AncestryProofs.word(AncestryProofs.hashOf(number)));
    }

    function _ask(AncestryProofs.History memory proof) private returns (bytes32) {
        return client.ancestorHash(client.add(keccak256(proof.header)), proof.encode());
    }

    function _refuses(bytes memory expected, AncestryProofs.History memory proof) private {
        uint64 id = client.add(keccak256(proof.header));
        vm.expectRevert(expected);
        client.ancestorHash(id, proof.encode());
    }

    function _cut(bytes memory data, uint256 length) private pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            cut[i] = data[i];
        }
    }
}
// forge-lint: disable-end(unsafe-typecast)
