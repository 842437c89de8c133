// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a struct of this name
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageBatchTest} from "../support/MessageBatchTest.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {Diary} from "../support/recipients/Diary.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice MSG-22, and `deliverBatch` up to the recipients: what is wrong in the proof of one is wrong with all.
contract MessageServiceBatchTest is MessageBatchTest {
    Diary private _recipient;
    MessageProofs.Log[] private _sent;

    function setUp() public override {
        super.setUp();
        _recipient = new Diary();
        for (uint256 i = 0; i < 3; ++i) {
            _sent.push(_send(address(_recipient), abi.encode(i)));
        }
    }

    function test_MSG_22_accepts_messagesOfOneBlock() public {
        IMessageService.BatchProof memory batch = _proveBatch(_sent, 0);
        for (uint64 i = 0; i < 3; ++i) {
            vm.expectEmit(address(destination));
            emit IMessageService.MessageDelivered(_sent[i].topics[1], SOURCE, i, address(0xa11ce));
        }
        vm.prank(address(0xa11ce));
        _assertAll(destination.deliverBatch(SOURCE, batch, address(0)), IMessageService.Result.Delivered, 3);
        assertEq(_recipient.count(), 3);
        for (uint64 i = 0; i < 3; ++i) {
            assertTrue(_isSettled(i));
            assertEq(_recipient.ids(i), _sent[i].topics[1]);
            assertEq(_recipient.payloads(i), abi.encode(i));
        }
    }

    function test_MSG_22_accepts_aBatchOfOne_andItsPayee() public {
        IMessageService.BatchProof memory batch = _proveBatch(_logs(_sent[2]), 2);
        vm.expectEmit(address(destination));
        emit IMessageService.MessageDelivered(_sent[2].topics[1], SOURCE, 2, address(0xb0b));
        _assertAll(destination.deliverBatch(SOURCE, batch, address(0xb0b)), IMessageService.Result.Delivered, 1);
    }

    /// @dev Several logs of one receipt in any order, among logs of others, and receipts in the order of their keys, which zero follows.
    function test_MSG_22_accepts_manyLogsOfManyReceipts() public {
        MessageProofs.Log memory other = MessageProofs.Log(address(0xc0), new bytes32[](1), "");
        Logs[] memory receipts = new Logs[](3);
        receipts[0] = _receipt(7, _logs(_sent[0], _sent[1]), 0);
        receipts[1] = _receipt(0, _logs(other, _sent[2]), 1); // the nonce of the other is not looked at
        receipts[2] = _receipt(128, _logs(_send(address(_recipient), abi.encode(3))), 3);
        IMessageService.BatchProof memory batch = _proveLogs(receipts);
        IMessageService.BatchItem[] memory items = new IMessageService.BatchItem[](4);
        (items[0], items[1], items[2], items[3]) = (batch.items[1], batch.items[0], batch.items[3], batch.items[4]);
        batch.items = items;
        _assertAll(destination.deliverBatch(SOURCE, batch, address(0)), IMessageService.Result.Delivered, 4);
        assertEq(_recipient.payloads(0), abi.encode(1));
        assertEq(_recipient.payloads(1), abi.encode(0));
        assertEq(_recipient.payloads(3), abi.encode(3));
    }

    /// @dev As many as a relayer likes, and the same state as from deliveries one by one.
    function test_MSG_22_accepts_S11_theSameAsOneByOne(uint256 seed) public {
        uint256 state = vm.snapshotState();
        destination.deliverBatch(SOURCE, _proveBatch(_sent, 0), address(0));
        bytes32 word = _word();
        assertTrue(vm.revertToState(state));
        for (uint256 n = 3; n > 0; --n) {
            uint64 i = uint64((seed >> n) % 3);
            while (_isSettled(i)) i = (i + 1) % 3;
            destination.deliver(SOURCE, _prove(_sent[i], i), address(0));
        }
        assertEq(_word(), word);
        assertEq(_recipient.count(), 3);
    }

    function test_MSG_22_rejects_emptyBatches() public {
        IMessageService.BatchProof memory batch;
        vm.expectRevert(IMessageService.MessageEmptyBatch.selector);
        destination.deliverBatch(5, batch, address(0)); // before the lane
    }

    function test_MSG_1_CLI_3_HDR_1_rejects_whatLeadsToTheBlock() public {
        IMessageService.BatchProof memory batch = _proveBatch(_sent, 0);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, 5));
        destination.deliverBatch(5, batch, address(0));
        bytes32 head = keccak256(batch.headers[0]);
        batch.headers[0] = MessageProofs.header(0, "other", 77);
        bytes4 error = BlockHeader.HeaderHashMismatch.selector;
        _rejects(batch, abi.encodeWithSelector(error, head, keccak256(batch.headers[0])));
        batch.headers = new bytes[](0);
        _rejects(batch, abi.encodeWithSelector(BlockHeader.AncestryEmpty.selector));
        batch.headId = 777;
        _rejects(batch, abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 777));
    }

    function test_BAT_2_BAT_3_MPT_5_rejects_receiptsOutOfOrderMissingOrLeftOver() public {
        IMessageService.BatchProof memory batch = _proveBatch(_sent, 0);
        batch.items[2].transactionIndex = 1;
        _rejects(batch, abi.encodeWithSelector(MPTBatch.BatchOrder.selector, 2));
        batch.items[2].transactionIndex = 4;
        _rejects(batch, abi.encodeWithSelector(MPTBatch.BatchKeyAbsent.selector, 2));
        IMessageService.BatchItem[] memory items = new IMessageService.BatchItem[](2);
        (items[0], items[1]) = (batch.items[0], batch.items[1]);
        batch.items = items;
        _rejects(batch, abi.encodeWithSelector(MPTProof.MptTrailingNode.selector, 4));
        batch = _proveBatch(_sent, 0);
        batch.nodes[0][20] ^= 0x01;
        _rejects(batch, abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 0));
    }

    /// @dev Each clause of a single delivery, in the last of three items: nothing of the first two is left.
    function test_RCT_8_MSG_4_MSG_3_MSG_5_rejects_whatIsWrongInOneOfThem() public {
        MessageProofs.Log[] memory logs = _sent;
        logs[2].emitter = address(0xbad);
        bytes4 error = Receipts.ReceiptLogEmitter.selector;
        _rejects(_proveBatch(logs, 0), abi.encodeWithSelector(error, address(source), address(0xbad)));
        logs = _sent;
        logs[2].data = bytes.concat(logs[2].data, hex"00");
        _rejects(_proveBatch(logs, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
        logs[2].data = abi.encode("", "", "", uint256(0), A.none());
        _rejects(_proveBatch(logs, 0), abi.encodeWithSelector(InteroperableAddressEVM.AddressMalformed.selector));
        bytes memory here = _address(DESTINATION, address(_recipient));
        logs[2].data = abi.encode(_address(1, SENDER), here, "", uint256(0), A.none());
        error = IMessageService.MessageWrongChain.selector;
        _rejects(_proveBatch(logs, 0), abi.encodeWithSelector(error, SOURCE, 1));
    }

    function test_MSG_6_MSG_2_MSG_13_MSG_14_rejects_whatIsWrongInOneOfThem() public {
        IMessageService.BatchProof memory batch = _proveBatch(_sent, 0);
        batch.items[2].nonce = 9;
        bytes4 error = IMessageService.MessageIdMismatch.selector;
        _rejects(batch, abi.encodeWithSelector(error, _sent[2].topics[1], _id(_body(_sent[2], 9))));

        bytes4 what = "what";
        _rejectsAttributes(
            A.list("what"), abi.encodeWithSelector(IERC7786GatewaySource.UnsupportedAttribute.selector, what)
        );
        error = bytes4(keccak256("MessageAttributeMalformed(bytes4)"));
        _rejectsAttributes(A.list(A.revertBehavior(2)), abi.encodeWithSelector(error, A.REVERT_BEHAVIOR));
        error = bytes4(keccak256("MessageAttributeConflict(bytes4)"));
        _rejectsAttributes(A.list(A.place(0)), abi.encodeWithSelector(error, A.PLACE));
    }

    function test_MSG_17_accepts_rejects_attestationsOfEachItem() public {
        IMessageService.BatchProof memory batch = _proveBatch(_sent, 0);
        batch.items[2].attestations = hex"00";
        _rejects(batch, abi.encodeWithSelector(IAttestors.AttestationLength.selector, 0, 1));
        _setAttestors(SOURCE);
        destination.setLane(SOURCE, address(source), Assumption.SyncCommittee, true);
        for (uint256 i = 0; i < 3; ++i) {
            batch.items[i].attestations = _attest(SOURCE, IAttestors.Statement.Sent, _sent[i].topics[1]);
        }
        bytes memory last = batch.items[2].attestations;
        batch.items[2].attestations = "";
        _rejects(batch, abi.encodeWithSelector(IAttestors.AttestationLength.selector, 130, 0));
        batch.items[2].attestations = last;
        _assertAll(destination.deliverBatch(SOURCE, batch, address(0)), IMessageService.Result.Delivered, 3);
    }

    function _rejectsAttributes(bytes[] memory attributes, bytes memory error) private {
        MessageProofs.Log[] memory logs = _sent;
        IMessageService.Body memory body = _body(logs[2], 2);
        body.attributes = attributes;
        logs[2].topics[1] = _id(body);
        logs[2].data = abi.encode(body.sender, body.recipient, body.payload, uint256(0), attributes);
        _rejects(_proveBatch(logs, 0), error);
    }

    function _rejects(IMessageService.BatchProof memory batch, bytes memory error) private {
        vm.expectRevert(error);
        destination.deliverBatch(SOURCE, batch, address(0));
        assertEq(_recipient.count(), 0);
        assertEq(_word(), 0);
    }

    function _assertAll(IMessageService.Result[] memory results, IMessageService.Result expected, uint256 count)
        private
        pure
    {
        assertEq(results.length, count);
        for (uint256 i = 0; i < count; ++i) {
            assertTrue(results[i] == expected);
        }
    }

    /// @dev The first word of the source's settled bits, where section 5 of `spec/message.md` has it.
    function _word() private view returns (bytes32) {
        bytes32 slot = keccak256(abi.encode(uint256(keccak256("heliograph.settled")) - 1)) & ~bytes32(uint256(0xff));
        slot = keccak256(abi.encode(SOURCE, slot));
        slot = keccak256(abi.encode(address(source), slot));
        return vm.load(address(destination), keccak256(abi.encode(uint256(0), slot)));
    }
}
