// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

// Spelled as MAP's contracts spell it: this is what they compile against.
// forge-lint: disable-start(pascal-case-struct,mixed-case-function,multi-contract-file)

/// @title The part of MAP's `ILightVerifier` that its message contracts use
interface ILightVerifier {
    struct txLog {
        address addr;
        bytes32[] topics;
        bytes data;
    }
}

/// @title The part of MAP's `ILightClientManager` that its message contracts use
interface ILightClientManager {
    function verifyProofDataWithCache(
        uint256 _chainId,
        bool _cache,
        uint256 _logIndex,
        bytes calldata _receiptProofBytes
    ) external returns (bool success, string memory message, ILightVerifier.txLog memory log);

    function verifyProofDataWithCache(uint256 _chainId, bytes calldata _receiptProof)
        external
        returns (bool success, string memory message, bytes memory logs);

    function isVerifiable(uint256 _chainId, uint256 _blockHeight, bytes32 _hash) external view returns (bool);

    function nodeType(uint256 _chainId) external view returns (uint256);
}

/// @title A message contract written for MAP: it knows nothing of this project
contract MapMos {
    event mapMessageOut(
        uint256 indexed fromChain, uint256 indexed toChain, bytes32 orderId, bytes fromAddrss, bytes callData
    );

    ILightClientManager public lightClientManager;
    mapping(uint256 => address) public mosContracts;
    mapping(bytes32 => bool) public orderList;
    bytes public received;
    bytes32 public logsHash;

    constructor(ILightClientManager manager) {
        lightClientManager = manager;
    }

    function registerChain(uint256 chainId, address mos) external {
        mosContracts[chainId] = mos;
    }

    function transferInWithIndex(uint256 chainId, uint256 logIndex, bytes memory receiptProof) external {
        (bool success, string memory message, ILightVerifier.txLog memory log) =
            lightClientManager.verifyProofDataWithCache(chainId, true, logIndex, receiptProof);
        require(success, message);
        require(log.addr == mosContracts[chainId], "invalid mos contract");
        require(log.topics[0] == mapMessageOut.selector, "invalid topic");
        require(log.topics[1] == bytes32(chainId) && log.topics[2] == bytes32(block.chainid), "invalid chain");
        (bytes32 orderId,, bytes memory callData) = abi.decode(log.data, (bytes32, bytes, bytes));
        require(!orderList[orderId], "order exist");
        orderList[orderId] = true;
        received = callData;
    }

    function verifyAll(uint256 chainId, bytes memory receiptProof) external {
        (bool success, string memory message, bytes memory logs) =
            lightClientManager.verifyProofDataWithCache(chainId, receiptProof);
        require(success, message);
        logsHash = keccak256(logs);
    }

    function getOrderStatus(uint256 chainId, uint256 blockNum, bytes32 orderId)
        external
        view
        returns (bool exists, bool verifiable, uint256 nodeType)
    {
        exists = orderList[orderId];
        verifiable = lightClientManager.isVerifiable(chainId, blockNum, bytes32(0));
        nodeType = lightClientManager.nodeType(chainId);
    }
}
// forge-lint: disable-end(pascal-case-struct,mixed-case-function,multi-contract-file)
