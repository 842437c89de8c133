// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Greeter} from "../src/examples/Greeter.sol";
import {LightClientManager} from "../src/light-clients/LightClientManager.sol";
import {Attestors} from "../src/mos/Attestors.sol";
import {MessageChecker} from "../src/mos/MessageChecker.sol";
import {MessageService} from "../src/mos/MessageService.sol";
import {MessageVerifier} from "../src/mos/MessageVerifier.sol";
import {HeliographScript} from "./HeliographScript.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title Deploys one end of Heliograph: access manager, registry of light clients, attestors, verifier, message service, checker and, if
/// asked, a greeter
/// @notice `run` deploys, asserts and writes the addresses; `check` asserts the same of what the output file names, on chain.
contract Deploy is HeliographScript {
    struct Config {
        address admin;
        uint256 recipientGas;
        bool greeter;
    }

    struct Deployment {
        AccessManager accessManager;
        LightClientManager lightClientManager;
        Attestors attestors;
        MessageVerifier messageVerifier;
        MessageService messageService;
        MessageChecker messageChecker;
        Greeter greeter;
    }

    function run() external returns (Deployment memory deployed) {
        Config memory config = _config();
        require(config.admin != address(0), "admin is zero: nobody could register clients or open lanes");
        require(config.recipientGas != 0, "recipientGas is zero: no recipient could run");

        vm.startBroadcast();
        deployed.accessManager = new AccessManager(config.admin);
        address authority = address(deployed.accessManager);
        deployed.lightClientManager = new LightClientManager(authority);
        deployed.attestors = new Attestors(authority);
        deployed.messageVerifier = new MessageVerifier(deployed.lightClientManager);
        deployed.messageService =
            new MessageService(authority, deployed.messageVerifier, deployed.attestors, config.recipientGas);
        deployed.messageChecker = new MessageChecker(deployed.messageService);
        if (config.greeter) deployed.greeter = new Greeter(deployed.messageService);
        vm.stopBroadcast();

        _assert(config, deployed);
        _write(deployed);
    }

    /// @notice Asserts what `run` asserted, of the contracts in the file that HELIOGRAPH_OUTPUT names.
    function check() external view {
        string memory json = vm.readFile(vm.envString("HELIOGRAPH_OUTPUT"));
        Deployment memory deployed;
        deployed.accessManager = AccessManager(readContract(json, ".accessManager"));
        deployed.lightClientManager = LightClientManager(readContract(json, ".lightClientManager"));
        deployed.attestors = Attestors(readContract(json, ".attestors"));
        deployed.messageVerifier = MessageVerifier(readContract(json, ".messageVerifier"));
        deployed.messageService = MessageService(readContract(json, ".messageService"));
        deployed.messageChecker = MessageChecker(readContract(json, ".messageChecker"));
        if (_config().greeter) deployed.greeter = Greeter(readContract(json, ".greeter"));
        _assert(_config(), deployed);
    }

    function _config() private view returns (Config memory config) {
        string memory json = readConfig();
        config.admin = vm.parseJsonAddress(json, ".admin");
        config.recipientGas = vm.parseJsonUint(json, ".recipientGas");
        config.greeter = vm.keyExistsJson(json, ".greeter") && vm.parseJsonBool(json, ".greeter");
    }

    function _assert(Config memory config, Deployment memory deployed) private view {
        AccessManager authority = deployed.accessManager;
        MessageService service = deployed.messageService;
        (bool isAdmin, uint32 delay) = authority.hasRole(authority.ADMIN_ROLE(), config.admin);
        require(isAdmin && delay == 0, "admin does not hold the admin role");
        require(deployed.lightClientManager.authority() == address(authority), "registry has another authority");
        require(deployed.attestors.authority() == address(authority), "attestors have another authority");
        require(service.authority() == address(authority), "message service has another authority");
        require(
            address(service.clients()) == address(deployed.lightClientManager), "message service has another registry"
        );
        require(address(service.attestors()) == address(deployed.attestors), "message service has other attestors");
        require(service.recipientGas() == config.recipientGas, "message service has another recipientGas");
        require(service.lane(block.chainid).gateway == address(0), "a lane is open already");
        require(address(deployed.messageChecker.service()) == address(service), "checker has another message service");
        if (!config.greeter) return;
        require(address(deployed.greeter.GATEWAY()) == address(service), "greeter has another gateway");
    }

    function _write(Deployment memory deployed) private {
        string memory object = "deployment";
        vm.serializeUint(object, "chainId", block.chainid);
        vm.serializeAddress(object, "accessManager", address(deployed.accessManager));
        vm.serializeAddress(object, "lightClientManager", address(deployed.lightClientManager));
        vm.serializeAddress(object, "attestors", address(deployed.attestors));
        vm.serializeAddress(object, "messageVerifier", address(deployed.messageVerifier));
        vm.serializeAddress(object, "messageChecker", address(deployed.messageChecker));
        if (address(deployed.greeter) != address(0)) {
            vm.serializeAddress(object, "greeter", address(deployed.greeter));
        }
        writeOutput(vm.serializeAddress(object, "messageService", address(deployed.messageService)));
    }
}
