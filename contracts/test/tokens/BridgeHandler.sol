// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageChecker} from "../../src/mos/MessageChecker.sol";
import {MessageService} from "../../src/mos/MessageService.sol";
import {GuardedBridge} from "../../src/tokens/GuardedBridge.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {BridgeTest} from "./BridgeTest.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @title Two chains, a bridge on each, and a relayer that drops, delays, repeats and reorders as it likes
/// @notice Every step may be refused. What was sent, what arrived and what was given back is noted here, apart from the bridges' books.
contract BridgeHandler is BridgeTest {
    enum Status {
        UnderWay,
        Accepted,
        Refunded
    }

    struct Move {
        Transfer transfer;
        bool back;
        uint256 wire;
        Status status;
    }

    struct HandedOut {
        uint256 time;
        uint256 wire;
    }

    uint256 public time = NOW;
    uint256 public gifts;
    bool public broken; // something happened twice, or although it could not
    HandedOut[] private _fromHome;
    HandedOut[] private _fromAway;
    Move[] private _moves;
    bytes32[] private _ids; // of all that may wait

    constructor() {
        setUp();
    }

    /// @dev The clock is set, and what is handed out is measured by what others hold.
    modifier step() {
        vm.warp(time);
        vm.chainId(DESTINATION);
        uint256 outside = _outside();
        uint256 minted = bridged.totalSupply();
        _;
        vm.chainId(DESTINATION);
        if (_outside() > outside) _fromHome.push(HandedOut({time: time, wire: (_outside() - outside) / 1e12}));
        if (bridged.totalSupply() > minted) {
            _fromAway.push(HandedOut({time: time, wire: (bridged.totalSupply() - minted) / 100}));
        }
    }

    // ── What users do ───────────────────────────────────────────────────────────────────────────────────────────

    function goOut(uint256 amount) external step {
        _transfer(false, amount % (450 * WIRE));
    }

    function goBack(uint256 amount) external step {
        uint256 held = bridged.balanceOf(USER) / 100;
        if (held != 0) _transfer(true, 1 + amount % held);
    }

    function give(uint64 amount) external step {
        coin.mint(address(home), amount);
        gifts += amount;
    }

    /// @dev Asks to cancel, and has the other chain see to it if it still can.
    function cancel(uint256 which, bool accepted, bool proven) external step {
        if (_moves.length == 0) return;
        Move storage move = _moves[which % _moves.length];
        (GuardedBridge from, MessageService there, uint256 here, uint256 other) = _ends(move);
        vm.chainId(here);
        vm.recordLogs();
        vm.prank(USER);
        from.cancel(move.transfer.body);
        IMessageService.DeliveryProof memory proof =
            _proveOn(here, _last(IMessageService.CancellationRequested.selector), 0);
        if (!accepted) return;
        vm.chainId(other);
        vm.recordLogs();
        try there.acceptCancellation(here, proof) {
            if (!proven) return;
            proof = _proveOn(other, _last(IMessageService.MessageCancelled.selector), 0);
            vm.chainId(here);
            MessageChecker(address(from.checker())).proveCancelled(other, proof);
        } catch {}
    }

    function refund(uint256 which) external step {
        if (_moves.length == 0) return;
        Move storage move = _moves[which % _moves.length];
        (GuardedBridge from,, uint256 here,) = _ends(move);
        vm.chainId(here);
        try from.refund(move.transfer.body) {
            if (move.status != Status.UnderWay) broken = true;
            move.status = Status.Refunded;
        } catch {}
    }

    // ── What relayers do ────────────────────────────────────────────────────────────────────────────────────────

    function deliver(uint256 which) external step {
        if (_moves.length == 0) return;
        Move storage move = _moves[which % _moves.length];
        (, MessageService there, uint256 here, uint256 other) = _ends(move);
        IMessageService.DeliveryProof memory proof = _proveOn(here, move.transfer.log, move.transfer.nonce);
        vm.chainId(other);
        try there.deliver(here, proof, address(0)) {
            if (move.status != Status.UnderWay) broken = true;
            move.status = Status.Accepted;
        } catch {}
    }

    /// @dev Proves what the other chain's storage says now.
    function expire(uint256 which) external step {
        if (_moves.length == 0) return;
        Move storage move = _moves[which % _moves.length];
        (GuardedBridge from, MessageService there, uint256 here, uint256 other) = _ends(move);
        bytes32 slot = _settledSlot(here, address(from.gateway()), move.transfer.nonce);
        IMessageChecker.ExpiryProof memory proof = _storageNow(other, address(there), slot);
        vm.chainId(here);
        try MessageChecker(address(from.checker())).proveExpired(other, move.transfer.body, proof) {
            if (move.status != Status.UnderWay) broken = true;
        } catch {}
    }

    function wait(uint24 seconds_) external {
        time += seconds_ % (1 days);
    }

    // ── What roles do ───────────────────────────────────────────────────────────────────────────────────────────

    function release(uint256 which, bool atHome) external step {
        if (_ids.length == 0) return;
        try _bridge(atHome).release(_ids[which % _ids.length]) {} catch {}
    }

    function cancelRelease(uint256 which, bool atHome) external step {
        if (_ids.length == 0) return;
        try _bridge(atHome).cancelRelease(_ids[which % _ids.length]) {} catch {}
    }

    function reinstateRelease(uint256 which, bool atHome) external step {
        if (_ids.length == 0) return;
        try _bridge(atHome).reinstateRelease(_ids[which % _ids.length]) {} catch {}
    }

    /// @param which Mostly to unpause.
    function pause(bool atHome, bool sending, uint8 which) external step {
        IMessageService.Direction direction = sending ? SENDING : DELIVERING;
        uint256 chainId = atHome ? DESTINATION : SOURCE;
        if (which < 200) _bridge(atHome).unpause(chainId, direction);
        else _bridge(atHome).pause(chainId, direction);
    }

    // ── What a light client that has failed would allow ─────────────────────────────────────────────────────────

    function forge(bool atHome, uint256 wire) external step {
        GuardedBridge bridge = _bridge(atHome);
        bytes32 id = keccak256(abi.encode("forged", _ids.length));
        bytes memory payload = abi.encode("", abi.encodePacked(OTHER), wire % (450 * WIRE));
        bytes memory sender = atHome ? _address(DESTINATION, address(away)) : _address(SOURCE, address(home));
        vm.chainId(atHome ? SOURCE : DESTINATION);
        vm.prank(address(bridge.gateway()));
        try bridge.receiveMessage(id, sender, payload) {
            _ids.push(id);
        } catch {}
    }

    // ── What is to be compared ──────────────────────────────────────────────────────────────────────────────────

    /// @dev The books of both bridges and of the token, in wire units but for what home holds and owes.
    function books()
        external
        view
        returns (uint256 holds, uint256 owes, uint256 locked, uint256 waitsHome, uint256 minted, uint256 waitsAway)
    {
        locked =
            home.outstanding(DESTINATION) / 1e12;
        waitsHome = home.delayed(DESTINATION) / 1e12;
        minted = away.outstanding(SOURCE) / 100;
        waitsAway = away.delayed(SOURCE) / 100;
        return (coin.balanceOf(address(home)), home.owed(), locked, waitsHome, minted, waitsAway);
    }

    function supply() external view returns (uint256) {
        return bridged.totalSupply() / 100;
    }

    /// @dev What is neither here nor there: under way, or cancelled on arrival.
    function between() external view returns (uint256 wire) {
        for (uint256 i = 0; i < _moves.length; ++i) {
            if (_moves[i].status == Status.UnderWay) wire += _moves[i].wire;
        }
        for (uint256 i = 0; i < _ids.length; ++i) {
            if (home.releaseOf(_ids[i]).cancelled) wire += home.releaseOf(_ids[i]).amount / 1e12;
            if (away.releaseOf(_ids[i]).cancelled) wire += away.releaseOf(_ids[i]).amount / 100;
        }
    }

    /// @dev What a bridge has handed out in the window that ends now.
    function inWindow(bool atHome) external view returns (uint256 wire) {
        HandedOut[] storage all = atHome ? _fromHome : _fromAway;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i].time + WINDOW > time) wire += all[i].wire;
        }
    }

    function _transfer(bool back, uint256 wire) private {
        Move storage move = _moves.push();
        (move.back, move.wire) = (back, wire);
        (GuardedBridge from,, uint256 here, uint256 other) = _ends(move);
        vm.chainId(here);
        move.transfer.nonce = MessageService(address(from.gateway())).nextNonce(other);
        vm.recordLogs();
        vm.prank(USER);
        try from.crosschainTransfer(_address(other, USER), wire * (back ? 100 : 1e12)) returns (bytes32 id) {
            move.transfer.id = id;
            move.transfer.log = _lastSent();
            move.transfer.body = _body(move.transfer.log, move.transfer.nonce);
            _ids.push(id);
        } catch {
            _moves.pop();
        }
    }

    /// @dev The bridge that has sent, the service to which, and the ids of both chains.
    function _ends(Move storage move)
        private
        view
        returns (GuardedBridge from, MessageService there, uint256 here, uint256 other)
    {
        if (move.back) return (away, source, DESTINATION, SOURCE);
        return (home, destination, SOURCE, DESTINATION);
    }

    function _bridge(bool atHome) private view returns (GuardedBridge) {
        return atHome ? GuardedBridge(home) : GuardedBridge(away);
    }

    function _outside() private view returns (uint256) {
        return coin.totalSupply() - coin.balanceOf(address(home));
    }

    /// @dev The proof of one slot of one account, in a block of this moment whose state is nothing else.
    function _storageNow(uint256 chainId, address account, bytes32 slot)
        internal
        returns (IMessageChecker.ExpiryProof memory proof)
    {
        bytes32 word = vm.load(account, slot);
        proof.absent = word == 0;
        bytes[] memory keys = new bytes[](proof.absent ? 0 : 1);
        bytes[] memory values = new bytes[](keys.length);
        if (!proof.absent) {
            keys[0] = bytes.concat(keccak256(abi.encode(slot)));
            values[0] = RLP.encode(uint256(word));
        }
        bytes32 root = _build(keys, values);
        if (!proof.absent) proof.storageProof = _prove(keys);

        (keys, values) = (new bytes[](1), new bytes[](1));
        keys[0] = bytes.concat(keccak256(abi.encodePacked(account)));
        bytes[] memory fields = new bytes[](4);
        (fields[0], fields[1]) = (RLP.encode(uint256(1)), RLP.encode(uint256(0)));
        (fields[2], fields[3]) = (RLP.encode(root), RLP.encode(account.codehash));
        values[0] = RLP.encode(fields);
        root = _build(keys, values);
        proof.accountProof = _prove(keys);
        proof.headers = new bytes[](1);
        // forge-lint: disable-next-line(unsafe-typecast)
        proof.headers[0] = MessageProofs.header(0, root, keccak256("receipts"), 5, uint64(time));
        proof.headId = _newHead(chainId, keccak256(proof.headers[0]));
    }
}
