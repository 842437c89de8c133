// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapMessageService} from "../../src/interfaces/map/IMapMessageService.sol";

/// @title A target of both types that measures the gas it is given
contract GasMeter {
    uint256 public gas_;
    uint256 public count;

    /// @dev Answers as `mapoExecute` does, with no bytes.
    fallback() external {
        gas_ = gasleft();
        ++count;
        assembly ("memory-safe") {
            mstore(0x00, 0x20)
            mstore(0x20, 0)
            return(0x00, 0x40)
        }
    }

    function allow(IMapMessageService mos, uint256 fromChain, bytes calldata from) external {
        mos.addRemoteCaller(fromChain, from, true);
    }
}
