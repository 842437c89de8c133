// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Attestors} from "../../src/mos/Attestors.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";

/// @title Three attestors of a chain, of whom two have to sign
abstract contract AttestorsTest is Test {
    uint256 internal constant CHAIN = 22_776;

    /// @dev Of the group of secp256k1.
    uint256 internal constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    Attestors internal attestors;
    uint256[3] internal key; // in the order of their addresses

    function setUp() public virtual {
        key = [uint256(0xa), 0xb, 0xc];
        for (uint256 i = 1; i < 3; ++i) {
            for (uint256 j = i; j > 0 && vm.addr(key[j]) < vm.addr(key[j - 1]); --j) {
                (key[j], key[j - 1]) = (key[j - 1], key[j]);
            }
        }
        attestors = new Attestors(address(new AccessManager(address(this))));
        attestors.setAttestors(CHAIN, _signers(), 2);
    }

    function _signers() internal view returns (address[] memory signers) {
        signers = new address[](3);
        for (uint256 i = 0; i < 3; ++i) {
            signers[i] = vm.addr(key[i]);
        }
    }

    function _signBy(uint256 secret, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, digest);
        return abi.encodePacked(r, s, v);
    }

    function _sign(bytes32 digest, uint256 first, uint256 second) internal view returns (bytes memory) {
        return bytes.concat(_signBy(key[first], digest), _signBy(key[second], digest));
    }

    function _sign3(bytes32 digest) internal view returns (bytes memory) {
        return bytes.concat(_sign(digest, 0, 1), _signBy(key[2], digest));
    }

    /// @dev Who seems to have signed another digest with the first of the signatures.
    function _recovered(bytes32 digest, bytes memory signatures) internal pure returns (address) {
        (bytes32 r, bytes32 s, uint8 v) = _read(signatures, 0);
        return ecrecover(digest, v, r, s);
    }

    function _read(bytes memory signatures, uint256 position) internal pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            let at := add(add(signatures, 0x20), mul(65, position))
            r := mload(at)
            s := mload(add(at, 0x20))
            v := byte(0, mload(add(at, 0x40)))
        }
    }

    function _write(bytes memory signatures, uint256 position, bytes32 r, bytes32 s, uint8 v) internal pure {
        bytes memory signature = abi.encodePacked(r, s, v);
        for (uint256 i = 0; i < 65; ++i) {
            signatures[65 * position + i] = signature[i];
        }
    }

    function _cut(bytes memory data, uint256 length) internal pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            cut[i] = data[i];
        }
    }
}
