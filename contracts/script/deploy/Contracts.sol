// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Greeter} from "../../src/examples/Greeter.sol";
import {RelayFees} from "../../src/fees/RelayFees.sol";
import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {AttestedLightClient} from "../../src/light-clients/AttestedLightClient.sol";
import {LightClientManager} from "../../src/light-clients/LightClientManager.sol";
import {MapMessageService} from "../../src/map/MapMessageService.sol";
import {Attestors} from "../../src/mos/Attestors.sol";
import {MessageChecker} from "../../src/mos/MessageChecker.sol";
import {MessageHub} from "../../src/mos/MessageHub.sol";
import {MessageService} from "../../src/mos/MessageService.sol";
import {MessageVerifier} from "../../src/mos/MessageVerifier.sol";
import {UpdateAndDeliver} from "../../src/mos/UpdateAndDeliver.sol";
import {Steps} from "./Steps.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @title The contracts of one chain, and what ties them together
abstract contract Contracts is Steps {
    string private constant ACCESS_MANAGER =
        "node_modules/@openzeppelin/contracts/access/manager/AccessManager.sol:AccessManager";
    string private constant MANAGER = "contracts/src/light-clients/LightClientManager.sol:LightClientManager";
    string private constant ATTESTORS = "contracts/src/mos/Attestors.sol:Attestors";
    string private constant VERIFIER = "contracts/src/mos/MessageVerifier.sol:MessageVerifier";
    string private constant SERVICE = "contracts/src/mos/MessageService.sol:MessageService";
    string private constant CHECKER = "contracts/src/mos/MessageChecker.sol:MessageChecker";
    string private constant FEES = "contracts/src/fees/RelayFees.sol:RelayFees";
    string private constant UPDATER = "contracts/src/mos/UpdateAndDeliver.sol:UpdateAndDeliver";
    string private constant HUB = "contracts/src/mos/MessageHub.sol:MessageHub";
    string private constant MAP = "contracts/src/map/MapMessageService.sol:MapMessageService";
    string private constant GREETER = "contracts/src/examples/Greeter.sol:Greeter";
    string private constant ATTESTED = "contracts/src/light-clients/AttestedLightClient.sol:AttestedLightClient";

    /// @dev Zero for what the file does not ask for. Clients are in the order of the file.
    struct Deployment {
        AccessManager accessManager;
        LightClientManager lightClientManager;
        Attestors attestors;
        MessageVerifier messageVerifier;
        MessageService messageService;
        MessageChecker messageChecker;
        RelayFees relayFees;
        UpdateAndDeliver updateAndDeliver;
        MessageHub messageHub;
        MapMessageService mapMessageService;
        Greeter greeter;
        ILightClient[] clients;
        address[] bridges;
    }

    function _deploy(Config memory config) internal returns (Deployment memory deployed) {
        _makeFactory();
        _manager = AccessManager(
            _make("AccessManager", ACCESS_MANAGER, type(AccessManager).creationCode, abi.encode(config.deployer))
        );
        deployed.accessManager = _manager;
        bytes memory authority = abi.encode(_manager);
        deployed.lightClientManager =
            LightClientManager(_make("LightClientManager", MANAGER, type(LightClientManager).creationCode, authority));
        deployed.attestors = Attestors(_make("Attestors", ATTESTORS, type(Attestors).creationCode, authority));
        deployed.messageVerifier = MessageVerifier(
            _make(
                "MessageVerifier", VERIFIER, type(MessageVerifier).creationCode, abi.encode(deployed.lightClientManager)
            )
        );
        deployed.messageService = MessageService(
            _make(
                "MessageService",
                SERVICE,
                type(MessageService).creationCode,
                abi.encode(_manager, deployed.messageVerifier, deployed.attestors, config.recipientGas)
            )
        );
        _deployAround(config, deployed, abi.encode(deployed.messageService));
        _deployClients(config, deployed);
        deployed.bridges = config.bridges;
        _requireTied(config, deployed);
    }

    function _deployAround(Config memory config, Deployment memory deployed, bytes memory service) private {
        deployed.messageChecker =
            MessageChecker(_make("MessageChecker", CHECKER, type(MessageChecker).creationCode, service));
        deployed.updateAndDeliver =
            UpdateAndDeliver(_make("UpdateAndDeliver", UPDATER, type(UpdateAndDeliver).creationCode, service));
        if (config.greeter) deployed.greeter = Greeter(_make("Greeter", GREETER, type(Greeter).creationCode, service));
        if (config.hub) {
            bytes memory clients = abi.encode(deployed.lightClientManager);
            deployed.messageHub = MessageHub(_make("MessageHub", HUB, type(MessageHub).creationCode, clients));
        }
        if (config.fees) {
            bytes memory arguments = abi.encode(_manager, deployed.messageChecker, config.noticePeriod);
            deployed.relayFees = RelayFees(_make("RelayFees", FEES, type(RelayFees).creationCode, arguments));
        }
        if (config.map) {
            bytes memory arguments = abi.encode(_manager, deployed.messageService);
            deployed.mapMessageService =
                MapMessageService(_make("MapMessageService", MAP, type(MapMessageService).creationCode, arguments));
        }
    }

    function _deployClients(Config memory config, Deployment memory deployed) private {
        deployed.clients = new ILightClient[](config.clients.length);
        for (uint256 i = 0; i < config.clients.length; ++i) {
            Client memory client = config.clients[i];
            if (client.kind == Assumption.Attestors) {
                client.account = _make(
                    string.concat("AttestedLightClient", vm.toString(client.chainId)),
                    ATTESTED,
                    type(AttestedLightClient).creationCode,
                    abi.encode(deployed.attestors, client.chainId)
                );
            }
            if (client.account == address(0)) continue;
            deployed.clients[i] = ILightClient(client.account);
            require(
                deployed.clients[i].chainId() == client.chainId,
                string.concat(_client(client), " follows another chain")
            );
            require(
                deployed.clients[i].assumption() == client.kind, string.concat(_client(client), " is of another kind")
            );
            if (client.kind == Assumption.SyncCommittee) {
                bool isOurs = IAccessManaged(client.account).authority() == address(_manager);
                require(isOurs, string.concat(_client(client), " has another authority"));
            }
        }
    }

    /// @dev What the addresses and hashes say already, asked of the contracts themselves.
    function _requireTied(Config memory config, Deployment memory deployed) private view {
        address authority = address(_manager);
        MessageService service = deployed.messageService;
        require(deployed.lightClientManager.authority() == authority, "LightClientManager has another authority");
        require(deployed.attestors.authority() == authority, "Attestors has another authority");
        require(service.authority() == authority, "MessageService has another authority");
        require(service.clients() == deployed.lightClientManager, "MessageService has another registry");
        require(service.VERIFIER() == deployed.messageVerifier, "MessageService has another verifier");
        require(service.attestors() == deployed.attestors, "MessageService has other attestors");
        require(service.recipientGas() == config.recipientGas, "MessageService has another recipientGas");
        require(deployed.messageChecker.service() == service, "MessageChecker has another service");
        require(deployed.updateAndDeliver.SERVICE() == service, "UpdateAndDeliver has another service");
        if (config.greeter) require(deployed.greeter.GATEWAY() == service, "Greeter has another gateway");
        if (config.hub) {
            require(deployed.messageHub.clients() == deployed.lightClientManager, "MessageHub has another registry");
        }
        if (config.fees) {
            RelayFees fees = deployed.relayFees;
            require(fees.authority() == authority, "RelayFees has another authority");
            require(fees.checker() == deployed.messageChecker, "RelayFees has another checker");
            require(fees.noticePeriod() == config.noticePeriod, "RelayFees has another noticePeriod");
        }
        if (config.map) {
            require(deployed.mapMessageService.authority() == authority, "MapMessageService has another authority");
        }
    }

    function _client(Client memory client) internal pure returns (string memory) {
        return string.concat("client of chain ", vm.toString(client.chainId));
    }
}
