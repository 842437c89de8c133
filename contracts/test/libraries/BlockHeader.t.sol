// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// One suite, and the two subjects it runs on; its numbers are counted up to what fits a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
abstract contract BlockHeaderSuite is ProofSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    function test_HDR_1_2_ANC_1_RLP_8_accepts_honest() public view {
        string[] memory cases = _honest("header");
        for (uint256 i = 0; i < cases.length; ++i) {
            bytes[] memory headers = vm.parseJsonBytesArray(cases[i], ".headers");
            bytes32 trusted = vm.parseJsonBytes32(cases[i], ".trusted");
            (bytes32 blockHash, BlockHeader.Header memory last) = harness.openChain(trusted, headers);
            assertEq(blockHash, vm.parseJsonBytes32(cases[i], ".blockHash"));
            _assertHeader(last, cases[i]);
            _assertHeader(harness.openHeader(headers[headers.length - 1], blockHash), cases[i]);
        }
    }

    function test_HDR_1_rejects_hashMismatch() public {
        bytes memory header = _items(15).join();
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, bytes32("other"), keccak256(header))
        );
        harness.openHeader(header, "other");
        vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, bytes32(0), keccak256("")));
        harness.openHeader("", 0);
    }

    function testFuzz_HDR_1_rejects_oneMutatedByte(uint256 place, uint8 change) public {
        vm.assume(change != 0);
        bytes memory header = _items(21).join();
        bytes32 expected = keccak256(header);
        header[place % header.length] ^= bytes1(change);
        vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, expected, keccak256(header)));
        harness.openHeader(header, expected);
    }

    function test_HDR_2_rejects_exactList() public {
        _refuses(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), "");
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), hex"80");
        bytes memory trailing = bytes.concat(_items(15).join(), hex"00");
        _refuses(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), trailing);
    }

    function test_HDR_2_accepts_rejects_itemCount() public {
        for (uint256 count = 0; count <= 26; ++count) {
            bytes memory header = _items(count).join();
            if (count >= 13 && count <= 23) {
                assertEq(harness.openHeader(header, keccak256(header)).number, 0x0102);
                continue;
            }
            uint256 got = count > 24 ? 24 : count;
            _refuses(abi.encodeWithSelector(BlockHeader.HeaderItemCount.selector, got), header);
        }
    }

    /// @dev All headers are read before any item is.
    function test_HDR_2_rejects_brokenItem() public {
        bytes[] memory items = _items(16);
        items[0] = hex"01";
        items[15] = hex"81";
        _refuses(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), items.join());
        items[15] = hex"8201";
        _refuses(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), items.join());
    }

    function test_HDR_2_rejects_words() public {
        uint8[3] memory places = [0, 3, 5];
        for (uint256 i = 0; i < places.length; ++i) {
            bytes[] memory items = _items(15);
            items[places[i]] = new bytes(31).str();
            _refuses(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 31), items.join());
            items[places[i]] = new bytes(32).list();
            _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), items.join());
        }
    }

    function test_HDR_2_rejects_integers() public {
        uint8[2] memory places = [8, 11];
        for (uint256 i = 0; i < places.length; ++i) {
            bytes[] memory items = _items(15);
            items[places[i]] = hex"89010000000000000000";
            _refuses(abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 8, 9), items.join());
            items[places[i]] = hex"00";
            _refuses(abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector), items.join());
            items[places[i]] = hex"c0";
            _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), items.join());
        }
    }

    /// @dev The five fields are read in the order of the clause, and nothing else is.
    function test_HDR_2_accepts_rejects_orderOfFields() public {
        bytes[] memory items = _items(15);
        uint8[5] memory places = [11, 8, 5, 3, 0];
        bytes[5] memory wrong = [bytes(hex"00"), hex"820001", hex"8180", hex"8280ff", hex"8380ffff"];
        bytes[5] memory expected = [
            abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector),
            abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector),
            abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 1),
            abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 2),
            abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 3)
        ];
        for (uint256 i = 0; i < places.length; ++i) {
            items[places[i]] = wrong[i];
            _refuses(expected[i], items.join());
        }
        items = _items(15);
        items[1] = items[2] = items[4] = items[6] = items[7] = items[9] = items[10] = items[12] = hex"c3808080";
        assertEq(harness.openHeader(items.join(), keccak256(items.join())).timestamp, 0x0304);
    }

    /// @dev Headers of the MAP relay chain lack the uncles' hash and the difficulty. All five fields are where the others' are not.
    function test_HDR_2_accepts_headersOfMap() public view {
        for (uint256 count = 13; count <= 15; ++count) {
            bytes memory header = _items(count).join();
            BlockHeader.Header memory opened = harness.openHeader(header, keccak256(header));
            uint256 lacking = count < 15 ? 1 : 0;
            assertEq(opened.parentHash, keccak256(abi.encode(0)));
            assertEq(opened.stateRoot, keccak256(abi.encode(3 - lacking)));
            assertEq(opened.receiptsRoot, keccak256(abi.encode(5 - lacking)));
            assertEq(opened.number, 0x0102);
            assertEq(opened.timestamp, 0x0304);
        }
    }

    /// @dev As `test_HDR_2_accepts_rejects_orderOfFields`, with the places of MAP's headers.
    function test_HDR_2_3_accepts_rejects_orderOfFieldsOfMap() public {
        bytes[] memory items = _items(14);
        uint8[5] memory places = [9, 6, 4, 2, 0];
        bytes[5] memory wrong = [bytes(hex"00"), hex"89010000000000000000", hex"8180", hex"8280ff", hex"8380ffff"];
        bytes[5] memory expected = [
            abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector),
            abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 8, 9),
            abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 1),
            abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 2),
            abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 3)
        ];
        for (uint256 i = 0; i < places.length; ++i) {
            items[places[i]] = wrong[i];
            _refuses(expected[i], items.join());
        }
        items[3] = hex"8180";
        _refusesBody(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 1), items.join());
        items = _items(14);
        items[1] = items[3] = items[5] = items[7] = items[8] = items[10] = items[11] = hex"c3808080";
        assertEq(harness.openHeader(items.join(), keccak256(items.join())).timestamp, 0x0304);
    }

    function test_HDR_3_accepts_bodyRoots() public view {
        for (uint256 count = 13; count <= 23; ++count) {
            bytes memory header = _items(count).join();
            (bytes32 transactionsRoot, bytes32 withdrawalsRoot) = harness.openBody(header, keccak256(header));
            assertEq(transactionsRoot, keccak256(abi.encode(count < 15 ? 3 : 4)));
            assertEq(withdrawalsRoot, count < 17 ? bytes32(0) : keccak256(abi.encode(16)));
        }
    }

    /// @dev The roots are read in their order, and nothing else is.
    function test_HDR_3_accepts_rejects_orderOfRoots() public {
        bytes[] memory items = _items(17);
        items[0] = items[3] = items[5] = items[8] = items[11] = hex"c3808080";
        assertEq(_transactionsRoot(items.join()), keccak256(abi.encode(4)));
        items[16] = hex"80";
        _refusesBody(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 0), items.join());
        items[16] = hex"c0";
        _refusesBody(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), items.join());
        items[4] = new bytes(31).str();
        _refusesBody(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 31), items.join());
        items[4] = new bytes(32).list();
        _refusesBody(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), items.join());
    }

    function test_HDR_3_rejects_headersLikeOpen() public {
        bytes memory header = _items(17).join();
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, bytes32("other"), keccak256(header))
        );
        harness.openBody(header, "other");
        _refusesBody(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), bytes.concat(header, hex"00"));
        _refusesBody(abi.encodeWithSelector(BlockHeader.HeaderItemCount.selector, 12), _items(12).join());
        _refusesBody(abi.encodeWithSelector(BlockHeader.HeaderItemCount.selector, 24), _items(24).join());
    }

    function test_HDR_4_accepts_rejects_headersWithAndWithout() public {
        for (uint256 count = 13; count <= 23; ++count) {
            bytes memory header = _items(count).join();
            if (count >= 20) assertEq(harness.parentBeaconRoot(header, keccak256(header)), keccak256(abi.encode(19)));
            else _refusesBeacon(abi.encodeWithSelector(BlockHeader.HeaderNoParentBeaconRoot.selector), header);
        }
    }

    /// @dev Nothing but the root is read.
    function test_HDR_4_accepts_rejects_rootAlone() public {
        bytes[] memory items = _items(20);
        items[0] = items[3] = items[4] = items[5] = items[8] = items[11] = items[16] = hex"c3808080";
        bytes memory header = items.join();
        assertEq(harness.parentBeaconRoot(header, keccak256(header)), keccak256(abi.encode(19)));
        items[19] = hex"80";
        _refusesBeacon(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 0), items.join());
        items[19] = new bytes(31).str();
        _refusesBeacon(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 31), items.join());
        items[19] = new bytes(33).str();
        _refusesBeacon(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 33), items.join());
        items[19] = hex"c0";
        _refusesBeacon(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), items.join());
    }

    function test_HDR_4_rejects_headersLikeOpen() public {
        bytes memory header = _items(20).join();
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, bytes32("other"), keccak256(header))
        );
        harness.parentBeaconRoot(header, "other");
        _refusesBeacon(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), bytes.concat(header, hex"00"));
        _refusesBeacon(abi.encodeWithSelector(BlockHeader.HeaderItemCount.selector, 12), _items(12).join());
        _refusesBeacon(abi.encodeWithSelector(BlockHeader.HeaderItemCount.selector, 24), _items(24).join());
    }

    function test_ANC_1_rejects_empty() public {
        vm.expectRevert(BlockHeader.AncestryEmpty.selector);
        harness.openChain("any", new bytes[](0));
    }

    function test_ANC_1_accepts_rejects_chainBroken() public {
        bytes memory parent = _items(15).join();
        bytes[] memory items = _items(16);
        items[0] = bytes.concat(keccak256(parent)).str();
        bytes memory child = items.join();

        (bytes32 blockHash,) = harness.openChain(keccak256(child), _two(child, parent));
        assertEq(blockHash, keccak256(parent));
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, keccak256(child), keccak256(parent))
        );
        harness.openChain(keccak256(child), _two(parent, child));
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, keccak256(parent), keccak256(child))
        );
        harness.openChain(keccak256(child), _two(child, child));
    }

    /// @dev Headers on the way are verified like the last one, and in order.
    function test_ANC_1_rejects_everyHeaderIsOpened() public {
        bytes[] memory items = _items(16);
        items[11] = hex"00";
        bytes memory child = items.join();
        vm.expectRevert(RLPReader.RlpIntegerLeadingZero.selector);
        harness.openChain(keccak256(child), _two(child, "not its parent"));
    }

    function _refuses(bytes memory expected, bytes memory header) private {
        vm.expectRevert(expected);
        harness.openHeader(header, keccak256(header));
    }

    function _refusesBody(bytes memory expected, bytes memory header) private {
        vm.expectRevert(expected);
        harness.openBody(header, keccak256(header));
    }

    function _refusesBeacon(bytes memory expected, bytes memory header) private {
        vm.expectRevert(expected);
        harness.parentBeaconRoot(header, keccak256(header));
    }

    function _transactionsRoot(bytes memory header) private view returns (bytes32 root) {
        (root,) = harness.openBody(header, keccak256(header));
    }

    /// @dev Items of a header: distinct words, number 0x0102 and timestamp 0x0304 among others, where such a header has them.
    function _items(uint256 count) private pure returns (bytes[] memory items) {
        items = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            items[i] = bytes.concat(keccak256(abi.encode(i))).str();
        }
        uint256 number = count < 15 ? 6 : 8;
        if (count > number) items[number] = hex"820102";
        if (count > number + 3) items[number + 3] = hex"820304";
    }

    function _assertHeader(BlockHeader.Header memory opened, string memory json) private pure {
        assertEq(opened.parentHash, vm.parseJsonBytes32(json, ".parentHash"));
        assertEq(opened.stateRoot, vm.parseJsonBytes32(json, ".stateRoot"));
        assertEq(opened.receiptsRoot, vm.parseJsonBytes32(json, ".receiptsRoot"));
        assertEq(opened.number, vm.parseJsonUint(json, ".number"));
        assertEq(opened.timestamp, vm.parseJsonUint(json, ".timestamp"));
    }
}

contract BlockHeaderTest is BlockHeaderSuite, OnLibraries {}

contract BlockHeaderReferenceTest is BlockHeaderSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
