// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Deploy} from "../../script/Deploy.s.sol";
import {RecordingDeploy} from "./RecordingDeploy.sol";
import {Test} from "forge-std/Test.sol";

/// @dev Runs the script on the chain of the file local-a, and knows who is who there.
abstract contract DeployTest is Test {
    address internal constant DEPLOYER = 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266;
    address internal constant ADMIN = 0x70997970C51812dc3A010C7d01b50e0d17dc79C8;
    address internal constant COUNCIL = 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC;
    address internal constant GUARDIAN = 0x90F79bf6EB2c4f870365E785982E1f101E93b906;
    address internal constant PRICER = 0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc;

    uint32 internal constant ADMIN_DELAY = 3 days;
    uint32 internal constant COUNCIL_DELAY = 2 days;
    uint256 internal constant HERE = 424_242;
    uint256 internal constant THERE = 424_213;

    RecordingDeploy internal script;
    string internal json;

    function setUp() public virtual {
        vm.chainId(HERE);
        vm.warp(1_700_000_000);
        json = vm.readFile("contracts/script/config/local-a.json");
        script = new RecordingDeploy();
    }

    /// @dev Deploys, and has the admin accept.
    function deployAll() internal returns (Deploy.Deployment memory deployed) {
        script.deploy(json);
        script.acceptAs(json);
        return script.deploy(json);
    }

    /// @dev The file with one place changed.
    function changed(string memory from, string memory to) internal view returns (string memory) {
        require(vm.indexOf(json, from) != type(uint256).max, "the file does not have what is to be changed");
        return vm.replace(json, from, to);
    }
}
