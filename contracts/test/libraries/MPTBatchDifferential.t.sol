// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IProofHarness} from "../harness/IProofHarness.sol";
import {ProofHarnessReference} from "../harness/ProofHarnessReference.sol";
import {OnLibraries} from "../harness/ProofSuite.sol";
import {CompactEncode} from "../support/CompactEncode.sol";
import {TrieBuild} from "../support/TrieBuild.sol";

// Numbers are cut to bytes on purpose: they are noise.
// forge-lint: disable-start(unsafe-typecast)

/// @notice Batches and compact proofs say what single proofs in the listed form say, and their libraries what their plain twins say,
/// on random tries, and on all sorts of changes to what proves them.
contract MPTBatchDifferentialTest is OnLibraries, TrieBuild {
    IProofHarness private twin;
    uint256 private seed;

    function setUp() public override {
        super.setUp();
        twin = new ProofHarnessReference();
    }

    /// forge-config: default.fuzz.runs = 128
    function testFuzz_BAT_2_sameAsSingleProofs(uint256 seed_) public {
        seed = seed_;
        bool ofOneLength = _below(2) == 0;
        bytes32 root = _random(ofOneLength);
        bytes[] memory keys = _sorted(1 + _below(12), ofOneLength);
        bytes[] memory nodes = _prove(keys);

        (bool[] memory found, bytes[] memory values) = harness.batchWalk(root, keys, nodes);
        for (uint256 i = 0; i < keys.length; ++i) {
            bytes[] memory own = _prove(_one(keys[i]));
            (bool held, bytes memory value) = harness.walk(root, keys[i], own);
            assertEq(found[i], held);
            assertEq(values[i], value);
            _sameAsCompact(root, keys[i], own, held, value);
        }
        _sameBatch(root, keys, nodes);
    }

    function _sameAsCompact(bytes32 root, bytes memory key, bytes[] memory nodes, bool held, bytes memory value)
        private
    {
        (bool possible, bytes memory proof) = CompactEncode.encode(key, nodes);
        if (!possible) return;
        (bool found, bytes memory got) = harness.compactWalk(root, key, proof);
        assertEq(found, held);
        assertEq(got, value);
        for (uint256 i = 0; i < 4 && proof.length != 0; ++i) {
            bytes memory changed = _changed(proof);
            // Another proof says the same or nothing.
            (bool ok, bytes memory answer) =
                address(harness).staticcall(abi.encodeCall(IProofHarness.compactWalk, (root, key, changed)));
            if (ok) assertEq(answer, abi.encode(held, value));
            _same(abi.encodeCall(IProofHarness.compactWalk, (root, key, changed)));
            // The root of the node that the change makes: what is behind the hash is reached.
            _same(abi.encodeCall(IProofHarness.compactWalk, (keccak256(_terminal(changed)), key, changed)));
        }
    }

    /// @dev Changes to the list and to the keys.
    /// forge-config: default.fuzz.runs = 128
    function testFuzz_BAT_2_sameOnMutatedBatches(uint256 seed_) public {
        seed = seed_;
        bool ofOneLength = _below(2) == 0;
        bytes32 root = _random(ofOneLength);
        bytes[] memory keys = _sorted(1 + _below(8), ofOneLength);
        bytes[] memory nodes = _prove(keys);
        for (uint256 i = 0; i < 6; ++i) {
            if (nodes.length == 0) return;
            uint256 choice = _below(6);
            uint256 at = _below(nodes.length);
            if (choice == 0) nodes[at] = nodes[_below(nodes.length)];
            else if (choice == 1) nodes = _without(nodes, at);
            else if (choice == 2) nodes[at] = _changed(nodes[at]);
            else if (choice == 3) keys[_below(keys.length)] = keys[_below(keys.length)];
            else if (choice == 4) keys[_below(keys.length)] = _key(ofOneLength);
            else root = keccak256(nodes.length == 0 ? bytes("") : nodes[0]);
            _sameBatch(root, keys, nodes);
        }
    }

    /// @dev Steps made up from pieces, whose hash is taken for the root as far as they are right.
    /// forge-config: default.fuzz.runs = 512
    function testFuzz_CPT_1_2_3_4_sameOnSteps(bytes32 key, uint256 seed_) public {
        seed = seed_;
        bytes memory terminal = _bytes(32 + _below(40));
        bytes memory steps;
        for (uint256 i = _below(5); i != 0; --i) {
            steps = bytes.concat(steps, _step());
        }
        bytes memory proof = bytes.concat(bytes1(uint8(_below(8))), bytes3(uint24(terminal.length)), terminal, steps);
        if (_below(4) == 0) proof = _changed(proof);
        bytes memory short = CompactEncode.part(bytes.concat(key), 0, _below(33));
        _same(abi.encodeCall(IProofHarness.compactWalk, (bytes32(uint256(1)), short, proof)));
    }

    function _step() private returns (bytes memory) {
        uint256 choice = _below(4);
        if (choice == 0) return bytes.concat(hex"0000", bytes1(uint8(1 + _below(4))));
        if (choice == 1) {
            uint256 mask = _below(4) == 0 ? 0xffff : _below(0x10000);
            uint256 count;
            for (uint256 i = 0; i < 16; ++i) {
                if (mask & 2 ** i != 0) ++count;
            }
            return bytes.concat(bytes2(uint16(mask)), _bytes(count == 0 ? 0 : 32 * (count - 1)));
        }
        bytes memory items;
        for (uint256 i = 15 + (_below(8) == 0 ? _below(3) : 1) - 1; i != 0; --i) {
            uint256 kind = _below(8);
            if (kind == 0) items = bytes.concat(items, hex"a0", _bytes(32));
            else if (kind == 1) items = bytes.concat(items, hex"c22001");
            else if (kind == 2 && _below(16) == 0) items = bytes.concat(items, _bytes(1));
            else items = bytes.concat(items, hex"80");
        }
        return bytes.concat(hex"000000", bytes2(uint16(items.length)), items);
    }

    /* Random tries */

    function _random(bool ofOneLength) private returns (bytes32) {
        bytes[] memory keys = _sorted(_below(24), ofOneLength);
        bytes[] memory values = new bytes[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            values[i] = _bytes(1 + (_below(2) == 0 ? _below(4) : _below(60)));
        }
        return _build(keys, values);
    }

    /// @dev At most `count` keys in rising order, each once.
    function _sorted(uint256 count, bool ofOneLength) private returns (bytes[] memory keys) {
        keys = new bytes[](count);
        uint256 found;
        for (uint256 i = 0; i < count; ++i) {
            bytes memory key = _key(ofOneLength);
            uint256 at = found;
            while (at != 0 && _compare(key, keys[at - 1]) < 0) --at;
            if (at != 0 && _compare(key, keys[at - 1]) == 0) continue;
            for (uint256 j = found++; j > at; --j) {
                keys[j] = keys[j - 1];
            }
            keys[at] = key;
        }
        assembly ("memory-safe") {
            mstore(keys, found) // shortens the array to what has been found
        }
    }

    /// @dev Keys of few bytes and few values, so that they share much.
    function _key(bool ofOneLength) private returns (bytes memory key) {
        key = new bytes(ofOneLength ? 3 : _below(5));
        for (uint256 i = 0; i < key.length; ++i) {
            key[i] = [bytes1(0x00), 0x01, 0x10, 0x11, 0xf0][_below(5)];
        }
    }

    function _compare(bytes memory a, bytes memory b) private pure returns (int256) {
        for (uint256 i = 0; i < a.length && i < b.length; ++i) {
            if (a[i] != b[i]) return a[i] < b[i] ? int256(-1) : int256(1);
        }
        return a.length < b.length ? int256(-1) : (a.length == b.length ? int256(0) : int256(1));
    }

    /* Helpers */

    function _sameBatch(bytes32 root, bytes[] memory keys, bytes[] memory nodes) private view {
        _same(abi.encodeCall(IProofHarness.batchWalk, (root, keys, nodes)));
        _same(abi.encodeCall(IProofHarness.batchInclusion, (root, keys, nodes)));
        _same(abi.encodeCall(IProofHarness.batchExclusion, (root, keys, nodes)));
    }

    function _same(bytes memory call) private view {
        (bool ok, bytes memory answer) = address(harness).staticcall(call);
        (bool twinOk, bytes memory twinAnswer) = address(twin).staticcall(call);
        assertEq(ok, twinOk, vm.toString(call));
        assertEq(answer, twinAnswer, vm.toString(call));
        // no panic, and no revert without a reason
        assertTrue(ok || answer.length >= 4, "reason");
        assertTrue(ok || bytes4(answer) != 0x4e487b71, "panic");
    }

    /// @dev A byte changed, left out or put in.
    function _changed(bytes memory data) private returns (bytes memory) {
        if (data.length == 0) return hex"00";
        uint256 at = _below(data.length);
        bytes memory before = CompactEncode.part(data, 0, at);
        bytes memory behind = CompactEncode.part(data, at + 1, data.length);
        uint256 choice = _below(4);
        if (choice == 0) return bytes.concat(before, behind);
        if (choice == 1) return bytes.concat(before, data[at], data[at], behind);
        return bytes.concat(before, data[at] ^ bytes1(uint8(2 ** _below(8))), behind);
    }

    function _terminal(bytes memory proof) private pure returns (bytes memory) {
        if (proof.length < 4) return "";
        uint256 length = (uint256(uint8(proof[1])) << 16) + (uint256(uint8(proof[2])) << 8) + uint8(proof[3]);
        return 4 + length > proof.length ? bytes("") : CompactEncode.part(proof, 4, 4 + length);
    }

    function _without(bytes[] memory nodes, uint256 at) private pure returns (bytes[] memory fewer) {
        fewer = new bytes[](nodes.length - 1);
        for (uint256 i = 0; i < fewer.length; ++i) {
            fewer[i] = nodes[i < at ? i : i + 1];
        }
    }

    function _bytes(uint256 length) private returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            data[i] = bytes1(uint8(_below(256)));
        }
    }

    function _below(uint256 bound) private returns (uint256) {
        seed = uint256(keccak256(abi.encode(seed)));
        return bound == 0 ? 0 : seed % bound;
    }
}
// forge-lint: disable-end(unsafe-typecast)
