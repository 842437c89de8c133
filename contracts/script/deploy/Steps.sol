// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Create3Factory} from "./Create3Factory.sol";
import {DeployConfig} from "./DeployConfig.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {console} from "forge-std/console.sol";

/// @title One step after the other: what is done already is kept, what is not is done or, when only asked, refused
/// @notice Each step is one transaction of the deployer, and is found in the state of the chain: a run that was stopped goes on where it was.
/// What is set to something else is an error, whoever asks: nothing is overwritten.
abstract contract Steps is DeployConfig {
    /// @dev Nothing is made while it is set: a step that is not done is an error.
    bool internal _onlyChecking;

    /// @dev Transactions made by this run.
    uint256 internal _made;

    /// @dev Who makes them, and what the contracts' salts are bound to.
    address internal _deployer;
    string internal _salt;

    Create3Factory internal _factory;
    AccessManager internal _manager;

    /// @dev By the CREATE2 deployer that every chain has at one address.
    function _makeFactory() internal {
        bytes memory initCode = type(Create3Factory).creationCode;
        address at = Create2.computeAddress(0, keccak256(initCode), CREATE2_FACTORY);
        _factory = Create3Factory(at);
        if (_isKept(at.code.length != 0, "Create3Factory", at)) return;
        require(CREATE2_FACTORY.code.length != 0, "this chain has no CREATE2 deployer: send its transaction first");
        _perform(
            string.concat("deploy Create3Factory at ", vm.toString(at)),
            CREATE2_FACTORY,
            bytes.concat(bytes32(0), initCode)
        );
        require(at.code.length != 0, "Create3Factory is not where it was expected");
        _hint(at, "contracts/script/deploy/Create3Factory.sol:Create3Factory", "");
    }

    /// @dev A contract at the address that deployer and salt give it. One that is there already has to be of the same code and arguments.
    /// @param label What its salt is made from, and what it is called.
    /// @param path Of its source, then its name.
    function _make(string memory label, string memory path, bytes memory code, bytes memory arguments)
        internal
        returns (address at)
    {
        bytes memory initCode = bytes.concat(code, arguments);
        bytes32 salt = keccak256(abi.encode(_salt, label));
        at = _factory.addressOf(_deployer, salt);
        if (at.code.length != 0) {
            require(
                _factory.initCodeHashOf(at) == keccak256(initCode),
                string.concat(label, " at ", vm.toString(at), " has other code or arguments")
            );
        }
        if (_isKept(at.code.length != 0, label, at)) return at;
        _perform(
            string.concat("deploy ", label, " at ", vm.toString(at)),
            address(_factory),
            abi.encodeCall(Create3Factory.create, (salt, initCode))
        );
        require(at.code.length != 0, string.concat(label, " is not where it was expected"));
        _hint(at, path, arguments);
    }

    /// @dev A call.
    /// @param done Whether the chain says what the call would make it say.
    /// @param blank Whether it says nothing yet.
    function _step(bool done, bool blank, string memory label, address target, bytes memory data) internal {
        if (done) {
            if (!_onlyChecking) console.log("kept    ", label);
            return;
        }
        require(blank, string.concat(label, ": is set to something else"));
        require(!_onlyChecking, string.concat(label, ": is not set"));
        require(
            _may(target, data),
            string.concat(
                label,
                ": is not for the deployer any more; who has the role calls ",
                vm.toString(target),
                " with ",
                vm.toString(data)
            )
        );
        _perform(label, target, data);
    }

    /// @dev Every transaction is made here.
    function _perform(string memory label, address target, bytes memory data) internal virtual {
        ++_made;
        console.log("do      ", label);
        if (data.length < 4096) console.log("         call", target, vm.toString(data));
        vm.startBroadcast(_deployer);
        (bool success, bytes memory answer) = target.call(data);
        vm.stopBroadcast();
        if (!success) LowLevelCall.bubbleRevert(answer);
    }

    function _isKept(bool there, string memory label, address at) private view returns (bool) {
        require(there || !_onlyChecking, string.concat(label, " is not deployed"));
        if (there && !_onlyChecking) console.log("kept    ", label, at);
        return there;
    }

    /// @dev Whether the deployer may make a call at once.
    function _may(address target, bytes memory data) private view returns (bool immediate) {
        (bool isAdmin, uint32 delay) = _manager.hasRole(_manager.ADMIN_ROLE(), _deployer);
        if (target == address(_manager)) return isAdmin && delay == 0;
        // forge-lint: disable-next-line(unsafe-typecast) its selector
        (immediate,) = _manager.canCall(_deployer, target, bytes4(data));
    }

    function _hint(address at, string memory path, bytes memory arguments) private view {
        string memory end = arguments.length == 0 ? "" : string.concat(" --constructor-args ", vm.toString(arguments));
        console.log(
            string.concat(
                "         forge verify-contract --chain ",
                vm.toString(block.chainid),
                " ",
                vm.toString(at),
                " ",
                path,
                end
            )
        );
    }
}
