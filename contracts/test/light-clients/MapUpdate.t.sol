// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {HashToG1} from "../../src/libraries/HashToG1.sol";
import {MapUpdate} from "../../src/libraries/MapUpdate.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {MapVerifier} from "../../src/light-clients/MapVerifier.sol";
import {MapChain} from "../support/MapChain.sol";
import {MapTest} from "../support/MapTest.sol";

/// @notice MAP-1, the counts of hints of BNS-1, and where CLI-1 and CLI-2 come between them.
contract MapUpdateTest is MapTest {
    using MapChain for uint256[];

    uint256[] private set = MapChain.secrets(4);
    MapLightClient private client;

    function setUp() public {
        client = _deploy(set);
    }

    function test_MAP_1_accepts_oneHeaderAndMore() public {
        _accepts(client, set, _block(299));
        bytes memory two = set.update(bytes.concat(_sealed(set, _block(300)), _sealed(set, _block(301))));
        _accepts(client, two, 301, keccak256(MapChain.header(_block(301))), _block(301).receiptsRoot);
    }

    /// @dev Wherever an update ends, the part that is cut is named by where it ends.
    function test_MAP_1_rejects_everyMissingByte() public {
        bytes memory encoded = _update(set, _block(300));
        uint256[] memory ends = _partEnds(encoded);
        uint256 part;
        for (uint256 length = 0; length < encoded.length; ++length) {
            while (ends[part] <= length) ++part;
            bytes memory cut = _cut(encoded, length);
            vm.expectRevert(abi.encodeWithSelector(MapUpdate.MapUpdateLength.selector, ends[part], length));
            client.update(cut);
        }
        client.update(encoded);
    }

    /// @dev What follows a header is the next one.
    function test_MAP_1_13_rejects_trailingBytes() public {
        bytes memory encoded = _update(set, _block(300));
        uint256 length = encoded.length;
        _refuses(
            client,
            abi.encodeWithSelector(MapUpdate.MapUpdateLength.selector, length + 2, length + 1),
            bytes.concat(encoded, hex"00")
        );
        _refuses(
            client,
            abi.encodeWithSelector(MapUpdate.MapUpdateLength.selector, length + 2 + 0xffff, length + 4),
            bytes.concat(encoded, hex"ffff0000")
        );
        encoded = bytes.concat(_update(set, _block(299)), hex"00");
        _refuses(client, abi.encodeWithSelector(MapVerifier.MapNotEpochEnd.selector, 299), encoded);
    }

    /// @dev Sizes that no set has are of a length, and then not the set of any epoch.
    function test_MAP_1_5_rejects_otherSizes() public {
        bytes memory sealed_ = _sealed(set, _block(300));
        bytes memory encoded = bytes.concat(hex"ffff", set.listed(), sealed_);
        _refuses(
            client,
            abi.encodeWithSelector(MapUpdate.MapUpdateLength.selector, 2 + 64 * 0x10000, encoded.length),
            encoded
        );
        bytes32 expected = set.commitment();
        uint256[] memory none = new uint256[](0);
        encoded = bytes.concat(hex"0000", new bytes(64), _sealedFor(none));
        _refuses(
            client,
            abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, expected, keccak256(new bytes(64))),
            encoded
        );
        bytes memory keys = new bytes(64 * 258);
        encoded = bytes.concat(hex"0101", keys, _sealedFor(new uint256[](257)));
        _refuses(
            client, abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, expected, keccak256(keys)), encoded
        );
    }

    /// @dev A candidate that there is not, of the first and of the second hint, before anything else is asked of the header.
    function test_BNS_1_rejects_choices() public {
        bytes memory encoded = _update(set, _block(300));
        uint256[] memory ends = _partEnds(encoded);
        // Not even a list.
        encoded[ends[2]] = 0x00;
        uint8[4] memory choices = [4, 255, 0, 128];
        for (uint256 i = 0; i < choices.length; ++i) {
            encoded[ends[8] - 1] = bytes1(choices[i]);
            _refuses(client, abi.encodeWithSelector(HashToG1.Bn254HintChoice.selector, 1, choices[i]), encoded);
        }
        for (uint256 i = 0; i < choices.length; ++i) {
            encoded[ends[6] - 1] = bytes1(choices[i]);
            _refuses(client, abi.encodeWithSelector(HashToG1.Bn254HintChoice.selector, 0, choices[i]), encoded);
        }
    }

    /// @dev Between the keys and the first header.
    function test_CLI_2_MAP_1_rejects_expiredBeforeTheFirstHeader() public {
        bytes memory encoded = _update(set, _block(300));
        uint64 expiry = _time(200) + TRUSTING_PERIOD;
        vm.warp(expiry);
        client.verifyUpdate(encoded);
        vm.warp(expiry + 1);
        uint256 keys = 2 + 64 * 5;
        _refuses(
            client, abi.encodeWithSelector(MapUpdate.MapUpdateLength.selector, keys, keys - 1), _cut(encoded, keys - 1)
        );
        bytes memory expired = abi.encodeWithSelector(ILightClient.ClientExpired.selector, expiry, expiry + 1);
        _refuses(client, expired, _cut(encoded, keys));
        _refuses(client, expired, encoded);
    }

    /// @dev Ends of the parts, in order: size; keys and sum; length; header; length; round; signers and seal, and the first hint's
    /// candidate, which are told apart by what they are; its words; the second's candidate; its words.
    function _partEnds(bytes memory encoded) private view returns (uint256[] memory ends) {
        ends = new uint256[](10);
        ends[0] = 2;
        ends[1] = ends[0] + 64 * (set.length + 1);
        ends[2] = ends[1] + 2;
        ends[3] = ends[2] + (uint256(uint8(encoded[ends[1]])) << 8 | uint8(encoded[ends[1] + 1]));
        ends[4] = ends[3] + 1 + uint8(encoded[ends[3]]);
        ends[5] = ends[4] + 1 + 192;
        ends[6] = ends[5] + 1;
        ends[7] = ends[6] + 32 + 32 * uint256(uint8(encoded[ends[5]]));
        ends[8] = ends[7] + 1;
        ends[9] = ends[8] + 32 + 32 * uint256(uint8(encoded[ends[7]]));
        assertEq(ends[9], encoded.length);
    }

    /// @dev A sealed header for a set of any size, signed by nobody.
    function _sealedFor(uint256[] memory others) private view returns (bytes memory) {
        bytes memory header = MapChain.header(_block(300));
        bytes memory hints = MapChain.hints(MapChain.message(header, ""));
        return MapChain.sealedBy(header, "", MapChain.bitmap(others.length, 0), new bytes(192), hints);
    }

    function _cut(bytes memory data, uint256 length) private pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            cut[i] = data[i];
        }
    }
}
