// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

// Spelled as MAP's contracts spell it: this is what they compile against.
// forge-lint: disable-start(mixed-case-function,multi-contract-file)

/// @title The part of MAP's `IMOSV3` that its applications use
interface IMOSV3 {
    enum MessageType {
        CALLDATA,
        MESSAGE
    }

    struct MessageData {
        bool relay;
        MessageType msgType;
        bytes target;
        bytes payload;
        uint256 gasLimit;
        uint256 value;
    }

    function getMessageFee(uint256 toChain, address feeToken, uint256 gasLimit) external view returns (uint256, address);

    function transferOut(uint256 toChain, bytes memory messageData, address feeToken) external payable returns (bytes32);

    function addRemoteCaller(uint256 fromChain, bytes memory fromAddress, bool tag) external;
}

/// @title An application written for MAP: it knows nothing of this project
/// @notice Sends words, keeps those that come in, and answers `echo`.
contract MapEcho {
    IMOSV3 public mos;
    address public executor;
    string public last;
    bytes public lastFrom;
    bytes32 public lastOrder;
    address public lastCaller;

    constructor(IMOSV3 mos_, address executor_) {
        (mos, executor) = (mos_, executor_);
    }

    function trust(uint256 chainId, address account, bool trusted) external {
        mos.addRemoteCaller(chainId, abi.encodePacked(account), trusted);
    }

    function send(uint256 toChain, address target, IMOSV3.MessageType msgType, string calldata words)
        public
        payable
        returns (bytes32)
    {
        bytes memory payload =
            msgType == IMOSV3.MessageType.MESSAGE ? abi.encode(words) : abi.encodeCall(this.say, (words));
        bytes memory data =
            abi.encode(IMOSV3.MessageData(false, msgType, abi.encodePacked(target), payload, 500_000, 0));
        (uint256 fee,) = mos.getMessageFee(toChain, address(0), 500_000);
        return mos.transferOut{value: fee}(toChain, data, address(0));
    }

    function mapoExecute(uint256 fromChain, uint256, bytes calldata from, bytes32 orderId, bytes calldata message)
        external
        returns (bytes memory)
    {
        require(msg.sender == address(mos), "only mos");
        (last, lastFrom, lastOrder, lastCaller) = (abi.decode(message, (string)), from, orderId, msg.sender);
        if (keccak256(bytes(last)) == keccak256("echo")) {
            // forge-lint: disable-next-line(unsafe-typecast) an address of an EVM chain
            this.send(fromChain, address(bytes20(from)), IMOSV3.MessageType.MESSAGE, "heard");
        }
        return "";
    }

    function say(string calldata words) external {
        require(msg.sender == executor, "only executor");
        (last, lastCaller) = (words, msg.sender);
    }

    receive() external payable {}
}
// forge-lint: disable-end(mixed-case-function,multi-contract-file)
