// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {IMapMessageService} from "../../src/interfaces/map/IMapMessageService.sol";
import {Contracts} from "./Contracts.sol";

/// @title What the contracts are told: fees, attestors, clients, lanes, routes, prices and links
abstract contract Wiring is Contracts {
    function _wire(Config memory config, Deployment memory deployed) internal {
        IMessageService service = deployed.messageService;
        if (config.fees) {
            IRelayFees set = service.fees();
            _step(
                set == deployed.relayFees,
                address(set) == address(0),
                "fees of MessageService",
                address(service),
                abi.encodeCall(IMessageService.setFees, (deployed.relayFees))
            );
        }
        for (uint256 i = 0; i < config.attestors.length; ++i) {
            _setAttestors(deployed.attestors, config.attestors[i]);
        }
        for (uint256 i = 0; i < config.clients.length; ++i) {
            _setClient(deployed.lightClientManager, config.clients[i]);
        }
        for (uint256 i = 0; i < config.lanes.length; ++i) {
            _setLane(service, config.lanes[i]);
        }
        for (uint256 i = 0; i < config.routes.length; ++i) {
            _setRoute(service, deployed, config.routes[i]);
        }
        for (uint256 i = 0; i < config.prices.length; ++i) {
            _setPrice(deployed.relayFees, config.prices[i]);
        }
        for (uint256 i = 0; i < config.links.length; ++i) {
            _setLink(deployed.mapMessageService, config.links[i]);
        }
    }

    function _setAttestors(IAttestors attestors, AttestorSet memory wanted) private {
        (address[] memory set, uint256 threshold) = attestors.attestorsOf(wanted.chainId);
        bool same = keccak256(abi.encode(set)) == keccak256(abi.encode(wanted.attestors));
        _step(
            same && threshold == wanted.threshold,
            threshold == 0,
            string.concat("attestors of chain ", vm.toString(wanted.chainId)),
            address(attestors),
            abi.encodeCall(IAttestors.setAttestors, (wanted.chainId, wanted.attestors, wanted.threshold))
        );
    }

    function _setClient(ILightClientManager manager, Client memory wanted) private {
        address set = _registered(manager, wanted.chainId);
        _step(
            set == wanted.account,
            set == address(0),
            _client(wanted),
            address(manager),
            abi.encodeCall(ILightClientManager.setClient, (wanted.chainId, ILightClient(wanted.account)))
        );
    }

    function _setLane(IMessageService service, LaneTo memory wanted) private {
        address gateway = wanted.gateway == address(0) ? address(service) : wanted.gateway;
        IMessageService.Lane memory set = service.lane(wanted.chainId);
        bool same = set.assumption == wanted.assumption && set.attested == wanted.attested;
        string memory label = string.concat("lane to chain ", vm.toString(wanted.chainId));
        _requireAssumption(service.clients(), wanted.chainId, wanted.assumption, label);
        _step(
            set.gateway == gateway && same,
            set.gateway == address(0),
            label,
            address(service),
            abi.encodeCall(IMessageService.setLane, (wanted.chainId, gateway, wanted.assumption, wanted.attested))
        );
    }

    function _setRoute(IMessageService service, Deployment memory deployed, RouteFrom memory wanted) private {
        IMessageService.Route memory route = IMessageService.Route({
            hubChainId: wanted.hubChainId,
            hub: wanted.hub == address(0) ? address(deployed.messageHub) : wanted.hub,
            assumption: wanted.assumption
        });
        string memory label = string.concat("route from chain ", vm.toString(wanted.chainId));
        require(route.hub != address(0), string.concat(label, ": there is no hub here to be the same as"));
        _requireAssumption(service.clients(), wanted.hubChainId, wanted.assumption, label);
        IMessageService.Route memory set = service.route(wanted.chainId);
        _step(
            keccak256(abi.encode(set)) == keccak256(abi.encode(route)),
            set.hub == address(0),
            label,
            address(service),
            abi.encodeCall(IMessageService.setRoute, (wanted.chainId, route))
        );
    }

    function _setPrice(IRelayFees fees, PriceOf memory wanted) private {
        IRelayFees.Price memory price = IRelayFees.Price({baseGas: wanted.baseGas, perGas: wanted.perGas});
        IRelayFees.Price memory set = fees.priceOf(wanted.chainId, wanted.token);
        _step(
            set.baseGas == price.baseGas && set.perGas == price.perGas,
            set.perGas == 0,
            string.concat("price for chain ", vm.toString(wanted.chainId), " in ", vm.toString(wanted.token)),
            address(fees),
            abi.encodeCall(IRelayFees.setPrice, (wanted.chainId, wanted.token, price))
        );
    }

    function _setLink(IMapMessageService map, LinkTo memory wanted) private {
        address account = wanted.account == address(0) ? address(map) : wanted.account;
        address set = map.counterpartOf(wanted.chainId);
        _step(
            set == account,
            set == address(0),
            string.concat("counterpart of MapMessageService on chain ", vm.toString(wanted.chainId)),
            address(map),
            abi.encodeCall(
                IMapMessageService.registerChain,
                (wanted.chainId, abi.encodePacked(account), IMapMessageService.ChainType.EVM)
            )
        );
    }

    /// @dev What could never be delivered (MSG-16) is an error here.
    function _requireAssumption(
        ILightClientManager manager,
        uint256 chainId,
        Assumption assumption,
        string memory label
    ) private view {
        address client = _registered(manager, chainId);
        if (client == address(0) || assumption == Assumption.None) return;
        require(
            ILightClient(client).assumption() == assumption,
            string.concat(label, ": the client rests on something else")
        );
    }

    function _registered(ILightClientManager manager, uint256 chainId) private view returns (address) {
        try manager.registeredClient(chainId) returns (ILightClient client) {
            return address(client);
        } catch {
            return address(0);
        }
    }
}
