// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../interfaces/IAttestors.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";

/// @title What a message service asks of a proof
/// @notice The service hands a proof to the verifier as it was given it, byte by byte, and appends this: nothing is taken apart twice. Whoever
/// else calls the verifier may append what they like; they learn what would be proven to them, and nothing is changed by it.
library MessageSource {
    /// @notice The other end of a lane, and whose word is believed about it.
    /// @param chainId Chain that the messages were sent on.
    /// @param gateway Message service there.
    /// @param attested Whether the attestors have to sign as well.
    /// @param routed Whether it is the hub on the route that is believed; else the gateway itself.
    /// @param witness Who emitted the log that is to be proven, where, and what the client of that chain has to rest on.
    struct Source {
        uint256 chainId;
        address gateway;
        bool attested;
        IAttestors attestors;
        bool routed;
        IMessageService.Route witness;
    }

    /// @dev Bytes of its encoding.
    uint256 private constant LENGTH = 0x100;

    /// @notice What stands at the end of the call's data.
    function appended() internal pure returns (Source calldata source) {
        uint256 length = LENGTH;
        assembly ("memory-safe") {
            source := sub(calldatasize(), length)
        }
    }
}
