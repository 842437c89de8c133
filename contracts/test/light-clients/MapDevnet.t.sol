// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BN254Reference} from "../../reference/BN254Reference.sol";
import {RLPReaderReference as RLP} from "../../reference/RLPReaderReference.sol";
import {IMapLightClient} from "../../src/interfaces/IMapLightClient.sol";
import {BN254} from "../../src/libraries/BN254.sol";
import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {ProofHarness} from "../harness/ProofHarness.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {MapChain} from "../support/MapChain.sol";
import {Test} from "forge-std/Test.sol";

/// @notice What MAP's devnet signed, of four and five validators: headers, changes of the set, receipts. The data is not part of the
/// repository: `HELIOGRAPH_VECTORS` says where it is.
contract MapDevnetTest is Test {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    uint64 private constant EPOCH_SIZE = 1000;
    uint64 private constant FORK = 2001;

    /// @dev Where in the file the header is that adds a validator, the fifth, and the one that removes it.
    string private constant ADDS = ".headers[22]";
    string private constant REMOVES = ".headers[23]";

    string private json;

    /// @dev Keys on G1 of the first four validators, in order.
    bytes private keys;

    function setUp() public {
        string memory path =
            string.concat(vm.envOr("HELIOGRAPH_VECTORS", string("../shared/vectors")), "/map/map_devnet_213.json");
        try vm.readFile(path) returns (string memory file) {
            json = file;
        } catch {
            vm.skip(true, "no map/map_devnet_213.json: see HELIOGRAPH_VECTORS");
        }
        for (uint256 i = 0; i < 4; ++i) {
            keys = bytes.concat(keys, _bytes(string.concat(".init.validators[", vm.toString(i), "]._BLSG1PublicKey")));
        }
        vm.warp(1_800_000_000);
    }

    function test_MAP_2_10_accepts_hashesOfAllHeaders() public view {
        for (uint256 i = 0; i < 24; ++i) {
            string memory at = _header(i);
            (bytes memory header,,) = this.split(_bytes(string.concat(at, ".header_rlp")));
            assertEq(keccak256(header), _word(string.concat(at, ".hash")));
        }
    }

    /// @dev C6: twenty-one epochs, one by one and at once.
    function test_MAP_4_8_accepts_C6_epochsOfTheFirstSet() public {
        MapLightClient client = _deploy(3, keys);
        MapLightClient other = _deploy(3, keys);
        bytes memory headers;
        for (uint64 i = 0; i < 21; ++i) {
            client.update(_update(keys, _sealed(_header(i), keys)));
            assertEq(client.headHash(i + 1), _word(string.concat(_header(i), ".hash")));
            headers = bytes.concat(headers, _sealed(_header(i), keys));
        }
        other.update(_update(keys, headers));
        assertEq(client.trusted().epoch, 24);
        assertEq(other.trusted().epoch, 24);
        assertEq(other.trusted().time, client.trusted().time);
        for (uint64 epoch = 17; epoch <= 24; ++epoch) {
            assertEq(client.commitmentOf(epoch), _commitment(keys));
            assertEq(other.commitmentOf(epoch), _commitment(keys));
        }
        assertEq(other.headHash(1), client.headHash(21));
    }

    /// @dev A fifth validator joins with block 188000, and leaves with block 203000, in whose second round.
    function test_MAP_12_accepts_changesOfTheSet() public {
        MapLightClient client = _deploy(187, keys);
        client.update(_update(keys, bytes.concat(_sealed(_header(21), keys), _sealed(ADDS, keys))));
        bytes memory five = bytes.concat(keys, _added());
        assertEq(client.commitmentOf(188), _commitment(keys));
        assertEq(client.commitmentOf(189), _commitment(five));

        client = _deploy(203, five);
        client.update(_update(five, _sealed(REMOVES, five)));
        assertEq(client.commitmentOf(204), _commitment(keys));
        assertEq(client.headHash(1), _word(string.concat(REMOVES, ".hash")));
    }

    /// @dev Blocks within their epochs, and their receipts.
    function test_MAP_13_HDR_2_RCT_1_accepts_receipts() public {
        _proves(_deploy(188, keys), "187133", keys);
        bytes memory five = bytes.concat(keys, _added());
        _proves(_deploy(203, five), "202554", five);
        MapLightClient client = _deploy(206, keys);
        _proves(client, "205002", keys);

        ProofHarness harness = new ProofHarness();
        address emitter = 0x000068656164657273746F726541646472657373;
        bytes32 topic0 = 0x34a75be8a536c66a8f450ebf1377a59caebe86a32a1e3c3f6f3ae1eeff21854e;
        (bytes32[] memory topics,) = harness.proveLog(
            client.receiptsRoot(1),
            0,
            vm.parseJsonBytesArray(json, ".proofs.205002.proof"),
            Receipts.TypePolicy.Known,
            0,
            emitter,
            topic0
        );
        assertEq(topics.length, 3);
        assertEq(topics[2], bytes32(uint256(0x92cf6)));
    }

    function test_BNS_3_rejects_changedHeaders() public {
        MapLightClient client = _deploy(3, keys);
        bytes memory header;
        bytes memory round;
        (header,, round) = this.split(_bytes(".headers[0].header_rlp"));
        // A byte of the state root.
        header[60] ^= 0x01;
        bytes memory hints = MapChain.hints(MapChain.message(header, round));
        bytes memory encoded =
            _update(keys, MapChain.sealedBy(header, round, _bitmap(".headers[0]"), _seal(".headers[0]"), hints));
        vm.expectRevert(BN254.Bn254InvalidSignature.selector);
        client.update(encoded);
    }

    function _proves(MapLightClient client, string memory number, bytes memory set) private {
        string memory at = string.concat(".proofs.", number);
        client.update(_update(set, _sealed(at, set)));
        (bytes memory header,,) = this.split(_bytes(string.concat(at, ".header_rlp")));
        BlockHeader.Header memory opened = this.open(header, client.headHash(1));
        assertEq(opened.number, vm.parseUint(number));
        assertEq(opened.receiptsRoot, client.receiptsRoot(1));
        bytes[] memory nodes = vm.parseJsonBytesArray(json, string.concat(at, ".proof"));
        assertGt(this.receipt(opened.receiptsRoot, nodes).length, 260);
    }

    function open(bytes calldata header, bytes32 expected) external pure returns (BlockHeader.Header memory) {
        return BlockHeader.open(header, expected);
    }

    function receipt(bytes32 root, bytes[] calldata nodes) external pure returns (bytes memory) {
        return Receipts.receiptAt(root, 0, nodes);
    }

    /// @notice A header as nodes serve it, taken apart: as hashed, the signature of its seal, the round.
    function split(bytes calldata served)
        external
        pure
        returns (bytes memory header, bytes memory signature, bytes memory round)
    {
        bytes calldata items = RLP.exactList(served);
        bytes[] memory fields = _split(items, 14);
        (bytes calldata extra,) = RLP.nextString(RLP.skip(items, 10));
        items = RLP.exactList(extra[32:]);
        bytes[] memory list = _split(items, 7);
        (items,) = RLP.nextList(RLP.skip(items, 5));
        (signature,) = RLP.nextString(RLP.skip(items, 1));
        (round,) = RLP.nextString(RLP.skip(items, 2));
        list[5] = MapChain.EMPTY_SEAL;
        fields[10] = bytes.concat(extra[:32], list.join()).str();
        header = fields.join();
    }

    function _split(bytes calldata items, uint256 count) private pure returns (bytes[] memory list) {
        list = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            bytes calldata rest = RLP.skip(items, 1);
            list[i] = items[:items.length - rest.length];
            items = rest;
        }
        assertEq(items.length, 0);
    }

    function _sealed(string memory at, bytes memory set) private view returns (bytes memory) {
        (bytes memory header, bytes memory signature, bytes memory round) =
            this.split(_bytes(string.concat(at, ".header_rlp")));
        assertEq(signature, _bytes(string.concat(at, ".agg_sig")));
        assertLe(set.length, 64 * 8, "one byte of signers");
        return MapChain.sealedBy(header, round, _bitmap(at), _seal(at), MapChain.hints(MapChain.message(header, round)));
    }

    function _seal(string memory at) private view returns (bytes memory) {
        at = string.concat(at, ".agg_");
        return bytes.concat(
            _bytes(string.concat(at, "sig")),
            _word(string.concat(at, "pk.xi")),
            _word(string.concat(at, "pk.xr")),
            _word(string.concat(at, "pk.yi")),
            _word(string.concat(at, "pk.yr"))
        );
    }

    function _bitmap(string memory at) private view returns (bytes memory) {
        return _bytes(string.concat(at, ".bitmap"));
    }

    function _update(bytes memory set, bytes memory sealed_) private view returns (bytes memory) {
        // casting to 'uint16' is safe because there are five at most
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes.concat(bytes2(uint16(set.length / 64)), _listed(set), sealed_);
    }

    /// @dev The key on G1 of the validator that joins.
    function _added() private view returns (bytes memory key) {
        (bytes memory header,,) = this.split(_bytes(string.concat(ADDS, ".header_rlp")));
        return this.addedKey(header);
    }

    function addedKey(bytes calldata header) external pure returns (bytes memory key) {
        (bytes calldata extra,) = RLP.nextString(RLP.skip(RLP.exactList(header), 10));
        (bytes calldata list,) = RLP.nextList(RLP.skip(RLP.exactList(extra[32:]), 2));
        (key,) = RLP.nextString(list);
    }

    function _deploy(uint64 epoch, bytes memory set) private returns (MapLightClient) {
        return new MapLightClient(
            IMapLightClient.Config(213, EPOCH_SIZE, FORK, type(uint64).max),
            IMapLightClient.Checkpoint(epoch, 0, set),
            _commitment(set)
        );
    }

    function _commitment(bytes memory set) private view returns (bytes32) {
        return keccak256(_listed(set));
    }

    function _listed(bytes memory set) private view returns (bytes memory) {
        bytes memory sum = new bytes(64);
        for (uint256 i = 0; i < set.length; i += 64) {
            bytes memory key = new bytes(64);
            for (uint256 j = 0; j < 64; ++j) {
                key[j] = set[i + j];
            }
            sum = BN254Reference.add(sum, key);
        }
        return bytes.concat(set, sum);
    }

    function _header(uint256 i) private pure returns (string memory) {
        return string.concat(".headers[", vm.toString(i), "]");
    }

    function _bytes(string memory key) private view returns (bytes memory) {
        return vm.parseJsonBytes(json, key);
    }

    function _word(string memory key) private view returns (bytes32) {
        return vm.parseJsonBytes32(json, key);
    }
}
