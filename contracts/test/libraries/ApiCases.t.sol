// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {IProofHarness} from "../harness/IProofHarness.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// One suite, and the two subjects it runs on; its keys fit a word, and its numbers a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
/// @notice Calldata that no encoder writes: P04 and P05. Where offsets lead within calldata, the answer is that of the bytes
/// they lead to; where they lead out of it, the call reverts without data.
abstract contract ApiCasesSuite is ProofSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    /// @dev Arguments before the list of offsets: root, two offsets, the key and its length, the number of nodes.
    uint256 private constant HEAD = 6 * 32;

    bytes32 private root;
    bytes private key = hex"12";
    bytes private upper;
    bytes private lower;

    constructor() {
        lower = RlpEncode.leaf(hex"02", new bytes(40));
        // The value of the branch is the lower node as the encoder would write it: its length, then its bytes.
        bytes[] memory items = bytes.concat(bytes32(lower.length), lower).branch();
        upper = items.put(1, lower.childOf()).put(2, bytes.concat(bytes32("other")).str()).join();
        root = keccak256(upper);
    }

    /* P04: offsets within calldata */

    function test_P04_accepts_whatTheEncoderWrites() public {
        (bool ok, bytes memory answer) = _ask(_canonical());
        assertTrue(ok);
        assertEq(answer, abi.encode(true, new bytes(40)));
        assertEq(_canonical(), abi.encodeCall(IProofHarness.walk, (root, key, _two(upper, lower))));
    }

    function test_P04_accepts_nodesInAnyPlace() public {
        // The second node first, with a gap and without padding between the two.
        bytes memory tail = bytes.concat(bytes32(lower.length), lower, hex"aabbcc", bytes32(upper.length), upper);
        (bool ok, bytes memory answer) = _ask(_arguments(64 + 32 + lower.length + 3, 64, tail));
        assertTrue(ok);
        assertEq(answer, abi.encode(true, new bytes(40)));
    }

    function test_P04_accepts_aNodeWithinAnother() public {
        // Both offsets lead into the first node: it holds the second one, with its length in front.
        bytes memory tail = bytes.concat(bytes32(upper.length), upper);
        (bool ok, bytes memory answer) = _ask(_arguments(64, 64 + 32 + upper.length - 32 - lower.length, tail));
        assertTrue(ok);
        assertEq(answer, abi.encode(true, new bytes(40)));
    }

    function test_P04_rejects_oneNodeTwice() public {
        bytes memory tail = bytes.concat(bytes32(upper.length), upper);
        _refuses(_arguments(64, 64, tail), abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 1));
    }

    function test_P04_rejects_offsetsIntoTheHead() public {
        // 32 bytes back: the number of nodes, 2, is taken for a length, and two bytes of an offset for a node.
        bytes memory tail = bytes.concat(bytes32(upper.length), upper);
        bytes memory mismatch = abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 0);
        _refuses(_arguments(_back(32), 64, tail), mismatch);
        // The key's length, and the key.
        _refuses(_arguments(_back(96), 64, tail), mismatch);
        _refuses(_arguments(64, _back(32), tail), abi.encodeWithSelector(MPTProof.MptShortNode.selector, 1));
    }

    /* P04: offsets out of calldata */

    function test_P04_rejects_nodesOutsideOfCalldata() public {
        bytes memory tail = bytes.concat(bytes32(upper.length), upper);
        uint256 end = 64 + tail.length;
        uint256[8] memory offsets =
            [end - 31, end, end + 1, 1 << 32, 1 << 64, 1 << 128, (1 << 255) - 1, (1 << 255) - HEAD];
        for (uint256 i = 0; i < offsets.length; ++i) {
            _refuses(_arguments(offsets[i], 64, tail), "");
            _refuses(_arguments(64, offsets[i], tail), "");
        }
    }

    /// @dev Backwards past the start of calldata there is nothing but zeros: a node of no byte.
    function test_P04_rejects_offsetsThatWrap() public {
        bytes memory tail = bytes.concat(bytes32(upper.length), upper);
        uint256[5] memory offsets =
            [_back(HEAD + 4 + 1), _back(HEAD + 4 + 32), _back(1 << 32), _back(1 << 64), 1 << 255];
        for (uint256 i = 0; i < offsets.length; ++i) {
            _refusesWrapped(_arguments(offsets[i], 64, tail), MPTProof.MptHashMismatch.selector, 0);
            _refusesWrapped(_arguments(64, offsets[i], tail), MPTProof.MptShortNode.selector, 1);
        }
    }

    function test_P04_rejects_lengthsBeyondCalldata() public {
        uint256[6] memory lengths =
            [upper.length + 1, 1 << 32, type(uint64).max, 1 << 64, type(uint256).max - 31, type(uint256).max];
        for (uint256 i = 0; i < lengths.length; ++i) {
            _refuses(_arguments(64, 64, bytes.concat(bytes32(lengths[i]), upper)), "");
        }
    }

    function test_P04_rejects_listsBeyondCalldata() public {
        uint256[7] memory counts =
            [uint256(1000), 1 << 59, 1 << 64, 1 << 251, (1 << 251) + 1, 1 << 255, type(uint256).max];
        for (uint256 i = 0; i < counts.length; ++i) {
            bytes memory data = _canonical();
            _set(data, 4 + HEAD - 32, counts[i]);
            _refuses(data, "");
        }
        // The offsets of the list, and of the key.
        uint256[5] memory offsets = [1 << 32, 1 << 64, 1 << 255, _back(32), type(uint256).max];
        for (uint256 i = 0; i < offsets.length; ++i) {
            bytes memory data = _canonical();
            _set(data, 4 + 64, offsets[i]);
            _refuses(data, "");
            data = _canonical();
            _set(data, 4 + 32, offsets[i]);
            _refuses(data, "");
        }
        uint256[3] memory lengths = [1 << 32, 1 << 64, type(uint256).max];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory data = _canonical();
            _set(data, 4 + 96, lengths[i]);
            _refuses(data, "");
        }
    }

    function test_P04_rejects_calldataThatIsCut() public {
        bytes memory whole = _canonical();
        uint256 needed = whole.length - (32 - lower.length % 32);
        (bool ok,) = _ask(_cut(whole, needed));
        assertTrue(ok, "padding is not read");
        for (uint256 length = 4; length < needed; ++length) {
            _refuses(_cut(whole, length), "");
        }
    }

    /* P05 */

    /// @dev What stands behind a node in calldata would complete it, and is not read.
    function test_P05_rejects_aValueThatGoesOnBehindItsNode() public {
        bytes memory whole = RlpEncode.leaf(hex"0102", new bytes(100));
        for (uint256 missing = 1; missing < whole.length; missing += 7) {
            bytes memory cut = _cut(whole, whole.length - missing);
            root = keccak256(cut);
            bytes memory tail = bytes.concat(bytes32(cut.length), whole);
            _refuses(_arguments(64, 64, tail), abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector));
        }
    }

    /* P08 */

    function testFuzz_P08_rejects_aByteChanged(uint256 pick, uint8 by) public {
        bytes memory node = pick % 2 == 0 ? upper : lower;
        uint256 place = (pick >> 8) % node.length;
        node[place] ^= bytes1(by == 0 ? 1 : by);
        vm.expectRevert(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, pick % 2));
        harness.walk(root, key, pick % 2 == 0 ? _two(node, lower) : _two(upper, node));
    }

    function testFuzz_P08_rejects_anotherOrder(uint256 pick) public {
        string memory json = _honest("account", "8 nodes");
        bytes32 trusted = vm.parseJsonBytes32(json, ".root");
        bytes memory path = vm.parseJsonBytes(json, ".key");
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".proof");
        bytes[] memory order = vm.parseJsonBytesArray(json, ".proof");
        for (uint256 i = 0; i < order.length - 1; ++i) {
            uint256 other = i + (pick >> (16 * i)) % (order.length - i);
            (order[i], order[other]) = (order[other], order[i]);
        }
        for (uint256 i = 0; i < order.length; ++i) {
            if (keccak256(order[i]) == keccak256(nodes[i])) continue;
            vm.expectRevert(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, i));
            break;
        }
        harness.walk(trusted, path, order);
    }

    /* Helpers */

    function _canonical() private view returns (bytes memory) {
        bytes memory first = bytes.concat(bytes32(upper.length), upper, new bytes(31 - (upper.length + 31) % 32));
        bytes memory second = bytes.concat(bytes32(lower.length), lower, new bytes(31 - (lower.length + 31) % 32));
        return _arguments(64, 64 + first.length, bytes.concat(first, second));
    }

    /// @dev A call of `walk` with two nodes, whose offsets count from the first offset on.
    function _arguments(uint256 first, uint256 second, bytes memory tail) private view returns (bytes memory) {
        bytes memory head = abi.encodePacked(root, uint256(96), uint256(160), key.length, bytes32(key), uint256(2));
        return bytes.concat(IProofHarness.walk.selector, head, bytes32(first), bytes32(second), tail);
    }

    function _back(uint256 by) private pure returns (uint256) {
        return type(uint256).max - by + 1;
    }

    function _set(bytes memory data, uint256 place, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(data, 32), place), word) // within the bytes, as all callers have it
        }
    }

    function _cut(bytes memory data, uint256 length) private pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            cut[i] = data[i];
        }
    }

    function _ask(bytes memory data) private returns (bool ok, bytes memory answer) {
        return address(harness).call(data);
    }

    function _refuses(bytes memory data, bytes memory expected) private {
        (bool ok, bytes memory answer) = _ask(data);
        assertFalse(ok);
        assertEq(answer, expected);
    }

    /// @dev The decoders of solc differ: one gives out a node of no byte, which the library refuses; that of the IR pipeline
    /// may refuse the offset itself.
    function _refusesWrapped(bytes memory data, bytes4 selector, uint256 index) private {
        (bool ok, bytes memory answer) = _ask(data);
        assertFalse(ok);
        if (answer.length != 0) assertEq(answer, abi.encodeWithSelector(selector, index));
    }
}

contract ApiCasesTest is ApiCasesSuite, OnLibraries {}

contract ApiCasesReferenceTest is ApiCasesSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
