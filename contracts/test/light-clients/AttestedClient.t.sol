// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestedLightClient} from "../../src/interfaces/IAttestedLightClient.sol";
import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {BlockHistory} from "../../src/libraries/BlockHistory.sol";
import {AttestedLightClient} from "../../src/light-clients/AttestedLightClient.sol";
import {LightClientManager} from "../../src/light-clients/LightClientManager.sol";
import {AttestorsTest} from "../support/AttestorsTest.sol";

/// @notice ATT-6, and what is left of CLI-1 to CLI-3 and of ANC-2.
contract AttestedClientTest is AttestorsTest {
    AttestedLightClient private client;

    function setUp() public override {
        super.setUp();
        client = new AttestedLightClient(attestors, CHAIN);
    }

    function test_ATT_6_accepts_heads() public {
        assertEq(client.latestHead(), 0);
        assertEq(client.latestNumber(), 0);
        uint64[4] memory numbers = [uint64(1), 2, 1000, type(uint64).max];
        for (uint64 i = 0; i < 4; ++i) {
            bytes memory encoded = _update(numbers[i]);
            vm.expectEmit(address(client));
            emit ILightClient.HeadVerified(i + 1, _hash(numbers[i]));
            vm.expectEmit(address(client));
            emit IAttestedLightClient.HeadAttested(i + 1, numbers[i], _hash(numbers[i]));
            assertEq(client.update(encoded), i + 1);
            assertEq(client.latestHead(), i + 1);
            assertEq(client.latestNumber(), numbers[i]);
            assertEq(client.headHash(i + 1), _hash(numbers[i]));
        }
    }

    /// @dev Not even another block of the same number: which of the two is right is nothing that could be proven.
    function test_ATT_6_rejects_notNewer() public {
        _refuses(abi.encodeWithSelector(IAttestedLightClient.AttestedNotNewer.selector, 0, 0), _update(0));
        client.update(_update(500));
        uint64[4] memory numbers = [uint64(500), 499, 1, 0];
        for (uint256 i = 0; i < 4; ++i) {
            bytes memory error = abi.encodeWithSelector(IAttestedLightClient.AttestedNotNewer.selector, 500, numbers[i]);
            _refuses(error, _update(numbers[i]));
            _refuses(error, _encode(numbers[i], "another block"));
            // It is asked before anything is of the signatures.
            _refuses(error, abi.encodePacked(numbers[i], _hash(numbers[i])));
        }
        client.update(_update(501));
    }

    function test_ATT_6_rejects_tooShort() public {
        bytes memory encoded = _update(7);
        for (uint256 length = 0; length < 40; ++length) {
            _refuses(abi.encodeWithSelector(IAttestors.AttestationLength.selector, 40, length), _cut(encoded, length));
        }
    }

    function test_ATT_2_rejects_updatesOfOtherLengths() public {
        bytes memory encoded = bytes.concat(_update(7), hex"00");
        for (uint256 length = 40; length <= encoded.length; length += length < 168 ? 13 : 1) {
            if (length == 170) continue;
            _refuses(
                abi.encodeWithSelector(IAttestors.AttestationLength.selector, 130, length - 40), _cut(encoded, length)
            );
        }
        client.update(_update(7));
    }

    /// @dev Not one bit of number and hash is other than signed.
    function test_ATT_4_rejects_otherBlocks() public {
        bytes memory encoded = _update(1 << 32);
        for (uint256 bit = 0; bit < 320; bit += 7) {
            bytes memory changed = bytes.concat(encoded);
            changed[bit / 8] ^= bytes1(uint8(2 ** (bit % 8)));
            _refusesSigner(changed);
        }
    }

    /// @dev Of another chain, or from one message of whose id the block hash was made.
    function test_ATT_4_rejects_otherStatements() public {
        bytes32 hash = _hash(7);
        bytes memory head = abi.encodePacked(uint64(7), hash);
        bytes32 digest = attestors.headDigest(CHAIN + 1, 7, hash);
        _refusesSigner(bytes.concat(head, _sign(digest, 0, 1)));
        digest = attestors.attestationDigest(CHAIN, IAttestors.Statement.Sent, hash);
        _refusesSigner(bytes.concat(head, _sign(digest, 0, 1)));
    }

    function test_ATT_3_4_rejects_signatures() public {
        bytes memory head = abi.encodePacked(uint64(7), _hash(7));
        bytes32 digest = attestors.headDigest(CHAIN, 7, _hash(7));
        _refuses(
            abi.encodeWithSelector(IAttestors.AttestationOrder.selector, 1), bytes.concat(head, _sign(digest, 1, 1))
        );
        _refuses(
            abi.encodeWithSelector(IAttestors.AttestationOrder.selector, 1), bytes.concat(head, _sign(digest, 2, 0))
        );
        bytes memory changed = _update(7);
        changed[changed.length - 1] = 0x1d;
        _refuses(abi.encodeWithSelector(IAttestors.AttestationSignature.selector, 1), changed);
    }

    function test_ATT_1_rejects_chainWithoutAttestors() public {
        bytes memory encoded = _update(7);
        attestors.setAttestors(CHAIN, new address[](0), 0);
        _refuses(abi.encodeWithSelector(IAttestors.AttestorsUnknown.selector, CHAIN), encoded);
    }

    /// @dev The old ones have no say about what comes; what they have said before stays.
    function test_ATT_4_6_accepts_rejects_replacedAttestors() public {
        client.update(_update(7));
        bytes memory old = _update(8);
        address[] memory next = new address[](1);
        next[0] = vm.addr(key[2]);
        attestors.setAttestors(CHAIN, next, 1);
        _refuses(abi.encodeWithSelector(IAttestors.AttestationLength.selector, 65, 130), old);
        old = _cut(old, 105);
        _refuses(abi.encodeWithSelector(IAttestors.AttestationSigner.selector, 0, vm.addr(key[0])), old);
        bytes memory signature = _signBy(key[2], attestors.headDigest(CHAIN, 8, _hash(8)));
        client.update(bytes.concat(abi.encodePacked(uint64(8), _hash(8)), signature));
        assertEq(client.headHash(1), _hash(7));
        assertEq(client.headHash(2), _hash(8));
    }

    function test_CLI_3_accepts_rejects_ringOfAttestedHeads() public {
        for (uint64 latest = 0; latest < 70; ++latest) {
            _unknown(0);
            _unknown(latest + 1);
            uint64 gone = latest > 64 ? latest - 64 : 0;
            if (gone != 0) _unknown(gone);
            for (uint64 id = gone + 1; id <= latest; ++id) {
                assertEq(client.headHash(id), _hash(3 * id));
                assertEq(client.ancestorHash(id, ""), _hash(3 * id));
            }
            client.update(_update(3 * (latest + 1)));
        }
        _unknown(type(uint64).max);
    }

    /// @dev CLI-3 comes first.
    function test_ANC_2_accepts_rejects_ancestryOfAttestedHeads() public {
        client.update(_update(7));
        assertEq(client.ancestorHash(1, ""), _hash(7));
        for (uint8 kind = 0; kind < 255; ++kind) {
            vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryKind.selector, kind));
            client.ancestorHash(1, abi.encodePacked(kind));
            vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryKind.selector, kind));
            client.ancestorHash(1, bytes.concat(bytes1(kind), new bytes(300)));
        }
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 2));
        client.ancestorHash(2, hex"02");
    }

    /// @dev There is no trusted state that could grow too old.
    function test_CLI_2_accepts_attestedHeadsForEver() public {
        client.update(_update(7));
        vm.warp(type(uint64).max);
        assertEq(client.headHash(1), _hash(7));
        client.update(_update(8));
    }

    /// @dev What it rests on is said by the client, and asked for by every lane (MSG-16).
    function test_CLI_4_accepts_attestedClientLabelled() public {
        LightClientManager manager = new LightClientManager(attestors.authority());
        manager.setClient(CHAIN, client);
        assertEq(uint8(manager.clientOf(CHAIN).assumption()), uint8(Assumption.Attestors));
        assertEq(uint8(client.assumption()), 3);
        assertEq(client.chainId(), CHAIN);
        assertEq(address(client.attestors()), address(attestors));
        client.update(_update(7));
        assertEq(manager.headHash(CHAIN, 1), _hash(7));
    }

    function _hash(uint64 number) private pure returns (bytes32) {
        return keccak256(abi.encode("block", number));
    }

    function _update(uint64 number) private view returns (bytes memory) {
        return _encode(number, _hash(number));
    }

    /// @dev Signed by the first two attestors.
    function _encode(uint64 number, bytes32 hash) private view returns (bytes memory) {
        return bytes.concat(abi.encodePacked(number, hash), _sign(attestors.headDigest(CHAIN, number, hash), 0, 1));
    }

    /// @dev The head is not kept.
    function _refuses(bytes memory error, bytes memory encoded) private {
        uint64 latest = client.latestHead();
        vm.expectRevert(error);
        client.update(encoded);
        assertEq(client.latestHead(), latest);
    }

    /// @dev The first signature is of another block, so of nobody that is asked.
    function _refusesSigner(bytes memory encoded) private {
        bytes memory signatures = new bytes(65);
        for (uint256 i = 0; i < 65; ++i) {
            signatures[i] = encoded[40 + i];
        }
        uint64 height;
        bytes32 hash;
        assembly ("memory-safe") {
            height := shr(192, mload(add(encoded, 0x20)))
            hash := mload(add(encoded, 0x28))
        }
        address signer = _recovered(attestors.headDigest(CHAIN, height, hash), signatures);
        _refuses(abi.encodeWithSelector(IAttestors.AttestationSigner.selector, 0, signer), encoded);
    }

    function _unknown(uint64 id) private {
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, id));
        client.headHash(id);
    }
}
