// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {MessageService} from "../../src/mos/MessageService.sol";
import {MessageVerifier} from "../../src/mos/MessageVerifier.sol";
import {Symbolic} from "./Symbolic.sol";

// Halmos knows properties by the prefix `check_`.
// forge-lint: disable-start(mixed-case-function)

/// @notice S15: what is paused does nothing, and whoever may pause can do nothing else. The authority is this contract, which lets `GUARDIAN`
/// call `pause` and nobody call anything else once the service is set up.
contract PauseSymbolicTest is Symbolic {
    uint256 private constant CHAIN = 11_155_111;
    address private constant GATEWAY = address(0x6a7e);
    address private constant GUARDIAN = address(0x94a4d);

    MessageService private _service;
    bool private _isSetUp;

    function setUp() public {
        MessageVerifier verifier = new MessageVerifier(ILightClientManager(address(this)));
        _service = new MessageService(address(this), verifier, IAttestors(address(1)), 1_000_000);
        _service.setLane(CHAIN, GATEWAY, Assumption.SyncCommittee, true);
        _service.pause(CHAIN, IMessageService.Direction.Sending);
        _service.pause(CHAIN, IMessageService.Direction.Delivering);
        _isSetUp = true;
    }

    /// @dev As OpenZeppelin's `IAuthority`.
    function canCall(address caller, address, bytes4 selector) external view returns (bool) {
        return !_isSetUp || (caller == GUARDIAN && selector == IMessageService.pause.selector);
    }

    /// @notice While delivering is paused, whatever is proven and whoever calls, nothing is delivered, skipped or cancelled.
    /// @custom:halmos --array-lengths ancestry={0,32},attestations=65
    function check_pausedDelivering(
        address caller,
        uint8 which,
        uint64 nonce,
        uint64 headId,
        bytes memory ancestry,
        bytes memory attestations,
        address payee
    ) public {
        IMessageService.DeliveryProof memory proof;
        (proof.nonce, proof.headId) = (nonce, headId);
        (proof.ancestry, proof.attestations) = (ancestry, attestations);
        bytes memory call_;
        if (which == 0) call_ = abi.encodeCall(_service.deliver, (CHAIN, proof, payee));
        else if (which == 1) call_ = abi.encodeCall(_service.deliverRouted, (CHAIN, proof, payee));
        else if (which == 2) call_ = abi.encodeCall(_service.skip, (CHAIN, proof));
        else call_ = abi.encodeCall(_service.acceptCancellation, (CHAIN, proof));
        _refusedAsPaused(caller, call_);
    }

    function testFuzz_MSG_15_rejects_S15_pausedDelivering(address caller, uint8 which, uint64 nonce, address payee)
        external
    {
        check_pausedDelivering(caller, which % 4, nonce, nonce, "", "", payee);
    }

    /// @notice Nor retried.
    /// @custom:halmos --array-lengths sender=32,recipient=32,payload={0,32}
    function check_pausedRetrying(
        address caller,
        uint64 nonce,
        bytes memory sender,
        bytes memory recipient,
        bytes memory payload,
        uint256 gasLimit,
        address payee
    ) public {
        IMessageService.Body memory body = IMessageService.Body(nonce, sender, recipient, payload, new bytes[](0));
        _refusedAsPaused(caller, abi.encodeCall(_service.retry, (CHAIN, body, gasLimit, payee)));
    }

    function testFuzz_MSG_15_rejects_S15_pausedRetrying(address caller, uint64 nonce, address payee) external {
        check_pausedRetrying(caller, nonce, "sender", "recipient", "", nonce, payee);
    }

    /// @notice The guardian changes nothing but that a direction is paused, and is refused whatever else a role can do.
    function check_guardian(uint8 which, uint256 chainId, address account, uint8 assumption, bool attested) public {
        vm.assume(assumption < 4);
        bytes memory call_;
        IMessageService.Direction direction = IMessageService.Direction(attested ? 1 : 0);
        if (which == 0) {
            call_ = abi.encodeCall(_service.setLane, (chainId, account, Assumption(assumption), attested));
        } else if (which == 1) {
            IMessageService.Route memory route_ = IMessageService.Route(chainId, account, Assumption(assumption));
            call_ = abi.encodeCall(_service.setRoute, (CHAIN, route_));
        } else if (which == 2) {
            call_ = abi.encodeCall(_service.setFees, (IRelayFees(account)));
        } else if (which == 3) {
            call_ = abi.encodeCall(_service.unpause, (chainId, direction));
        } else {
            call_ = abi.encodeCall(_service.pause, (chainId, direction));
        }
        vm.prank(GUARDIAN);
        (bool success,) = address(_service).call(call_);
        assert(success == (which > 3 && chainId == CHAIN));
        IMessageService.Lane memory lane = _service.lane(CHAIN);
        assert(lane.gateway == GATEWAY && lane.assumption == Assumption.SyncCommittee && lane.attested);
        assert(lane.sendingPaused && lane.deliveringPaused);
        assert(_service.route(CHAIN).hub == address(0));
        assert(address(_service.fees()) == address(0));
    }

    function testFuzz_MSG_15_rejects_S15_guardian(uint8 which, uint256 chainId, address account, bool attested)
        external
    {
        check_guardian(which % 6, which % 2 == 0 ? CHAIN : chainId, account, which % 3, attested);
    }

    function _refusedAsPaused(address caller, bytes memory call_) private {
        vm.prank(caller);
        (bool success, bytes memory answer) = address(_service).call(call_);
        assert(!success);
        assert(
            keccak256(answer)
                == keccak256(abi.encodeWithSelector(IMessageService.MessageDeliveringPaused.selector, CHAIN))
        );
    }
}
// forge-lint: disable-end(mixed-case-function)
