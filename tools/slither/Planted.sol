// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @notice A fault of each kind that matters most here: `tools/slither.sh` compiles it beside the contracts, and asks that they are found.
contract Planted {
    mapping(address owner => uint256) private _owed;

    function give(address payable to) external {
        to.transfer(1);
    }

    function collect() external {
        (bool taken,) = msg.sender.call{value: _owed[msg.sender]}("");
        if (taken) _owed[msg.sender] = 0;
    }

    function owe(address to) external payable {
        _owed[to] += msg.value;
    }
}
