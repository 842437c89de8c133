// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BN254} from "../src/libraries/BN254.sol";

/// @title Plain twin of `BN254`
/// @notice BNS-2 and BNS-3 of `spec/map.md` in their order, without a random number: that the keys are twins and that they signed are
/// two pairings. For tests only.
library BN254Reference {
    uint256 private constant P =
        21_888_242_871_839_275_222_246_405_745_257_275_088_696_311_157_297_823_662_689_037_894_645_226_208_583;

    /// @dev The negated generator of G2.
    bytes private constant NEGATED_G2 =
        hex"198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c21800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d";

    function verify(uint256[2] memory hash, uint256[2] memory sum, bytes calldata seal) internal view {
        (bytes calldata signature, bytes calldata key) = (seal[:64], seal[64:192]);
        if (_isZero(signature) || _isZero(key) || _isZero(abi.encode(sum))) revert BN254.Bn254Infinity();
        bool signed = _pairing(bytes.concat(signature, NEGATED_G2, abi.encode(hash), key));
        bool twins = _pairing(bytes.concat(abi.encode(sum), NEGATED_G2, abi.encode(1, 2), key));
        if (!signed || !twins) revert BN254.Bn254InvalidSignature();
    }

    function isOnCurve(uint256 x, uint256 y) internal pure returns (bool) {
        if (x >= P || y >= P) return false;
        return mulmod(y, y, P) == addmod(mulmod(x, mulmod(x, x, P), P), 3, P);
    }

    function add(bytes memory a, bytes memory b) internal view returns (bytes memory) {
        (bool ok, bytes memory answer) = address(6).staticcall(bytes.concat(a, b));
        require(ok, "addition");
        return answer;
    }

    /// @notice The point with the other y.
    function negated(bytes memory point) internal pure returns (bytes memory) {
        (uint256 x, uint256 y) = abi.decode(point, (uint256, uint256));
        return abi.encode(x, y == 0 ? 0 : P - y);
    }

    function _pairing(bytes memory pairs) private view returns (bool) {
        // A precompile that refuses its input burns what it is given.
        (bool ok, bytes memory answer) = address(8).staticcall{gas: 400_000}(pairs);
        if (!ok) revert BN254.Bn254InvalidPoint();
        return abi.decode(answer, (uint256)) == 1;
    }

    function _isZero(bytes memory data) private pure returns (bool) {
        return keccak256(data) == keccak256(new bytes(data.length));
    }
}
