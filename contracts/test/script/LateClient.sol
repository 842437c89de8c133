// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../../src/interfaces/ILightClient.sol";

/// @dev What the script asks of a client.
contract LateClient {
    function chainId() external pure returns (uint256) {
        return 7;
    }

    function assumption() external pure returns (Assumption) {
        return Assumption.MapValidators;
    }
}
