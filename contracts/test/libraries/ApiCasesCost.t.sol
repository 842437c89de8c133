// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {IProofHarness} from "../harness/IProofHarness.sol";
import {OnLibraries} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// Keys fit a word, and headers a byte.
// forge-lint: disable-start(unsafe-typecast)
/// @notice P05 to P07: what a proof costs follows from its bytes, and from no length that it claims.
contract ApiCasesCostTest is OnLibraries {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    /// @dev Gas of a call besides its bytes, with the harness that fills memory first.
    uint256 private constant BASE = 11_000;
    uint256 private constant DIRT = 0xd1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1;

    address private constant EMITTER = 0x1111111111111111111111111111111111111111;
    bytes32 private constant TOPIC = keccak256("Event()");

    /* P06, M15 */

    function test_P06_M15_gasOfFullBranchesIsLinear() public {
        uint256 last;
        for (uint256 depth = 1; depth <= 64; depth *= 2) {
            last = _assertLinear(_chain(depth, false), 4, last);
        }
    }

    /// @dev With a value or an embedded child a branch has to be read item by item.
    function test_P06_M15_gasOfSmallBranchesIsLinear() public {
        uint256 last;
        for (uint256 depth = 1; depth <= 64; depth *= 2) {
            last = _assertLinear(_chain(depth, true), 140, last);
        }
    }

    /// @dev Another leaf shows that the key is absent, so no value is copied. Up to what a transaction of a public chain holds;
    /// memory for the hash grows faster than its bytes, but stays below the line.
    function test_P06_M15_gasOfALongValueIsLinear() public {
        for (uint256 length = 1 << 10; length <= 1 << 17; length *= 2) {
            bytes memory leaf = RlpEncode.leaf(hex"01", new bytes(length));
            _assertLinear(_alone(leaf), 1, 0);
        }
    }

    function test_P06_M15_gasOfALongPathIsLinear() public {
        uint256 last;
        for (uint256 length = 1 << 6; length <= 1 << 12; length *= 2) {
            bytes memory leaf = RlpEncode.leaf(new bytes(length), hex"05");
            last = _assertLinear(_alone(leaf), 1, last);
        }
    }

    /// @dev Logs of one byte each, of which the headers are read up to the one that is missing.
    function test_P06_M15_gasOfManyLogsIsLinear() public {
        uint256 last;
        for (uint256 count = 1 << 6; count <= 1 << 14; count *= 2) {
            bytes memory logs = new bytes(count);
            bytes memory call = abi.encodeCall(
                IProofHarness.selectLog, (_receipt(logs), Receipts.TypePolicy.Known, type(uint64).max, EMITTER, TOPIC)
            );
            (uint256 gas, bytes memory answer) = _measure(call);
            bytes4 missing = Receipts.ReceiptLogMissing.selector;
            assertEq(answer, abi.encodeWithSelector(missing, type(uint64).max, count));
            last = _assertWithin(gas, call.length, 240, last);
        }
    }

    /* P07 */

    /// @dev A claimed length costs nothing: the refusal is as cheap for 2⁶⁴ bytes as for a hundred.
    function test_P07_rejects_claimedLengthsForTheSameGas() public {
        uint256 cheapest;
        for (uint256 size = 1; size <= 8; ++size) {
            bytes memory length = new bytes(size);
            for (uint256 i = 0; i < size; ++i) {
                length[i] = 0xff;
            }
            bytes memory header = bytes.concat(bytes1(uint8(0xf7 + size)), length);
            bytes memory string_ = bytes.concat(bytes1(uint8(0xb7 + size)), length);
            uint256 gas = _refused(bytes.concat(header, hex"20"));
            gas += _refused(bytes.concat(hex"20", string_).list());
            gas += _refused(bytes.concat(string_, hex"05").list());
            if (size == 1) cheapest = gas;
            assertLt(gas, cheapest + 1000, "in a node");

            bytes memory call = abi.encodeCall(
                IProofHarness.selectLog, (_receiptOf(header), Receipts.TypePolicy.Known, 0, EMITTER, TOPIC)
            );
            bytes memory answer;
            (gas, answer) = _measure(call);
            assertEq(answer, abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector));
            assertLt(gas, BASE + 3000, "in a receipt");
        }
    }

    /// @dev A walk leaves the free memory where it is, save for its own few words.
    function test_P07_accepts_withoutMemoryForTheProof() public view {
        for (uint256 depth = 1; depth <= 32; depth *= 2) {
            (bytes32 root, bytes[] memory nodes) = _nodes(depth, false);
            assertLe(this.grown(root, new bytes(32), nodes), 4 * 32);
        }
        bytes memory leaf = RlpEncode.leaf(new bytes(64), new bytes(1 << 15));
        assertLe(this.grown(keccak256(leaf), new bytes(32), _one(leaf)), 4 * 32);
    }

    function grown(bytes32 root, bytes calldata key, bytes[] calldata nodes) external pure returns (uint256 bytes_) {
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        MPTProof.walk(root, bytes32(key), key.length, nodes);
        assembly ("memory-safe") {
            bytes_ := sub(mload(0x40), free)
        }
    }

    /* P05 */

    /// @dev Every honest receipt, read with dirt in the scratch space and in all memory that is free.
    function test_P05_accepts_logsInDirtyMemory() public view {
        string[] memory cases = _honest("receipt");
        uint256 logs;
        for (uint256 i = 0; i < cases.length; ++i) {
            for (uint256 n = 0; vm.keyExistsJson(cases[i], string.concat(".logs[", vm.toString(n), "]")); ++n) {
                string memory path = string.concat(".logs[", vm.toString(n), "]");
                bytes32[] memory topics = vm.parseJsonBytes32Array(cases[i], string.concat(path, ".topics"));
                if (topics.length == 0 || !vm.parseJsonBool(cases[i], ".succeeded")) continue;
                (bytes32 topic, bytes memory data) = this.prove(
                    vm.parseJsonBytes32(cases[i], ".root"),
                    uint64(vm.parseJsonUint(cases[i], ".transactionIndex")),
                    vm.parseJsonBytesArray(cases[i], ".proof"),
                    n,
                    vm.parseJsonAddress(cases[i], string.concat(path, ".emitter")),
                    topics[0]
                );
                assertEq(topic, topics[topics.length - 1]);
                assertEq(data, vm.parseJsonBytes(cases[i], string.concat(path, ".data")));
                ++logs;
            }
        }
        assertGt(logs, 20);
    }

    function prove(bytes32 root, uint64 index, bytes[] calldata nodes, uint256 place, address emitter, bytes32 topic0)
        external
        pure
        returns (bytes32 last, bytes memory payload)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for { let i := 0 } lt(i, 4096) { i := add(i, 32) } { mstore(add(free, i), DIRT) }
            mstore(0x00, DIRT)
            mstore(0x20, DIRT)
        }
        (bytes calldata topics, bytes calldata data) =
            Receipts.prove(root, index, nodes, Receipts.TypePolicy.Any, place, emitter, topic0);
        return (Receipts.topic(topics, Receipts.topicCount(topics) - 1), data);
    }

    /* Helpers */

    /// @dev A call that walks the key of zeros through branches, one below the other, to a leaf.
    function _chain(uint256 depth, bool small) private pure returns (bytes memory) {
        (bytes32 root, bytes[] memory nodes) = _nodes(depth, small);
        return abi.encodeCall(IProofHarness.walk, (root, new bytes(32), nodes));
    }

    /// @param small Whether the branches have an embedded child and a value besides the child that is followed.
    function _nodes(uint256 depth, bool small) private pure returns (bytes32 root, bytes[] memory nodes) {
        nodes = new bytes[](depth + 1);
        bytes memory node = RlpEncode.leaf(new bytes(64 - depth), new bytes(40));
        for (uint256 i = depth; i > 0; --i) {
            nodes[i] = node;
            bytes[] memory items = (small ? bytes("v") : bytes("")).branch().put(0, node.childOf());
            for (uint256 n = 1; n < 16; ++n) {
                if (!small) items.put(n, bytes.concat(keccak256(abi.encode(i, n))).str());
            }
            if (small) items.put(1, RlpEncode.leaf("", hex"05"));
            node = items.join();
        }
        nodes[0] = node;
        root = keccak256(node);
    }

    function _alone(bytes memory node) private pure returns (bytes memory) {
        return abi.encodeCall(IProofHarness.walk, (keccak256(node), new bytes(32), _one(node)));
    }

    function _receipt(bytes memory logs) private pure returns (bytes memory) {
        return _receiptOf(logs.list());
    }

    function _receiptOf(bytes memory logs) private pure returns (bytes memory) {
        return bytes.concat(hex"01", hex"825208", new bytes(256).str(), logs).list();
    }

    function _assertLinear(bytes memory call, uint256 perByte, uint256 last) private returns (uint256) {
        (uint256 gas,) = _measure(call);
        return _assertWithin(gas, call.length, perByte, last);
    }

    /// @dev Within the line; and twice the bytes are no more than 2.2 times the gas of half of them.
    function _assertWithin(uint256 gas, uint256 length, uint256 perByte, uint256 last) private pure returns (uint256) {
        assertLe(gas, BASE + perByte * length, "a + b * bytes");
        if (last != 0) assertLe(gas * 10, last * 22, "twice the bytes");
        return gas;
    }

    function _refused(bytes memory node) private returns (uint256 gas) {
        bytes memory answer;
        (gas, answer) = _measure(_alone(node));
        assertEq(answer, abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector));
    }

    /// @dev Gas of the call alone: solc would copy the bytes first, at the price of this contract's memory.
    function _measure(bytes memory call_) private returns (uint256 used, bytes memory answer) {
        address to = address(harness);
        bool ok;
        (ok,) = to.call(""); // so that the address is warm
        assembly ("memory-safe") {
            used := gas()
            ok := call(gas(), to, 0, add(call_, 32), mload(call_), 0, 0)
            used := sub(used, gas())
            answer := mload(0x40)
            mstore(answer, returndatasize())
            returndatacopy(add(answer, 32), 0, returndatasize())
            mstore(0x40, add(answer, and(add(returndatasize(), 63), not(31))))
        }
    }
}
// forge-lint: disable-end(unsafe-typecast)
