// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../interfaces/IAttestors.sol";
import {Assumption} from "../interfaces/ILightClient.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {IRelayFees} from "../interfaces/IRelayFees.sol";
import {MessageLib} from "../libraries/MessageLib.sol";
import {MessageSource} from "../libraries/MessageSource.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title The lanes of a message service: what is at the other end of each, whose word is believed about it, and what is paused
/// @notice All that a role can change in a message service is here. Whoever holds that of `setLane` and `setRoute` decides whose messages are
/// delivered, and whoever holds that of `unpause` that they are again: give them to a delayed, well-guarded account. Who holds that of `pause`
/// can only stop, so it may be quick.
abstract contract MessageLanes is IMessageService, AccessManaged {
    IAttestors private immutable ATTESTORS;

    /// @inheritdoc IMessageService
    IRelayFees public fees;

    mapping(uint256 chainId => Lane) private _lanes;
    mapping(uint256 sourceChainId => Route) private _routes;

    constructor(address authority, IAttestors attestors_) AccessManaged(authority) {
        ATTESTORS = attestors_;
    }

    /// @inheritdoc IMessageService
    function setLane(uint256 chainId, address gateway, Assumption assumption, bool attested) external restricted {
        Lane storage self = _lanes[chainId];
        (self.gateway, self.assumption, self.attested) = (gateway, assumption, attested);
        emit LaneSet(chainId, gateway, assumption, attested);
    }

    /// @inheritdoc IMessageService
    function setRoute(uint256 sourceChainId, Route calldata route_) external restricted {
        _routes[sourceChainId] = route_;
        emit RouteSet(sourceChainId, route_.hubChainId, route_.hub, route_.assumption);
    }

    /// @inheritdoc IMessageService
    function setFees(IRelayFees fees_) external restricted {
        fees = fees_;
        emit FeesSet(fees_);
    }

    /// @inheritdoc IMessageService
    function pause(uint256 chainId, Direction direction) external restricted {
        _setPaused(chainId, direction, true);
        emit LanePaused(chainId, direction);
    }

    /// @inheritdoc IMessageService
    function unpause(uint256 chainId, Direction direction) external restricted {
        _setPaused(chainId, direction, false);
        emit LaneUnpaused(chainId, direction);
    }

    /// @inheritdoc IMessageService
    function lane(uint256 chainId) external view returns (Lane memory) {
        return _lanes[chainId];
    }

    /// @inheritdoc IMessageService
    function route(uint256 sourceChainId) external view returns (Route memory) {
        return _routes[sourceChainId];
    }

    /// @inheritdoc IMessageService
    function attestors() public view returns (IAttestors) {
        return ATTESTORS;
    }

    /// @dev MSG-1, MSG-15, and what a proof has to come up to: by the word of the source gateway itself.
    function _source(uint256 sourceChainId) internal view returns (MessageSource.Source memory source) {
        Lane storage from = _lane(sourceChainId);
        if (from.deliveringPaused) revert MessageDeliveringPaused(sourceChainId);
        (source.chainId, source.gateway, source.attested) = (sourceChainId, from.gateway, from.attested);
        source.attestors = ATTESTORS;
        source.witness.hubChainId = sourceChainId;
        source.witness.hub = source.gateway;
        source.witness.assumption = from.assumption;
    }

    /// @dev The same by the word of the hub on the route: MSG-1, MSG-15, MSG-11.
    function _routedSource(uint256 sourceChainId) internal view returns (MessageSource.Source memory source) {
        source = _source(sourceChainId);
        (source.routed, source.witness) = (true, _routes[sourceChainId]);
        if (source.witness.hub == address(0)) revert MessageUnknownRoute(sourceChainId);
    }

    /// @dev The one, or, where nothing is delivered directly, the other.
    function _anySource(uint256 sourceChainId) internal view returns (MessageSource.Source memory source) {
        source = _source(sourceChainId);
        if (source.witness.assumption == Assumption.None) return _routedSource(sourceChainId);
    }

    /// @dev The lane to a chain that can be sent on (MSG-1, MSG-15).
    function _laneTo(uint256 chainId) internal view returns (MessageLib.Lane memory) {
        Lane storage to = _lane(chainId);
        if (to.sendingPaused) revert MessageSendingPaused(chainId);
        return MessageLib.Lane(block.chainid, address(this), chainId, to.gateway);
    }

    /// @dev MSG-1.
    function _lane(uint256 chainId) internal view returns (Lane storage self) {
        self = _lanes[chainId];
        if (self.gateway == address(0)) revert MessageUnknownLane(chainId);
    }

    function _setPaused(uint256 chainId, Direction direction, bool paused) private {
        Lane storage self = _lane(chainId);
        if (direction == Direction.Sending) self.sendingPaused = paused;
        else self.deliveringPaused = paused;
    }
}
