// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";

/// @title Creates contracts at addresses that depend on who asks for them and on a salt, and on nothing else
/// @notice It has no owner and no say in what it creates. Whoever creates has the addresses of all their salts, on every chain where this
/// contract has the same address; nobody else can take them.
contract Create3Factory {
    /// @notice A contract was created.
    event Created(address indexed creator, bytes32 indexed salt, address at, bytes32 initCodeHash);

    /// @notice Hash of the code and constructor arguments that a contract was created from; zero for what was not created here.
    mapping(address at => bytes32) public initCodeHashOf;

    /// @notice Creates a contract. Reverts as its constructor does, and for a salt that the caller has used.
    /// @param initCode Its creation code, then its constructor arguments.
    function create(bytes32 salt, bytes calldata initCode) external returns (address at) {
        at = Create3.deploy(0, _saltOf(msg.sender, salt), initCode);
        bytes32 initCodeHash = keccak256(initCode);
        initCodeHashOf[at] = initCodeHash;
        emit Created(msg.sender, salt, at, initCodeHash);
    }

    /// @notice Where `create` creates what `creator` asks for.
    function addressOf(address creator, bytes32 salt) external view returns (address at) {
        return Create3.computeAddress(_saltOf(creator, salt));
    }

    function _saltOf(address creator, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(creator, salt));
    }
}
