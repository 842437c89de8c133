// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IInclusionGas, InclusionGas, InclusionGasOpenZeppelin, ReceiptGas} from "./ReceiptGas.sol";
import {Test, console2} from "forge-std/Test.sol";

/// @notice Execution gas of proofs: that of a call into a wrapper, less that of a call into nothing. Neither the 21000 of a
/// transaction nor its calldata is counted; ABI decoding and dispatch in the wrapper are.
contract ReceiptGasTest is Test {
    /// @dev What a proof of a receipt under three nodes of 308, 532 and 593 bytes may cost.
    uint256 private constant INCLUSION_BAR = 12_000;

    /// @dev The same with the receipt decoded and its second log selected.
    uint256 private constant LOG_BAR = 24_000;

    string private json;
    address private immutable STOP = makeAddr("stop");

    function setUp() public {
        json = vm.readFile("vectors/mpt/honest.json");
        vm.etch(STOP, hex"00");
    }

    function test_MPT_gasOfThreeNodeReceipt() public {
        uint256 ours = _compare("block of 200, receipt 100");
        assertLt(ours, INCLUSION_BAR);
    }

    function test_MPT_gasOfEightNodeAccount() public {
        _compare("8 nodes");
    }

    function test_RCT_gasOfLog() public {
        string memory at = _find("block of 200, receipt 100");
        bytes memory call = abi.encodeCall(
            ReceiptGas.prove,
            (
                vm.parseJsonBytes32(json, string.concat(at, ".root")),
                100,
                vm.parseJsonBytesArray(json, string.concat(at, ".proof")),
                1,
                vm.parseJsonAddress(json, string.concat(at, ".logs[1].emitter")),
                vm.parseJsonBytes32(json, string.concat(at, ".logs[1].topics[0]"))
            )
        );
        uint256 spent = _gas(address(new ReceiptGas()), call);
        console2.log("block of 200, receipt 100, second log:", spent);
        assertLt(spent, LOG_BAR);
    }

    function _compare(string memory name) private returns (uint256 ours) {
        string memory at = _find(name);
        bytes memory call = abi.encodeCall(
            IInclusionGas.inclusion,
            (
                vm.parseJsonBytes32(json, string.concat(at, ".root")),
                vm.parseJsonBytes(json, string.concat(at, ".key")),
                vm.parseJsonBytesArray(json, string.concat(at, ".proof"))
            )
        );
        ours = _gas(address(new InclusionGas()), call);
        uint256 theirs = _gas(address(new InclusionGasOpenZeppelin()), call);
        console2.log(string.concat(name, ", ours and OpenZeppelin's:"), ours, theirs);
        assertLt(ours, theirs);
    }

    /// @dev Both callees are warm, and the copy of the calldata costs the same for both.
    function _gas(address callee, bytes memory call) private view returns (uint256) {
        (bool warm,) = STOP.staticcall("");
        assertTrue(warm);
        uint256 start = gasleft();
        (bool ok,) = callee.staticcall(call);
        uint256 between = gasleft();
        (bool stopped,) = STOP.staticcall(call);
        uint256 end = gasleft();
        assertTrue(ok && stopped);
        return (start - between) - (between - end);
    }

    function _find(string memory name) private view returns (string memory at) {
        for (uint256 i = 0;; ++i) {
            at = string.concat(".cases[", vm.toString(i), "]");
            if (keccak256(bytes(vm.parseJsonString(json, string.concat(at, ".name")))) == keccak256(bytes(name))) {
                return at;
            }
        }
    }
}
