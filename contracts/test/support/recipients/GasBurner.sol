// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Uses up all gas, by an invalid instruction or by work
contract GasBurner {
    bool private immutable INVALID;

    constructor(bool invalid_) {
        INVALID = invalid_;
    }

    fallback() external payable {
        bool invalid_ = INVALID;
        assembly ("memory-safe") {
            if invalid_ { invalid() }
            for {} 1 {} {}
        }
    }
}
