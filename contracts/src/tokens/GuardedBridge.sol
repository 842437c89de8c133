// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IGuardedBridge} from "../interfaces/IGuardedBridge.sol";
import {IMessageChecker} from "../interfaces/IMessageChecker.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {Decimals} from "../libraries/Decimals.sol";
import {InteroperableAddressEVM} from "../libraries/InteroperableAddressEVM.sol";
import {MessageAttributes} from "../libraries/MessageAttributes.sol";
import {BridgeLimits} from "./BridgeLimits.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {BridgeFungible} from "@openzeppelin/contracts/crosschain/bridges/abstract/BridgeFungible.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @title A token bridge with limits, delays, decimals and refunds
/// @notice `spec/vault.md`. Assumes what is said in its section 5. Anyone may hand out, refund and relay; nobody but roles can change what
/// is allowed, and no message can.
/// @dev OpenZeppelin's hooks `_onSend` and `_onReceive` take and give the tokens. Everything that they can reach is guarded against re-entrance.
abstract contract GuardedBridge is BridgeLimits, BridgeFungible, ReentrancyGuardTransient {
    using Bytes for bytes;

    IMessageChecker private immutable CHECKER;
    IMessageService private immutable GATEWAY;
    address private immutable TOKEN;
    uint256 private immutable SCALE;

    mapping(bytes32 id => Release) private _releases;
    mapping(bytes32 id => bool) private _refunded;

    /// @param wireDecimals The same for all counterparts, and no more than any of their tokens has.
    constructor(address authority, IMessageChecker checker_, address token_, uint8 wireDecimals)
        AccessManaged(authority)
        CrosschainLinked(new Link[](0))
    {
        if (token_.code.length == 0) revert BridgeToken(token_);
        uint8 decimals = IERC20Metadata(token_).decimals();
        (bool success, uint256 scale_) = Decimals.tryScale(decimals, wireDecimals);
        if (!success) revert BridgeDecimals(decimals, wireDecimals);
        (CHECKER, GATEWAY, TOKEN, SCALE) = (checker_, checker_.service(), token_, scale_);
    }

    /// @inheritdoc IGuardedBridge
    function release(bytes32 id) external nonReentrant {
        Release memory due = _existing(id);
        if (due.cancelled) revert BridgeReleaseCancelled(id);
        // forge-lint: disable-next-line(block-timestamp) delays are of hours
        if (block.timestamp < due.until) revert BridgeReleaseDelayed(id, due.until);
        _requireOpen(due.chainId, IMessageService.Direction.Delivering);
        delete _releases[id];
        _unpromise(due.chainId, due.amount);
        emit ReleaseMade(id, due.chainId, due.to, due.amount);
        _handOut(due.chainId, due.to, due.amount);
    }

    /// @inheritdoc IGuardedBridge
    function cancelRelease(bytes32 id) external restricted {
        Release memory due = _existing(id);
        if (due.cancelled) revert BridgeReleaseCancelled(id);
        _releases[id].cancelled = true;
        _unpromise(due.chainId, due.amount);
        if (_mints()) _fall(due.chainId, due.amount);
        emit ReleaseCancelled(id);
    }

    /// @inheritdoc IGuardedBridge
    function reinstateRelease(bytes32 id) external restricted {
        Release memory due = _existing(id);
        if (!due.cancelled) revert BridgeReleaseNotCancelled(id);
        _book(due.chainId, due.amount);
        _wait(id, due.chainId, due.to, due.amount);
    }

    /// @inheritdoc IGuardedBridge
    function cancel(IMessageService.Body calldata body) external returns (bytes32 id) {
        (address owner,) = _taken(body.payload);
        if (owner != _msgSender()) revert BridgeNotOwner(owner, _msgSender());
        (uint256 chainId,) = _parse(body.recipient);
        return GATEWAY.cancel(chainId, body);
    }

    /// @inheritdoc IGuardedBridge
    function refund(IMessageService.Body calldata body) external nonReentrant returns (bytes32 id) {
        bytes32 sender = keccak256(body.sender);
        bytes32 self = keccak256(InteroperableAddress.formatEvmV1(block.chainid, address(this)));
        if (sender != self) revert IMessageService.MessageNotSender(sender, self);

        (uint256 chainId,) = _parse(body.recipient);
        id = CHECKER.idOf(chainId, body);
        (IMessageChecker.Outcome outcome,) = CHECKER.outcomeOf(id);
        bool final_ = outcome == IMessageChecker.Outcome.Cancelled || outcome == IMessageChecker.Outcome.Expired;
        if (!final_) revert BridgeNotRefundable(id, uint8(outcome));
        if (_refunded[id]) revert BridgeRefunded(id);
        _requireOpen(chainId, IMessageService.Direction.Delivering);

        _refunded[id] = true;
        (address owner, uint256 amount) = _taken(body.payload);
        emit TransferRefunded(id, chainId, owner, amount);
        _accept(id, chainId, owner, amount);
    }

    /// @inheritdoc IGuardedBridge
    function setCounterpart(bytes calldata counterpart) external restricted {
        (uint256 chainId, address account) = _parse(counterpart);
        if (chainId == block.chainid || account == address(0)) revert BridgeCounterpart(chainId, account);
        _setLink(address(GATEWAY), counterpart, true);
    }

    /// @inheritdoc IGuardedBridge
    function releaseOf(bytes32 id) external view returns (Release memory) {
        return _releases[id];
    }

    /// @inheritdoc IGuardedBridge
    function isRefunded(bytes32 id) external view returns (bool) {
        return _refunded[id];
    }

    /// @inheritdoc IGuardedBridge
    function checker() external view returns (IMessageChecker) {
        return CHECKER;
    }

    /// @inheritdoc IGuardedBridge
    function gateway() external view returns (IMessageService) {
        return GATEWAY;
    }

    /// @inheritdoc IGuardedBridge
    function scale() external view returns (uint256) {
        return SCALE;
    }

    /// @dev Section 2.
    function _crosschainTransfer(address from, bytes memory to, uint256 amount)
        internal
        virtual
        override
        nonReentrant
        returns (bytes32 id)
    {
        (uint256 chainId, address account) = _requireReceiver(to);
        _requireOpen(chainId, IMessageService.Direction.Sending);
        uint256 wire = Decimals.toWire(amount, SCALE);
        if (Decimals.fromWire(wire, SCALE) != amount) revert BridgeDust(amount, SCALE);
        _requireAmount(chainId, amount);
        _consume(chainId, IMessageService.Direction.Sending, amount);
        if (_mints()) {
            _requireBacked(chainId, amount);
            _fall(chainId, amount);
        } else {
            _rise(chainId, amount);
        }
        _onSend(from, amount);
        id = _sendMessageToCounterpart(
            InteroperableAddress.formatEvmV1(chainId),
            abi.encode(InteroperableAddress.formatEvmV1(block.chainid, from), abi.encodePacked(account), wire),
            _attributes(chainId)
        );
        emit CrosschainFungibleTransferSent(id, from, to, amount);
    }

    /// @dev Section 3. The gateway and the sender are the link's.
    function _processMessage(address, bytes32 id, bytes calldata sender, bytes calldata payload)
        internal
        virtual
        override
        nonReentrant
    {
        (uint256 chainId,) = _parse(sender);
        _requireOpen(chainId, IMessageService.Direction.Delivering);
        (bytes memory from, bytes memory receiver, uint256 wire) = abi.decode(payload, (bytes, bytes, uint256));
        if (receiver.length != 20) revert InteroperableAddressEVM.AddressMalformed();
        // forge-lint: disable-next-line(unsafe-typecast) it has 20 bytes
        address to = address(bytes20(receiver));
        if (to == address(0) || to == address(this) || to == TOKEN) revert BridgeForbiddenRecipient(to);
        uint256 amount = Decimals.fromWire(wire, SCALE);
        _requireAmount(chainId, amount);
        if (_accept(id, chainId, to, amount)) emit CrosschainFungibleTransferReceived(id, from, to, amount);
    }

    /// @dev Whether outstanding is what was minted, and not what is locked.
    function _mints() internal pure virtual returns (bool);

    /// @dev VLT-9.
    function _requireExact(uint256 expected, uint256 got) internal pure {
        if (got != expected) revert BridgeInexact(expected, got);
    }

    /// @dev VLT-8, then hands out at once or lets wait.
    function _accept(bytes32 id, uint256 chainId, address to, uint256 amount) private returns (bool atOnce) {
        _book(chainId, amount);
        (uint256 delayFrom,) = _delay(chainId);
        atOnce = amount < delayFrom;
        if (atOnce) _handOut(chainId, to, amount);
        else _wait(id, chainId, to, amount);
    }

    /// @dev VLT-8 for what is accepted. What is locked stays outstanding until it is handed out.
    function _book(uint256 chainId, uint256 amount) private {
        if (_mints()) _rise(chainId, amount);
        else _requireBacked(chainId, amount);
    }

    function _wait(bytes32 id, uint256 chainId, address to, uint256 amount) private {
        (, uint48 delay) = _delay(chainId);
        uint48 until = uint48(block.timestamp) + delay;
        _promise(chainId, amount);
        _releases[id] = Release({chainId: chainId, amount: amount, to: to, until: until, cancelled: false});
        emit ReleaseDelayed(id, chainId, to, amount, until);
    }

    /// @dev VLT-7, VLT-9. The only way out.
    function _handOut(uint256 chainId, address to, uint256 amount) private {
        _consume(chainId, IMessageService.Direction.Delivering, amount);
        if (!_mints()) _fall(chainId, amount);
        _onReceive(to, amount);
    }

    /// @dev What the chain's terms say.
    function _attributes(uint256 chainId) private view returns (bytes[] memory attributes) {
        Terms memory say = terms(chainId);
        attributes =
            new bytes[]((say.timeToLive == 0 ? 0 : 1) + (say.gasLimit == 0 ? 0 : 1) + (say.cancellable ? 1 : 0));
        uint256 next = 0;
        if (say.timeToLive != 0) {
            uint256 deadline = block.timestamp + say.timeToLive;
            attributes[next++] = abi.encodeWithSelector(MessageAttributes.DELIVER_BEFORE, deadline);
        }
        if (say.gasLimit != 0) {
            attributes[next++] = abi.encodeWithSelector(MessageAttributes.MIN_GAS_LIMIT, say.gasLimit);
        }
        if (say.cancellable) attributes[next] = abi.encodeWithSelector(MessageAttributes.CANCELLABLE, true);
    }

    /// @dev VLT-10.
    function _existing(bytes32 id) private view returns (Release memory due) {
        due = _releases[id];
        if (due.to == address(0)) revert BridgeNoRelease(id);
    }

    /// @dev VLT-4 and VLT-2, for what is sent.
    function _requireReceiver(bytes memory to) private view returns (uint256 chainId, address account) {
        (chainId, account) = _parse(to);
        (address gateway_, bytes memory counterpart) = getLink(InteroperableAddress.formatEvmV1(chainId));
        if (gateway_ == address(0)) revert BridgeUnknownChain(chainId);
        if (account == address(0) || to.equal(counterpart)) revert BridgeForbiddenRecipient(account);
    }

    /// @dev What the payload of a message of this bridge has taken, and from whom.
    function _taken(bytes calldata payload) private view returns (address owner, uint256 amount) {
        (bytes memory from,, uint256 wire) = abi.decode(payload, (bytes, bytes, uint256));
        (, owner) = _parse(from);
        amount = Decimals.fromWire(wire, SCALE);
    }

    /// @dev MSG-3: reads the canonical form and nothing else.
    function _parse(bytes memory self) private pure returns (uint256 chainId, address account) {
        bool success;
        (success, chainId, account) = InteroperableAddress.tryParseEvmV1(self);
        if (!success || chainId == 0 || !self.equal(InteroperableAddress.formatEvmV1(chainId, account))) {
            revert InteroperableAddressEVM.AddressMalformed();
        }
    }
}
