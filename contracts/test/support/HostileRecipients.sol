// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Keeps what it received and how
contract Recorder is IERC7786Recipient {
    uint256 public count;
    address public caller;
    bytes32 public id;
    bytes public sender;
    bytes public payload;

    function receiveMessage(bytes32 id_, bytes calldata sender_, bytes calldata payload_)
        public
        payable
        virtual
        returns (bytes4)
    {
        ++count;
        (caller, id, sender, payload) = (msg.sender, id_, sender_, payload_);
        return IERC7786Recipient.receiveMessage.selector;
    }
}

/// @title Accepts, and keeps how much gas it was given
contract Meter {
    uint256 public gasReceived;
    uint256 public count;

    fallback() external payable {
        uint256 left = gasleft();
        (gasReceived, count) = (left, count + 1);
        bytes4 selector = IERC7786Recipient.receiveMessage.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            return(0, 0x20)
        }
    }
}

/// @title Answers or reverts with whatever it is told to
contract Answering {
    bytes private _answer;
    bool private _reverts;

    function set(bytes calldata answer, bool reverts) external {
        (_answer, _reverts) = (answer, reverts);
    }

    fallback() external payable {
        bytes memory answer = _answer;
        bool reverts = _reverts;
        assembly ("memory-safe") {
            if reverts { revert(add(answer, 0x20), mload(answer)) }
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// @title Returns or reverts with a megabyte
contract ReturnBomb {
    uint256 private constant SIZE = 1 << 20;
    bool private immutable REVERTS;

    constructor(bool reverts) {
        REVERTS = reverts;
    }

    fallback() external payable {
        bool reverts = REVERTS;
        bytes4 selector = IERC7786Recipient.receiveMessage.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            if reverts { revert(0, SIZE) }
            return(0, SIZE)
        }
    }
}

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

/// @title Lets its own work run out of gas and says that all is well
contract Swallower is IERC7786Recipient {
    uint256 public accepted;
    uint256 public done;

    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        try this.work() {
            ++done;
        } catch {}
        ++accepted;
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @dev Needs nine tenths of a million gas.
    function work() external {
        uint256 first = 0x1000 + 40 * done;
        for (uint256 i = first; i < first + 40; ++i) {
            assembly ("memory-safe") {
                sstore(i, 1)
            }
        }
    }
}

/// @title Calls back into whoever calls it
contract Reentrant is Recorder {
    bytes private _call;
    bool private _mustSucceed;
    bytes public answer;

    function set(bytes calldata call_, bool mustSucceed) external {
        (_call, _mustSucceed) = (call_, mustSucceed);
    }

    function receiveMessage(bytes32 id_, bytes calldata sender_, bytes calldata payload_)
        public
        payable
        override
        returns (bytes4)
    {
        bytes memory call_ = _call;
        if (call_.length != 0) {
            bool success;
            (success, answer) = msg.sender.call(call_);
            require(success || !_mustSucceed, "inner call");
        }
        ++count;
        (caller, id, sender, payload) = (msg.sender, id_, sender_, payload_);
        return IERC7786Recipient.receiveMessage.selector;
    }
}
