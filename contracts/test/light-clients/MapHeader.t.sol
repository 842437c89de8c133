// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MapHeader} from "../../src/libraries/MapHeader.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {MapVerifier} from "../../src/light-clients/MapVerifier.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {MapChain} from "../support/MapChain.sol";
import {MapTest} from "../support/MapTest.sol";

/// @notice MAP-2, MAP-3, MAP-9 to MAP-11: what a header says, in headers that a quorum signed.
contract MapHeaderTest is MapTest {
    using MapChain for MapChain.Block;
    using MapChain for uint256[];
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    uint256[] private set = MapChain.secrets(4);
    uint256[] private none;
    MapLightClient private client;

    function setUp() public {
        client = _deploy(set);
    }

    // ── MAP-2, MAP-3 ────────────────────────────────────────────────────────────────────────────────────────────

    function test_MAP_2_accepts_13And14Items() public {
        bytes[] memory items = _items(299);
        _acceptsHeader(items.join());
        _acceptsHeader(_resized(items, 13).join());
    }

    function test_MAP_2_rejects_otherCounts() public {
        bytes[] memory items = _items(299);
        uint8[7] memory counts = [0, 1, 6, 7, 12, 15, 16];
        for (uint256 i = 0; i < counts.length; ++i) {
            uint256 got = counts[i] > 15 ? 15 : counts[i];
            _refusesHeader(
                abi.encodeWithSelector(MapHeader.MapItemCount.selector, got), _resized(items, counts[i]).join()
            );
        }
        // What is behind the fifteenth is not looked at, what is before it is.
        items = _resized(items, 17);
        items[15] = hex"81";
        _refusesHeader(abi.encodeWithSelector(MapHeader.MapItemCount.selector, 15), items.join());
        items[14] = hex"8100";
        _refusesHeader(abi.encodeWithSelector(RLPReader.RlpNonCanonicalSingleByte.selector), items.join());
    }

    function test_MAP_2_rejects_exactList() public {
        bytes memory header = _items(299).join();
        _refusesHeader(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), "");
        _refusesHeader(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), header.str());
        _refusesHeader(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), bytes.concat(header, hex"00"));
        header[2] = bytes1(uint8(header[2]) + 1);
        _refusesHeader(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), header);
    }

    /// @dev Receipts root, number, time and extra are read, in this order, and nothing else is: whether or not the header begins as usual.
    function test_MAP_2_accepts_rejects_orderOfFields() public {
        uint8[4] memory places = [10, 9, 6, 4];
        bytes[4] memory wrong = [bytes(hex"c0"), hex"00", hex"89010000000000000000", hex"8180"];
        bytes[4] memory expected = [
            abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector),
            abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector),
            abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 8, 9),
            abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 1)
        ];
        for (uint256 unusual = 0; unusual < 2; ++unusual) {
            bytes[] memory items = _items(299);
            if (unusual == 1) items[0] = items[1] = items[2] = items[3] = items[5] = hex"c3808080";
            items[7] = items[8] = items[11] = items[12] = items[13] = hex"c101";
            _acceptsHeader(items.join());
            for (uint256 i = 0; i < places.length; ++i) {
                items[places[i]] = wrong[i];
                _refusesHeader(expected[i], items.join());
            }
        }
    }

    function test_MAP_2_rejects_integers() public {
        uint8[2] memory places = [6, 9];
        bytes[6] memory wrong =
            [bytes(hex"00"), hex"820001", hex"89010000000000000000", hex"c0", hex"8108", hex"b801ff"];
        bytes[6] memory expected = [
            abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector),
            abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector),
            abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 8, 9),
            abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector),
            abi.encodeWithSelector(RLPReader.RlpNonCanonicalSingleByte.selector),
            abi.encodeWithSelector(RLPReader.RlpNonCanonicalSize.selector)
        ];
        for (uint256 p = 0; p < places.length; ++p) {
            for (uint256 i = 0; i < wrong.length; ++i) {
                bytes[] memory items = _items(299);
                items[places[p]] = wrong[i];
                _refusesHeader(expected[i], items.join());
            }
        }
    }

    /// @dev Eight bytes are read as such.
    function test_MAP_2_6_rejects_largestTime() public {
        bytes[] memory items = _items(299);
        items[9] = hex"88ffffffffffffffff";
        _refusesHeader(
            abi.encodeWithSelector(MapVerifier.MapFutureHeader.selector, type(uint64).max, _time(900)), items.join()
        );
        // One byte that is its own payload, none, and one in the short form are times long past.
        bytes[3] memory early = [bytes(hex"01"), hex"80", hex"8180"];
        for (uint256 i = 0; i < early.length; ++i) {
            items[9] = early[i];
            _acceptsHeader(items.join());
        }
    }

    /// @dev The first block that counts, and the last one that does not: before anything is asked about its epoch.
    function test_MAP_3_accepts_rejects_forkHeight() public {
        _accepts(client, set, _block(FORK));
        uint64[4] memory numbers = [FORK - 1, 200, 1, 0];
        for (uint256 i = 0; i < numbers.length; ++i) {
            bytes memory expected = abi.encodeWithSelector(MapVerifier.MapPreFork.selector, numbers[i], FORK);
            _refuses(client, expected, _update(set, _block(numbers[i])));
        }
    }

    // ── MAP-9 ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_MAP_9_accepts_rounds() public {
        uint64[5] memory rounds = [0, 1, 127, 256, type(uint64).max];
        bytes memory header = _block(299).header();
        for (uint256 i = 0; i < rounds.length; ++i) {
            bytes memory encoded = set.update(MapChain.sealedHeader(header, set, 7, rounds[i]));
            _accepts(client, encoded, 299, keccak256(header), _block(299).receiptsRoot);
        }
    }

    /// @dev Rounds that were signed as they are, but are not numbers as the chain writes them.
    function test_MAP_9_rejects_rounds() public {
        bytes memory header = _block(299).header();
        bytes[4] memory rounds = [bytes(hex"00"), hex"0001", hex"010000000000000000", hex"0000000000000000"];
        for (uint256 i = 0; i < rounds.length; ++i) {
            bytes memory message = MapChain.message(header, rounds[i]);
            bytes memory sealed_ = MapChain.sealedBy(
                header, rounds[i], hex"07", MapChain.seal(message, set.sum(7)), MapChain.hints(message)
            );
            _refuses(client, abi.encodeWithSelector(MapVerifier.MapNonMinimalRound.selector), set.update(sealed_));
        }
    }

    // ── MAP-10, MAP-11 ──────────────────────────────────────────────────────────────────────────────────────────

    function test_MAP_10_rejects_extraLength() public {
        uint8[3] memory lengths = [0, 5, 31];
        for (uint256 i = 0; i < lengths.length; ++i) {
            _refusesExtra(abi.encodeWithSelector(MapHeader.MapExtraLength.selector, lengths[i]), new bytes(lengths[i]));
        }
    }

    function test_MAP_10_rejects_exactList() public {
        bytes memory list = MapChain.extraItems(_block(299)).join();
        bytes memory vanity = new bytes(32);
        _refusesExtra(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), vanity);
        _refusesExtra(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), bytes.concat(vanity, list.str()));
        _refusesExtra(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), bytes.concat(vanity, list, hex"00"));
    }

    function test_MAP_10_accepts_rejects_itemCount() public {
        bytes[] memory items = MapChain.extraItems(_block(299));
        for (uint256 count = 0; count < 10; ++count) {
            bytes memory extra = bytes.concat(new bytes(32), _resized(items, count).join());
            if (count == 7) {
                _acceptsHeader(_headerWith(299, extra));
            } else {
                _refusesExtra(
                    abi.encodeWithSelector(MapHeader.MapExtraItemCount.selector, count > 8 ? 8 : count), extra
                );
            }
        }
        // What is behind the eighth is not looked at.
        items = _resized(items, 9);
        items[8] = hex"81";
        _refusesItems(abi.encodeWithSelector(MapHeader.MapExtraItemCount.selector, 8), items);
        items[7] = hex"8100";
        _refusesItems(abi.encodeWithSelector(RLPReader.RlpNonCanonicalSingleByte.selector), items);
        // The last of the seven ends the list.
        items = MapChain.extraItems(_block(299));
        items[6] = hex"81";
        _refusesItems(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), items);
    }

    function test_MAP_10_rejects_sealNotEmpty() public {
        bytes[6] memory seals = [
            bytes.concat(hex"07", new bytes(64).str(), hex"80").list(),
            hex"c28080",
            hex"c480808080",
            hex"c3808001",
            hex"83808080",
            hex"80"
        ];
        for (uint256 i = 0; i < seals.length; ++i) {
            bytes[] memory items = MapChain.extraItems(_block(299));
            items[5] = seals[i];
            _refusesItems(abi.encodeWithSelector(MapHeader.MapSealNotEmpty.selector), items);
            // Before the lists.
            items[0] = hex"80";
            _refusesItems(abi.encodeWithSelector(MapHeader.MapSealNotEmpty.selector), items);
        }
    }

    /// @dev Both seals of others may be anything.
    function test_MAP_10_accepts_otherSeals() public {
        bytes[4] memory others = [bytes(hex"80"), hex"c0", hex"c3808080", new bytes(65).str()];
        for (uint256 i = 0; i < others.length; ++i) {
            for (uint256 j = 0; j < others.length; ++j) {
                bytes[] memory items = MapChain.extraItems(_block(299));
                (items[4], items[6]) = (others[i], others[j]);
                _acceptsHeader(_headerWith(299, bytes.concat(new bytes(32), items.join())));
            }
        }
    }

    function test_MAP_10_rejects_lists() public {
        uint8[3] memory lengths = [20, 128, 64];
        for (uint256 i = 0; i < 3; ++i) {
            bytes[] memory items = MapChain.extraItems(_block(300, 0, _list(9)));
            items[i] = hex"80";
            _refusesItems(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), items);
            items[i] = new bytes(lengths[i] - 1).str().list();
            bytes memory expected =
                abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, lengths[i], lengths[i] - 1);
            _refusesItems(expected, items);
            items[i] = bytes.concat(new bytes(lengths[i]).str(), hex"c0").list();
            _refusesItems(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), items);
        }
    }

    /// @dev Addresses, keys, keys on G1, how many there are, who leaves.
    function test_MAP_10_rejects_listsInOrder() public {
        bytes[] memory items = MapChain.extraItems(_block(300, 0, _list(9)));
        items[3] = hex"00";
        _refusesItems(abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector), items);
        items[2] = hex"c0";
        _refusesItems(abi.encodeWithSelector(MapHeader.MapAddedCount.selector, 1, 1, 0), items);
        items[2] = hex"c180";
        _refusesItems(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 64, 0), items);
        items[1] = hex"c180";
        _refusesItems(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 128, 0), items);
        items[0] = hex"c180";
        _refusesItems(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 20, 0), items);
    }

    function test_MAP_10_rejects_addedCount() public {
        for (uint256 counts = 1; counts < 7; ++counts) {
            bytes[] memory items = MapChain.extraItems(_block(300, 0, _list(9)));
            for (uint256 i = 0; i < 3; ++i) {
                if (counts >> i & 1 == 0) items[i] = hex"c0";
            }
            _refusesItems(
                abi.encodeWithSelector(MapHeader.MapAddedCount.selector, counts & 1, counts >> 1 & 1, counts >> 2),
                items
            );
        }
    }

    function test_MAP_10_rejects_removed() public {
        bytes[] memory items = MapChain.extraItems(_block(300));
        items[3] = bytes.concat(hex"01", new bytes(32)).str();
        _refusesItems(abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 32, 33), items);
        items[3] = hex"c0";
        _refusesItems(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), items);
    }

    function test_MAP_11_accepts_changeAtTheEnd() public {
        uint256[] memory added = _list(9);
        _accepts(client, set, _block(300, 1, added));
        assertEq(client.commitmentOf(4), set.changed(1, added).commitment());
    }

    function test_MAP_11_rejects_changeWithin() public {
        uint64[2] memory numbers = [uint64(299), 251];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory expected = abi.encodeWithSelector(MapVerifier.MapChangeWithinEpoch.selector, numbers[i]);
            _refuses(client, expected, _update(set, _block(numbers[i], 0, _list(9))));
            _refuses(client, expected, _update(set, _block(numbers[i], 1, none)));
            // Before it is asked who that is.
            _refuses(client, expected, _update(set, _block(numbers[i], 1 << 255, none)));
        }
    }

    // ── Headers ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _items(uint64 number) private view returns (bytes[] memory) {
        MapChain.Block memory b = _block(number);
        return b.headerItems(b.extraItems());
    }

    function _headerWith(uint64 number, bytes memory extra) private view returns (bytes memory) {
        bytes[] memory items = _items(number);
        items[10] = extra.str();
        return items.join();
    }

    function _resized(bytes[] memory items, uint256 count) private pure returns (bytes[] memory resized) {
        resized = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            resized[i] = i < items.length ? items[i] : bytes(hex"80");
        }
    }

    function _acceptsHeader(bytes memory header) private {
        _accepts(client, _updateOf(set, header), 299, keccak256(header), _block(299).receiptsRoot);
    }

    function _refusesHeader(bytes memory expected, bytes memory header) private {
        _refuses(client, expected, _updateOf(set, header));
    }

    function _refusesExtra(bytes memory expected, bytes memory extra) private {
        _refusesHeader(expected, _headerWith(300, extra));
    }

    function _refusesItems(bytes memory expected, bytes[] memory items) private {
        _refusesExtra(expected, bytes.concat(new bytes(32), items.join()));
    }
}
