// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BeaconReferenceHarness} from "../harness/BeaconReferenceHarness.sol";
import {BLS12381Test} from "./BLS12381.t.sol";

/// @notice The suite of the library on its plain twin.
contract BLS12381ReferenceTest is BLS12381Test {
    function setUp() public override {
        super.setUp();
        (harness, twin) = (twin, harness);
    }

    /// @dev RFC 9380, J.10.1: BLS12381G2_XMD:SHA-256_SSWU_RO_. The twin takes any message and tag; the library's fixed ones are
    /// compared with it above.
    function test_BLS_3_acceptsVectorsOfRfc9380() public view {
        BeaconReferenceHarness reference_ = BeaconReferenceHarness(address(harness));
        bytes memory tag = "QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_";
        assertEq(
            reference_.hashToG2("", tag),
            hex"000000000000000000000000000000000141ebfbdca40eb85b87142e130ab689c673cf60f1a3e98d69335266f30d9b8d4ac44c1038e9dcdd5393faf5c41fb78a0000000000000000000000000000000005cb8437535e20ecffaef7752baddf98034139c38452458baeefab379ba13dff5bf5dd71b72418717047f5b0f37da03d000000000000000000000000000000000503921d7f6a12805e72940b963c0cf3471c7b2a524950ca195d11062ee75ec076daf2d4bc358c4b190c0c98064fdd920000000000000000000000000000000012424ac32561493f3fe3c260708a12b7c620e7be00099a974e259ddc7d1f6395c3c811cdd19f1e8dbf3e9ecfdcbab8d6"
        );
        assertEq(
            reference_.hashToG2("abc", tag),
            hex"0000000000000000000000000000000002c2d18e033b960562aae3cab37a27ce00d80ccd5ba4b7fe0e7a210245129dbec7780ccc7954725f4168aff2787776e600000000000000000000000000000000139cddbccdc5e91b9623efd38c49f81a6f83f175e80b06fc374de9eb4b41dfe4ca3a230ed250fbe3a2acf73a41177fd8000000000000000000000000000000001787327b68159716a37440985269cf584bcb1e621d3a7202be6ea05c4cfe244aeb197642555a0645fb87bf7466b2ba480000000000000000000000000000000000aa65dae3c8d732d10ecd2c50f8a1baf3001578f71c694e03866e9f3d49ac1e1ce70dd94a733534f106d4cec0eddd16"
        );
    }
}
