// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {Attestors} from "../../src/mos/Attestors.sol";
import {AttestorsTest} from "../support/AttestorsTest.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @notice ATT-1 to ATT-5: three attestors, of whom two have to sign.
contract AttestorsVerifyTest is AttestorsTest {
    IAttestors.Statement private constant SENT = IAttestors.Statement.Sent;
    bytes32 private constant ID = keccak256("message");
    bytes32 private constant HASH = keccak256("block");

    bytes32 private digest;

    function setUp() public override {
        super.setUp();
        digest = attestors.attestationDigest(CHAIN, SENT, ID);
    }

    // ── Who signs ───────────────────────────────────────────────────────────────────────────────────────────────

    function test_ATT_1_accepts_rejects_chains() public {
        attestors.verify(CHAIN, SENT, ID, _sign(digest, 0, 1));
        bytes memory other = _sign(attestors.attestationDigest(CHAIN + 1, SENT, ID), 0, 1);
        _refuses(abi.encodeWithSelector(IAttestors.AttestorsUnknown.selector, CHAIN + 1), CHAIN + 1, other);
        // Nothing is asked of the signatures before.
        _refuses(abi.encodeWithSelector(IAttestors.AttestorsUnknown.selector, 0), 0, "");
    }

    function test_ATT_1_rejects_removedChain() public {
        bytes memory signatures = _sign(digest, 0, 1);
        attestors.setAttestors(CHAIN, new address[](0), 0);
        _refuses(abi.encodeWithSelector(IAttestors.AttestorsUnknown.selector, CHAIN), CHAIN, signatures);
        (address[] memory left, uint256 threshold) = attestors.attestorsOf(CHAIN);
        assertEq(left.length, 0);
        assertEq(threshold, 0);
    }

    function test_ATT_2_rejects_otherLengths() public {
        bytes memory three = _sign3(digest);
        for (uint256 length = 0; length <= 195; ++length) {
            if (length == 130) continue;
            _refuses(
                abi.encodeWithSelector(IAttestors.AttestationLength.selector, 130, length), CHAIN, _cut(three, length)
            );
        }
    }

    /// @dev Every quorum of every small set, each time with exactly those who are needed.
    function test_ATT_2_accepts_everyQuorum() public {
        for (uint256 threshold = 1; threshold <= 3; ++threshold) {
            attestors.setAttestors(CHAIN, _signers(), threshold);
            bytes memory signatures = _cut(_sign3(digest), 65 * threshold);
            attestors.verify(CHAIN, SENT, ID, signatures);
        }
    }

    function test_ATT_2_4_accepts_rejects_pairs() public {
        for (uint256 a = 0; a < 3; ++a) {
            for (uint256 b = 0; b < 3; ++b) {
                bytes memory signatures = _sign(digest, a, b);
                if (a < b) attestors.verify(CHAIN, SENT, ID, signatures);
                else _refuses(abi.encodeWithSelector(IAttestors.AttestationOrder.selector, 1), CHAIN, signatures);
            }
        }
    }

    function test_ATT_4_rejects_stranger() public {
        uint256 stranger = 0x57;
        bytes memory first = bytes.concat(_signBy(stranger, digest), _signBy(key[0], digest));
        bytes memory second = bytes.concat(_signBy(key[2], digest), _signBy(stranger, digest));
        _refusesSigner(0, vm.addr(stranger), first);
        // He is none of them before he is out of order.
        _refusesSigner(1, vm.addr(stranger), second);
    }

    /// @dev The first wrong signature decides, whatever is wrong with the next.
    function test_ATT_3_4_rejects_inTurn() public {
        bytes memory bad = new bytes(65);
        bytes memory stranger = _signBy(0x57, digest);
        _refusesSigner(0, vm.addr(0x57), bytes.concat(stranger, bad));
        _refusesSignature(0, bytes.concat(bad, stranger));
        _refusesSignature(1, bytes.concat(_signBy(key[0], digest), bad));
    }

    // ── Signatures ──────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev The other signature of the same key over the same digest, which every verifier but a strict one takes.
    function test_ATT_3_accepts_rejects_highS() public {
        for (uint256 position = 0; position < 2; ++position) {
            bytes memory signatures = _sign(digest, 0, 1);
            attestors.verify(CHAIN, SENT, ID, signatures);
            (bytes32 r, bytes32 s, uint8 v) = _read(signatures, position);
            _write(signatures, position, r, bytes32(ORDER - uint256(s)), 55 - v);
            assertEq(ecrecover(digest, 55 - v, r, bytes32(ORDER - uint256(s))), vm.addr(key[position]));
            _refusesSignature(position, signatures);
        }
    }

    /// @dev v in the forms that others use, 0 and 1 among them.
    function test_ATT_3_rejects_otherV() public {
        for (uint256 v = 0; v < 256; ++v) {
            if (v == 27 || v == 28) continue;
            bytes memory signatures = _sign(digest, 0, 1);
            signatures[129] = bytes32(v)[31];
            _refusesSignature(1, signatures);
        }
    }

    /// @dev The other v recovers another account, or nobody.
    function test_ATT_4_rejects_flippedV() public {
        bytes memory signatures = _sign(digest, 0, 1);
        (bytes32 r, bytes32 s, uint8 v) = _read(signatures, 0);
        signatures[64] = bytes1(55 - v);
        _refusesSigner(0, ecrecover(digest, 55 - v, r, s), signatures);
    }

    function test_ATT_3_rejects_zeroAndBeyondTheOrder() public {
        bytes32[4] memory words = [bytes32(0), bytes32(ORDER), bytes32(ORDER + 1), bytes32(type(uint256).max)];
        for (uint256 i = 0; i < 4; ++i) {
            bytes memory signatures = _sign(digest, 0, 1);
            (bytes32 r, bytes32 s, uint8 v) = _read(signatures, 0);
            _write(signatures, 0, words[i], s, v);
            _refusesSignature(0, signatures);
            _write(signatures, 0, r, words[i], v);
            _refusesSignature(0, signatures);
        }
    }

    // ── What is signed ──────────────────────────────────────────────────────────────────────────────────────────

    /// @dev EIP-712, written out.
    function test_ATT_2_accepts_digestsOfTheSpec() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Heliograph Attestors"),
                keccak256("1"),
                block.chainid,
                address(attestors)
            )
        );
        bytes32 attestation = keccak256(
            abi.encode(keccak256("Attestation(uint256 chainId,uint8 statement,bytes32 id)"), CHAIN, uint256(1), ID)
        );
        assertEq(digest, keccak256(bytes.concat(hex"1901", domain, attestation)));
        bytes32 head =
            keccak256(abi.encode(keccak256("Head(uint256 chainId,uint64 number,bytes32 blockHash)"), CHAIN, 77, HASH));
        assertEq(attestors.headDigest(CHAIN, 77, HASH), keccak256(bytes.concat(hex"1901", domain, head)));
    }

    function test_ATT_4_rejects_otherStatements() public {
        for (uint8 said = 0; said <= 5; ++said) {
            bytes32 signed = attestors.attestationDigest(CHAIN, IAttestors.Statement(said), ID);
            bytes memory signatures = _sign(signed, 0, 2);
            for (uint8 asked = 0; asked <= 5; ++asked) {
                IAttestors.Statement statement = IAttestors.Statement(asked);
                if (asked != said) {
                    bytes32 wanted = attestors.attestationDigest(CHAIN, statement, ID);
                    _expectSigner(_recovered(wanted, signatures));
                }
                attestors.verify(CHAIN, statement, ID, signatures);
            }
        }
    }

    function test_ATT_4_rejects_otherMessage(bytes32 other) public {
        vm.assume(other != ID);
        bytes memory signatures = _sign(digest, 0, 1);
        bytes32 wanted = attestors.attestationDigest(CHAIN, SENT, other);
        _expectSigner(_recovered(wanted, signatures));
        attestors.verify(CHAIN, SENT, other, signatures);
    }

    /// @dev Of two chains with the same attestors.
    function test_ATT_4_rejects_otherChain() public {
        attestors.setAttestors(CHAIN + 1, _signers(), 2);
        bytes memory signatures = _sign(digest, 0, 1);
        _expectSigner(_recovered(attestors.attestationDigest(CHAIN + 1, SENT, ID), signatures));
        attestors.verify(CHAIN + 1, SENT, ID, signatures);
    }

    /// @dev What was signed for one contract, or for one chain where it is consumed, is worth nothing for another.
    function test_ATT_4_rejects_otherConsumers() public {
        Attestors twin = new Attestors(attestors.authority());
        twin.setAttestors(CHAIN, _signers(), 2);
        bytes memory signatures = _sign(digest, 0, 1);
        _expectSigner(_recovered(twin.attestationDigest(CHAIN, SENT, ID), signatures));
        twin.verify(CHAIN, SENT, ID, signatures);

        vm.chainId(block.chainid + 1);
        bytes32 wanted = attestors.attestationDigest(CHAIN, SENT, ID);
        assertNotEq(wanted, digest);
        _expectSigner(_recovered(wanted, signatures));
        attestors.verify(CHAIN, SENT, ID, signatures);
    }

    /// @dev Neither is an attestation a head.
    function test_ATT_4_accepts_rejects_heads() public {
        bytes memory signatures = _sign(attestors.headDigest(CHAIN, 77, HASH), 1, 2);
        attestors.verifyHead(CHAIN, 77, HASH, signatures);
        _expectSigner(_recovered(attestors.headDigest(CHAIN, 78, HASH), signatures));
        attestors.verifyHead(CHAIN, 78, HASH, signatures);
        _expectSigner(_recovered(attestors.headDigest(CHAIN, 77, ID), signatures));
        attestors.verifyHead(CHAIN, 77, ID, signatures);
        signatures = _sign(attestors.attestationDigest(CHAIN, SENT, HASH), 1, 2);
        _expectSigner(_recovered(attestors.headDigest(CHAIN, 1, HASH), signatures));
        attestors.verifyHead(CHAIN, 1, HASH, signatures);
    }

    // ── Sets ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Of the old set only who is in the new one counts, and a set that comes back is whole again.
    function test_ATT_4_accepts_rejects_replacedSets() public {
        bytes memory signatures = _sign(digest, 0, 1);
        address[] memory next = new address[](2);
        (next[0], next[1]) = (vm.addr(key[1]), vm.addr(key[2]));
        attestors.setAttestors(CHAIN, next, 2);
        _refusesSigner(0, vm.addr(key[0]), signatures);
        attestors.verify(CHAIN, SENT, ID, _sign(digest, 1, 2));

        attestors.setAttestors(CHAIN, new address[](0), 0);
        attestors.setAttestors(CHAIN, next, 1);
        _refusesSigner(0, vm.addr(key[0]), _signBy(key[0], digest));
        attestors.setAttestors(CHAIN, _signers(), 2);
        attestors.verify(CHAIN, SENT, ID, signatures);
    }

    function test_ATT_5_accepts_rejects_sizes() public {
        uint256[7] memory sizes = [uint256(0), 1, 2, 3, 63, 64, 65];
        for (uint256 i = 0; i < 7; ++i) {
            uint256 size = sizes[i];
            _setsOrRefuses(size, 0, size == 0);
            _setsOrRefuses(size, 1, size != 0 && size <= 64);
            _setsOrRefuses(size, size, size <= 64);
            _setsOrRefuses(size, size + 1, false);
        }
        vm.expectRevert(IAttestors.AttestorSet.selector);
        attestors.setAttestors(CHAIN, _signers(), type(uint256).max);
        vm.expectRevert(IAttestors.AttestorSet.selector);
        attestors.setAttestors(CHAIN, _signers(), 1 << 64 | 1);
    }

    function test_ATT_5_rejects_orders() public {
        for (uint256 i = 0; i < 5; ++i) {
            address[] memory set = _ascending(5);
            set[i] = address(0);
            _refusesSet(set);
            set = _ascending(5);
            if (i == 0) continue;
            set[i] = set[i - 1];
            _refusesSet(set);
            set[i] = address(uint160(set[i - 1]) - 1);
            _refusesSet(set);
        }
    }

    /// @dev What cannot be set leaves what was.
    function test_ATT_5_accepts_setAndSaysSo() public {
        address[] memory set = _ascending(64);
        vm.expectEmit(address(attestors));
        emit IAttestors.AttestorsSet(CHAIN + 1, set, 43);
        attestors.setAttestors(CHAIN + 1, set, 43);
        attestors.verify(CHAIN, SENT, ID, _sign(digest, 0, 1));
    }

    function test_ATT_5_rejects_unauthorisedCaller() public {
        address[] memory set = _signers();
        address stranger = makeAddr("stranger");
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        attestors.setAttestors(CHAIN, set, 1);
    }

    // ── Support ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _refuses(bytes memory error, uint256 chainId, bytes memory signatures) private {
        vm.expectRevert(error);
        attestors.verify(chainId, SENT, ID, signatures);
    }

    function _refusesSignature(uint256 position, bytes memory signatures) private {
        _refuses(abi.encodeWithSelector(IAttestors.AttestationSignature.selector, position), CHAIN, signatures);
    }

    function _refusesSigner(uint256 position, address signer, bytes memory signatures) private {
        _refuses(abi.encodeWithSelector(IAttestors.AttestationSigner.selector, position, signer), CHAIN, signatures);
    }

    /// @dev Without attestors of whom none has to sign, there are none.
    function _setsOrRefuses(uint256 size, uint256 threshold, bool sets) private {
        address[] memory set = _ascending(size);
        if (!sets) vm.expectRevert(IAttestors.AttestorSet.selector);
        attestors.setAttestors(CHAIN, set, threshold);
        if (!sets) return;
        (address[] memory kept, uint256 needed) = attestors.attestorsOf(CHAIN);
        assertEq(kept, set);
        assertEq(needed, threshold);
    }

    function _refusesSet(address[] memory set) private {
        vm.expectRevert(IAttestors.AttestorSet.selector);
        attestors.setAttestors(CHAIN, set, 1);
    }

    /// @dev The first signature is refused: it is that of an account which did not sign.
    function _expectSigner(address signer) private {
        vm.expectRevert(abi.encodeWithSelector(IAttestors.AttestationSigner.selector, 0, signer));
    }

    function _ascending(uint256 size) private pure returns (address[] memory set) {
        set = new address[](size);
        for (uint256 i = 0; i < size; ++i) {
            set[i] = address(uint160(10 * (i + 1)));
        }
    }
}
