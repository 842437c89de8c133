// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {IProofHarness} from "../harness/IProofHarness.sol";
import {ProofHarnessReference} from "../harness/ProofHarnessReference.sol";
import {OnLibraries} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// Numbers are cut to bytes on purpose: they are noise.
// forge-lint: disable-start(unsafe-typecast)

/// @notice The libraries and their plain twins give the same verdict, value, error and arguments on whatever they are fed: honest
/// proofs, honest proofs with changes that are hashed anew up to the root, and nodes made up from pieces.
contract ProofDifferentialTest is OnLibraries {
    using RlpEncode for bytes;

    IProofHarness private twin;
    uint256 private seed;

    function setUp() public override {
        super.setUp();
        twin = new ProofHarnessReference();
    }

    /* RLP */

    function testFuzz_RLP_7_sameOnBytes(bytes memory input, uint8 max) public view {
        _sameRlp(input, max % 33);
    }

    function testFuzz_RLP_1_2_3_4_sameOnHeaders(uint8 first, uint64 length, uint8 shift, uint16 payload) public view {
        length >>= shift % 64;
        bytes memory digits = abi.encodePacked(length);
        bytes memory tail = new bytes(payload % 400);
        uint256 skipped = first % 8;
        for (uint256 i = 0; i < 8 - skipped; ++i) {
            digits[i] = digits[i + skipped];
        }
        _sameRlp(bytes.concat(bytes1(first), digits, tail), 32);
        // and with a length that is right
        bytes memory exact = first % 2 == 0 ? tail.str() : tail.list();
        _sameRlp(exact, 32);
        exact[payload % exact.length] = bytes1(uint8(length));
        _sameRlp(exact, 32);
    }

    function _sameRlp(bytes memory input, uint256 max) private view {
        _same(abi.encodeCall(IProofHarness.rlpString, (input)));
        _same(abi.encodeCall(IProofHarness.rlpList, (input)));
        _same(abi.encodeCall(IProofHarness.rlpUint, (input, max)));
    }

    /* Tries */

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_MPT_sameOnMutatedProofs(uint256 which, uint256 seed_) public {
        seed = seed_;
        string[4] memory kinds = ["trie", "receipt", "account", "storage"];
        string[] memory cases = _honest(kinds[which % 4]);
        string memory json = cases[_below(cases.length)];
        bytes memory key = vm.parseJsonBytes(json, ".key");
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".proof");
        if (nodes.length == 0) return;
        for (uint256 i = 0; i < 8; ++i) {
            _mutate(nodes, _below(nodes.length));
            if (_below(4) == 0 && key.length != 0) key[_below(key.length)] ^= _byte();
            _sameTrie(keccak256(nodes[0]), key, nodes);
        }
    }

    /// @dev Changes a byte of a node, or its length, and hashes anew up to the root.
    function _mutate(bytes[] memory nodes, uint256 index) private {
        bytes memory node = nodes[index];
        bytes32 before = keccak256(node);
        uint256 choice = _below(8);
        if (choice == 0) node = bytes.concat(node, hex"80");
        else if (node.length == 0) return;
        else if (choice == 1) node = _resized(node, node.length - 1);
        else if (choice == 2) node[_below(node.length)] = 0x80;
        else if (choice == 3) node[_below(node.length)] = 0xa0;
        else if (choice == 4) node[_below(node.length)] ^= _bit();
        else node[_below(node.length < 8 ? node.length : 8)] ^= _bit();
        nodes[index] = node;

        for (; index != 0; --index) {
            bytes32 after_ = keccak256(nodes[index]);
            bytes32 parentBefore = keccak256(nodes[index - 1]);
            _replace(nodes[index - 1], before, after_);
            before = parentBefore;
        }
    }

    function testFuzz_MPT_sameOnNodesOfPieces(uint256 seed_) public {
        seed = seed_;
        for (uint256 i = 0; i < 4; ++i) {
            (bytes memory key, bytes[] memory nodes) = _pieced(1 + _below(4));
            _sameTrie(keccak256(nodes[0]), key, nodes);
        }
    }

    /// @dev A path of nodes, each of which refers to the next one where the key leads, if it can.
    function _pieced(uint256 depth) private returns (bytes memory key, bytes[] memory nodes) {
        nodes = new bytes[](depth);
        bytes memory nibbles;
        bytes memory child = _piece();
        for (uint256 i = depth; i != 0; --i) {
            uint256 choice = _below(8);
            if (choice < 4) {
                uint256 nibble = _below(16);
                nodes[i - 1] = _branch(nibble, child);
                nibbles = bytes.concat(bytes1(uint8(nibble)), nibbles);
            } else if (choice < 6) {
                bytes memory path = _nibbles(_below(4));
                nodes[i - 1] = RlpEncode.extension(path, child);
                nibbles = bytes.concat(path, nibbles);
            } else if (choice == 6) {
                nibbles = _nibbles(_below(4));
                nodes[i - 1] = RlpEncode.leaf(nibbles, _bytes(_below(70)));
            } else {
                nodes[i - 1] = _pieces(_below(20)).list();
            }
            if (_below(6) == 0) nodes[i - 1][_below(nodes[i - 1].length)] ^= _bit();
            child = nodes[i - 1].childOf();
        }
        if (nibbles.length % 2 == 1) nibbles = bytes.concat(nibbles, _byte() & 0x0f);
        key = new bytes(nibbles.length / 2);
        for (uint256 i = 0; i < key.length; ++i) {
            key[i] = bytes1(uint8(nibbles[2 * i]) * 16 + uint8(nibbles[2 * i + 1]));
        }
        if (_below(8) == 0) key = _bytes(_below(34));
    }

    /// @dev A branch, most of whose children are of good form.
    function _branch(uint256 nibble, bytes memory child) private returns (bytes memory) {
        uint256 style = _below(5);
        bytes[] memory items = RlpEncode.branch(style == 0 ? _bytes(_below(40)) : bytes(""));
        for (uint256 i = 0; i < 16; ++i) {
            if (style == 1 || _below(2) == 0) items[i] = _bytes(32).str();
            if (style > 2 && _below(16) == 0) items[i] = _piece();
        }
        items[nibble] = child;
        return RlpEncode.join(items);
    }

    function _pieces(uint256 count) private returns (bytes memory joined) {
        for (uint256 i = 0; i < count; ++i) {
            joined = bytes.concat(joined, _below(2) == 0 ? bytes(hex"80") : _piece());
        }
    }

    function _piece() private returns (bytes memory) {
        uint256 choice = _below(8);
        if (choice == 0) return "";
        if (choice == 1) return hex"80";
        if (choice == 2) return _bytes(1);
        if (choice == 3) return _bytes(32).str();
        if (choice == 4) return _bytes(_below(70)).str();
        if (choice == 5) return _bytes(_below(40)).list();
        if (choice == 6) return RlpEncode.leaf(_nibbles(_below(4)), _bytes(1 + _below(8)));
        return RlpEncode.join(RlpEncode.put(RlpEncode.branch(hex"01"), _below(16), hex"c22001"));
    }

    function _sameTrie(bytes32 root, bytes memory key, bytes[] memory nodes) private {
        _same(abi.encodeCall(IProofHarness.walk, (root, key, nodes)));
        _same(abi.encodeCall(IProofHarness.inclusion, (root, key, nodes)));
        _same(abi.encodeCall(IProofHarness.exclusion, (root, key, nodes)));
        _samePacked(root, key, nodes);
    }

    /// @dev The nodes one behind the other, whole and with the last bytes cut off or more behind them.
    function _samePacked(bytes32 root, bytes memory key, bytes[] memory nodes) private {
        bytes memory packed;
        for (uint256 i = 0; i < nodes.length; ++i) {
            packed = bytes.concat(packed, nodes[i]);
        }
        _same(abi.encodeCall(IProofHarness.packedWalk, (root, key, packed)));
        _same(abi.encodeCall(IProofHarness.packedInclusion, (root, key, packed)));
        _same(abi.encodeCall(IProofHarness.packedExclusion, (root, key, packed)));
        _same(abi.encodeCall(IProofHarness.packedWalk, (root, key, bytes.concat(packed, _byte()))));
        if (packed.length == 0) return;
        packed = _resized(packed, _below(packed.length));
        _same(abi.encodeCall(IProofHarness.packedWalk, (root, key, packed)));
    }

    /* What is in them */

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_RCT_sameOnMutatedReceipts(uint256 seed_) public {
        seed = seed_;
        string[] memory cases = _honest("receipt");
        string memory json = cases[_below(cases.length)];
        if (_isAbsent(json)) return;
        bytes memory receipt = vm.parseJsonBytes(json, ".expect.value");
        address emitter;
        bytes32 topic0;
        if (vm.keyExistsJson(json, ".logs[0].topics[0]")) {
            emitter = vm.parseJsonAddress(json, ".logs[0].emitter");
            topic0 = vm.parseJsonBytes32(json, ".logs[0].topics[0]");
        }
        Receipts.TypePolicy policy = Receipts.TypePolicy(_below(2));
        for (uint256 i = 0; i < 12; ++i) {
            _same(abi.encodeCall(IProofHarness.selectLog, (receipt, policy, _below(3), emitter, topic0)));
            receipt[_structural(receipt)] ^= _bit();
            if (_below(8) == 0) receipt = _resized(receipt, receipt.length - 1);
        }
    }

    /// @dev Somewhere in a receipt, more often in its headers than in its bloom.
    function _structural(bytes memory receipt) private returns (uint256) {
        uint256 region = _below(3);
        if (region == 0) return _below(16);
        if (region == 1) return receipt.length > 330 ? 268 + _below(60) : _below(receipt.length);
        return _below(receipt.length);
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_HDR_sameOnMutatedHeaders(uint256 seed_) public {
        seed = seed_;
        string[] memory cases = _honest("header");
        bytes[] memory headers = vm.parseJsonBytesArray(cases[_below(cases.length)], ".headers");
        for (uint256 i = 0; i < 8; ++i) {
            bytes memory header = headers[0];
            if (_below(2) == 0) header[_below(header.length)] ^= _bit();
            else _mutate(headers, 0);
            header = headers[0];
            _same(abi.encodeCall(IProofHarness.openHeader, (header, keccak256(header))));
            _same(abi.encodeCall(IProofHarness.openChain, (keccak256(header), headers)));
        }
    }

    function testFuzz_ACC_sameOnMutatedState(uint256 seed_) public {
        seed = seed_;
        bytes memory value = bytes.concat(hex"07", hex"88ffffffffffffffff", _bytes(32).str(), _bytes(32).str()).list();
        bytes memory held = _bytes(1 + _below(33)).str();
        for (uint256 i = 0; i < 8; ++i) {
            bytes memory leaf = RlpEncode.leaf(_expand(keccak256(abi.encodePacked(address(this)))), value);
            _same(abi.encodeCall(IProofHarness.account, (keccak256(leaf), address(this), _one(leaf))));
            leaf = RlpEncode.leaf(_expand(keccak256(abi.encode(7))), held);
            _same(abi.encodeCall(IProofHarness.storageAt, (keccak256(leaf), bytes32(uint256(7)), _one(leaf))));
            value[_below(value.length)] ^= _bit();
            held[_below(held.length)] ^= _bit();
        }
    }

    function testFuzz_RCT_1_sameKeys(uint64 index, uint8 shift) public view {
        _same(abi.encodeCall(IProofHarness.indexKey, (index >> (shift % 64))));
    }

    /* Helpers */

    function _same(bytes memory call) private view {
        (bool ok, bytes memory answer) = address(harness).staticcall(call);
        (bool twinOk, bytes memory twinAnswer) = address(twin).staticcall(call);
        assertEq(ok, twinOk, vm.toString(call));
        assertEq(answer, twinAnswer, vm.toString(call));
        // no panic, and no revert without a reason
        assertTrue(ok || answer.length >= 4, "reason");
        assertTrue(ok || bytes4(answer) != 0x4e487b71, "panic");
    }

    function _below(uint256 bound) private returns (uint256) {
        seed = uint256(keccak256(abi.encode(seed)));
        return seed % bound;
    }

    /// @dev A byte with one bit set.
    function _bit() private returns (bytes1) {
        return bytes1(0x01) << _below(8);
    }

    function _byte() private returns (bytes1) {
        return bytes1(bytes32(_below(type(uint256).max)));
    }

    function _bytes(uint256 length) private returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            data[i] = _byte();
        }
    }

    function _nibbles(uint256 length) private returns (bytes memory nibbles) {
        nibbles = _bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            nibbles[i] &= 0x0f;
        }
    }

    function _expand(bytes32 key) private pure returns (bytes memory nibbles) {
        nibbles = new bytes(64);
        for (uint256 i = 0; i < 32; ++i) {
            (nibbles[2 * i], nibbles[2 * i + 1]) = (key[i] >> 4, key[i] & 0x0f);
        }
    }

    function _resized(bytes memory data, uint256 length) private pure returns (bytes memory) {
        assembly ("memory-safe") {
            mstore(data, length) // only ever less than it was
        }
        return data;
    }

    /// @dev Puts a hash in the place of another, wherever that is.
    function _replace(bytes memory node, bytes32 what, bytes32 with_) private pure {
        for (uint256 i = 0; i + 32 <= node.length; ++i) {
            bytes32 found;
            assembly ("memory-safe") {
                found := mload(add(add(node, 32), i))
            }
            if (found != what) continue;
            assembly ("memory-safe") {
                mstore(add(add(node, 32), i), with_) // within the node, as the loop sees to
            }
        }
    }
}
// forge-lint: disable-end(unsafe-typecast)
