// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Governance} from "./deploy/Governance.sol";
import {console} from "forge-std/console.sol";

/// @title Deploys one end of Heliograph as one file says, gives its powers out, and keeps none
/// @notice `run` does what is not done yet, `accept` is the new admin's, `check` asserts all of it. Without `--broadcast` `run` prints what it
/// would do. With `"trial": true` in the file the deployer stays admin without a delay: for chains on which nothing is worth anything.
contract Deploy is Governance {
    string private constant PENDING = "a client in the file is pending";

    /// @notice Deploys, wires and governs; once the new admin has accepted, gives up the last of the deployer's rights.
    function run() external returns (Deployment memory deployed) {
        deployed = deploy(vm.readFile(vm.envString("HELIOGRAPH_CONFIG")));
        _write(deployed);
    }

    /// @notice The new admin accepts, by announcing a call of its own: that the deployer is to be admin no more. Run `run` again afterwards; or
    /// wait the admin's delay and execute what was announced.
    function accept() external {
        acceptAs(vm.readFile(vm.envString("HELIOGRAPH_CONFIG")));
    }

    /// @notice Asserts that everything is as the file says and the deployer has nothing left. Changes nothing.
    function check() external {
        requireDeployed(vm.readFile(vm.envString("HELIOGRAPH_CONFIG")));
    }

    /// @notice `run`, of a file that has been read.
    function deploy(string memory json) public returns (Deployment memory deployed) {
        Config memory config = _open(json);
        deployed = _everything(config);
        if (config.pending) {
            console.log("clients are pending: deploy them, name them in the file, and run again");
            return deployed;
        }
        if (!config.trial && !_handOver(config)) {
            console.log("waiting for the admin to accept:", config.admin.account);
            console.log("         call", address(_manager), vm.toString(_acceptance(config)));
        }
        console.log("transactions in this run:", _made);
        _onlyChecking = true;
        _everything(config);
        _onlyChecking = false;
    }

    /// @notice `accept`, of a file that has been read.
    function acceptAs(string memory json) public {
        Config memory config = _open(json);
        require(!config.trial, "a trial has no other admin");
        require(!config.pending, PENDING);
        _onlyChecking = true;
        _everything(config);
        _onlyChecking = false;
        _deployer = config.admin.account;
        _perform("the admin accepts", address(_manager), _acceptance(config));
    }

    /// @notice `check`, of a file that has been read.
    function requireDeployed(string memory json) public returns (Deployment memory deployed) {
        Config memory config = _open(json);
        require(!config.pending, PENDING);
        _onlyChecking = true;
        deployed = _everything(config);
        _onlyChecking = false;
        if (config.trial) return deployed;
        (bool isAdmin,) = _manager.hasRole(_manager.ADMIN_ROLE(), config.deployer);
        require(!isAdmin, "the deployer is admin still: the new one has to accept");
        for (uint256 i = 0; i < config.roles.length; ++i) {
            (bool isMember,) = _manager.hasRole(config.roles[i].id, config.deployer);
            require(!isMember, string.concat("the deployer has the role ", config.roles[i].label));
        }
    }

    function _open(string memory json) private returns (Config memory config) {
        config = _parse(json);
        (_deployer, _salt, _made) = (config.deployer, config.salt, 0);
    }

    function _everything(Config memory config) private returns (Deployment memory deployed) {
        deployed = _deploy(config);
        // Once functions are the council's, the deployer could not register a client that comes later.
        if (config.pending) return deployed;
        _wire(config, deployed);
        if (!config.trial) _govern(config, deployed);
    }

    function _write(Deployment memory deployed) private {
        string memory object = "deployment";
        vm.serializeUint(object, "chainId", block.chainid);
        vm.serializeAddress(object, "create3Factory", address(_factory));
        vm.serializeAddress(object, "accessManager", address(deployed.accessManager));
        vm.serializeAddress(object, "lightClientManager", address(deployed.lightClientManager));
        vm.serializeAddress(object, "attestors", address(deployed.attestors));
        vm.serializeAddress(object, "messageVerifier", address(deployed.messageVerifier));
        vm.serializeAddress(object, "messageChecker", address(deployed.messageChecker));
        vm.serializeAddress(object, "updateAndDeliver", address(deployed.updateAndDeliver));
        _writeIf(object, "relayFees", address(deployed.relayFees));
        _writeIf(object, "messageHub", address(deployed.messageHub));
        _writeIf(object, "mapMessageService", address(deployed.mapMessageService));
        _writeIf(object, "greeter", address(deployed.greeter));
        for (uint256 i = 0; i < deployed.clients.length; ++i) {
            if (address(deployed.clients[i]) == address(0)) continue;
            string memory key = string.concat("lightClient", vm.toString(deployed.clients[i].chainId()));
            vm.serializeAddress(object, key, address(deployed.clients[i]));
        }
        for (uint256 i = 0; i < deployed.bridges.length; ++i) {
            vm.serializeAddress(object, string.concat("guardedBridge", vm.toString(i)), deployed.bridges[i]);
        }
        writeOutput(vm.serializeAddress(object, "messageService", address(deployed.messageService)));
    }

    function _writeIf(string memory object, string memory key, address account) private {
        if (account != address(0)) vm.serializeAddress(object, key, account);
    }
}
