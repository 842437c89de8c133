// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Deploy} from "../../script/Deploy.s.sol";

/// @dev The script, which also keeps what it does.
contract RecordingDeploy is Deploy {
    struct Transaction {
        address target;
        bytes data;
    }

    Transaction[] private _transactions;

    function made() external view returns (uint256) {
        return _made;
    }

    function recorded() external view returns (Transaction[] memory) {
        return _transactions;
    }

    function _perform(string memory label, address target, bytes memory data) internal override {
        _transactions.push(Transaction({target: target, data: data}));
        super._perform(label, target, data);
    }
}
