// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Test} from "forge-std/Test.sol";

contract InteroperableAddressEVMTest is Test {
    function decode(bytes calldata self) external pure returns (uint256, address) {
        return InteroperableAddressEVM.decode(self);
    }

    function test_MSG_3_accepts_everyAccountOfEveryChain(uint256 chainId, address account, uint8 bits) public view {
        chainId = bound(chainId >> bits, 1, type(uint256).max); // all lengths
        (uint256 gotChain, address got) = this.decode(InteroperableAddressEVM.encode(chainId, account));
        assertEq(gotChain, chainId);
        assertEq(got, account);
    }

    function test_MSG_3_accepts_theExampleOfTheStandard() public view {
        (uint256 chainId, address account) = this.decode(hex"00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045");
        assertEq(chainId, 1);
        assertEq(account, 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045);
    }

    /// @dev What is accepted is one spelling of what was read.
    function test_MSG_3_accepts_nothingElse(bytes calldata data) public view {
        _acceptsOnlyCanonical(data);
    }

    function test_MSG_3_rejects_changedByte(uint256 chainId, address account, uint8 bits, uint256 place, bytes1 flip)
        public
        view
    {
        bytes memory data = InteroperableAddressEVM.encode(bound(chainId >> bits, 1, type(uint256).max), account);
        data[place % data.length] ^= flip;
        _acceptsOnlyCanonical(data);
    }

    function test_MSG_3_rejects_everyOtherForm() public {
        bytes20 account = bytes20(address(0xbeef));
        _rejects("");
        _rejects(bytes.concat(hex"00020000010114", account)); // version
        _rejects(bytes.concat(hex"00010001010114", account)); // chain type
        _rejects(bytes.concat(hex"0001000000", hex"14", account)); // no chain
        _rejects(bytes.concat(hex"000100000200", hex"0114", account)); // leading zero
        _rejects(bytes.concat(hex"000100000100", hex"14", account)); // chain 0
        _rejects(bytes.concat(hex"0001000021", hex"01", bytes32(0), hex"14", account)); // 33 bytes
        _rejects(bytes.concat(hex"00010000ff", new bytes(255), hex"14", account));
        _rejects(hex"00010000010100"); // no account
        _rejects(bytes.concat(hex"00010000010113", new bytes(19))); // 19 bytes
        _rejects(bytes.concat(hex"00010000010115", account, hex"00")); // 21 bytes
        _rejects(bytes.concat(hex"00010000010114", new bytes(19))); // cut
        _rejects(bytes.concat(hex"00010000010114", account, hex"00")); // left over
        _rejects(InteroperableAddress.formatEvmV1(1));
        _rejects(InteroperableAddress.formatEvmV1(address(account)));
    }

    function _acceptsOnlyCanonical(bytes memory data) private view {
        try this.decode(data) returns (uint256 chainId, address account) {
            assertNotEq(chainId, 0);
            assertEq(InteroperableAddress.formatEvmV1(chainId, account), data);
        } catch (bytes memory error) {
            assertEq(error, abi.encodeWithSelector(InteroperableAddressEVM.AddressMalformed.selector));
        }
    }

    function _rejects(bytes memory data) private {
        vm.expectRevert(InteroperableAddressEVM.AddressMalformed.selector);
        this.decode(data);
    }
}
