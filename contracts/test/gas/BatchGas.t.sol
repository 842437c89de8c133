// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {ReceiptBatch} from "../../src/libraries/ReceiptBatch.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {TrieBuild} from "../support/TrieBuild.sol";
import {GasTest} from "./GasTest.sol";
import {console2} from "forge-std/Test.sol";

// The wrapper is nothing without its test; numbers are cut to bytes on purpose.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)

/// @notice Receipts of one block, in a batch and one by one, behind the smallest wrapper: a length comes back.
contract BatchGas {
    /// @return length Bytes of all receipts.
    function batch(bytes32 root, uint64[] calldata indices, bytes[] calldata nodes)
        external
        pure
        returns (uint256 length)
    {
        uint256[] memory receipts = ReceiptBatch.receiptsAt(root, indices, nodes);
        for (uint256 i = 0; i < receipts.length; ++i) {
            length += MPTBatch.valueAt(receipts[i]).length;
        }
    }

    /// @return length Bytes of all receipts.
    function singles(bytes32 root, uint64[] calldata indices, bytes[][] calldata proofs)
        external
        pure
        returns (uint256 length)
    {
        for (uint256 i = 0; i < indices.length; ++i) {
            (bytes32 key, uint256 keyLength) = Receipts.indexKey(indices[i]);
            length += MPTProof.inclusion(root, key, keyLength, proofs[i]).length;
        }
    }
}

/// @notice What ten receipts of a block of 200 cost in a batch and one by one.
contract BatchGasTest is GasTest, TrieBuild {
    uint256 private constant BLOCK = 200;
    uint256 private constant ASKED = 10;

    bytes32 private root;

    function setUp() public {
        bytes[] memory keys = new bytes[](BLOCK);
        bytes[] memory values = new bytes[](BLOCK);
        for (uint256 i = 0; i < BLOCK; ++i) {
            // the order of keys: 1 to 127, 0, 128 and so on
            keys[i] = _key(uint64(i < 127 ? i + 1 : i == 127 ? 0 : i));
            values[i] = new bytes(586);
            for (uint256 j = 0; j < 586; ++j) {
                values[i][j] = 0xee;
            }
            values[i][0] = bytes1(uint8(i));
        }
        root = _build(keys, values);
    }

    function test_BAT_gasOfNeighbours() public {
        _compare("10 neighbours", 100, 1);
    }

    function test_BAT_gasOfScattered() public {
        _compare("10 scattered", 1, 12);
    }

    function _compare(string memory name, uint64 first, uint64 distance) private {
        uint64[] memory indices = new uint64[](ASKED);
        bytes[] memory keys = new bytes[](ASKED);
        bytes[][] memory proofs = new bytes[][](ASKED);
        for (uint64 i = 0; i < ASKED; ++i) {
            indices[i] = first + i * distance;
            keys[i] = _key(indices[i]);
            proofs[i] = _prove(_single(keys[i]));
        }
        uint256 batch = _report(name, " in a batch", abi.encodeCall(BatchGas.batch, (root, indices, _prove(keys))));
        uint256 singles = _report(name, " one by one", abi.encodeCall(BatchGas.singles, (root, indices, proofs)));
        assertLt(batch, singles);
    }

    /// @dev Gas of the transaction that does nothing else: the greater of its price and its floor (EIP-7623).
    function _report(string memory name, string memory how, bytes memory call) private returns (uint256 spent) {
        uint256 execution = _gas(address(new BatchGas()), call);
        (uint256 intrinsic, uint256 floor) = _price(call);
        spent = intrinsic + execution;
        if (spent < floor) spent = floor;
        console2.log(string.concat(name, how, ": bytes of calldata, execution, floor"), call.length, execution, floor);
    }

    function _single(bytes memory key) private pure returns (bytes[] memory keys) {
        keys = new bytes[](1);
        keys[0] = key;
    }

    function _key(uint64 index) private pure returns (bytes memory key) {
        (bytes32 word, uint256 length) = Receipts.indexKey(index);
        key = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            key[i] = word[i];
        }
    }
}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
