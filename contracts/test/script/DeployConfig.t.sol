// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {DeployTest} from "./DeployTest.sol";

/// @dev What the file may not say. Nothing is deployed then.
contract DeployConfigTest is DeployTest {
    string private constant LANE = "\"chainId\": 424213, \"gateway\": \"same\"";

    function test_config_rejects_anotherChain() public {
        vm.chainId(1);
        vm.expectRevert("config is for chain 424242, this is 1");
        script.deploy(json);
    }

    function test_config_rejects_unknownKeys() public {
        _refuse("\"greeter\"", "\"greter\"", "$ has an unknown key: greter");
        _refuse("\"pricer\": {", "\"pauser\": {", ".roles has an unknown key: pauser");
        _refuse("\"targetDelay\"", "\"delayOfTargets\"", ".roles.admin has an unknown key: delayOfTargets");
        _refuse("\"threshold\"", "\"quorum\"", ".attestors[0] has an unknown key: quorum");
        _refuse("\"gateway\"", "\"service\"", ".lanes[0] has an unknown key: service");
    }

    function test_config_rejects_zeros() public {
        _refuse(
            _quoted("account", ADMIN),
            _quoted("account", address(0)),
            "roles.admin.account is zero: nobody could change a role"
        );
        _refuse(_quoted("deployer", DEPLOYER), _quoted("deployer", address(0)), "deployer is zero");
        _refuse("\"recipientGas\": 200000", "\"recipientGas\": 0", "recipientGas is zero: no recipient could run");
        _refuse(
            "\"noticePeriod\": 172800",
            "\"noticePeriod\": 0",
            "noticePeriod is zero: fees could be taken back before a delivery is proven"
        );
        _refuse("\"perGas\": \"2000000000\"", "\"perGas\": 0", ".prices[0].perGas is zero: that would be no price");
        _refuse("\"threshold\": 2", "\"threshold\": 0", ".attestors[0].threshold is zero");
        _refuse(LANE, "\"chainId\": 0, \"gateway\": \"same\"", ".lanes[0].chainId is not that of another chain");
        _refuse(
            LANE,
            "\"chainId\": 424213, \"gateway\": \"0x0000000000000000000000000000000000000000\"",
            ".lanes[0].gateway is zero"
        );
        _refuse(vm.toString(COUNCIL), vm.toString(address(0)), "roles.council.members has zero in it");
    }

    function test_config_rejects_delaysThatAreNone() public {
        _refuse(
            "\"delay\": 172800", "\"delay\": 0", "roles.council.delay is zero: what it does could not be seen before"
        );
        _refuse("\"delay\": 0", "\"delay\": 1", "roles.guardian.delay is not zero: a pause would come too late");
        _refuse("\"delay\": 3600", "\"delay\": 0", "roles.pricer.delay is zero: what it does could not be seen before");
        _refuse(
            "\"delay\": 259200",
            "\"delay\": 172799",
            "roles.admin.delay is below the council's: the admin could go around it"
        );
        _refuse(
            "\"targetDelay\": 259200", "\"targetDelay\": 172799", "roles.admin.targetDelay is below the council's delay"
        );
        _refuse("\"delay\": 172800", "\"delay\": 4294967296", ".roles.council.delay is beyond 32 bits");
    }

    function test_config_rejects_oneWhoStopsAndDecides() public {
        _refuse(
            vm.toString(GUARDIAN), vm.toString(COUNCIL), "a guardian is in the council too: who stops is not to decide"
        );
        _refuse(vm.toString(GUARDIAN), vm.toString(ADMIN), "the admin is a guardian too: who stops is not to decide");
    }

    function test_config_rejects_aDeployerWhoKeepsSomething() public {
        _refuse(
            _quoted("account", ADMIN),
            _quoted("account", DEPLOYER),
            "roles.admin.account is the deployer, who is to have nothing left"
        );
        _refuse(vm.toString(PRICER), vm.toString(DEPLOYER), "roles.pricer.members has the deployer in it");
    }

    function test_config_rejects_rolesOfNobody() public {
        string memory council = string.concat("[\"", vm.toString(COUNCIL), "\"]");
        _refuse(council, "[]", "roles.council.members is empty");
    }

    function test_config_rejects_whatCouldNeverDeliver() public {
        _refuse("\"threshold\": 2", "\"threshold\": 4", ".attestors[0].threshold is more than there are");
        _refuse(LANE, "\"chainId\": 424242, \"gateway\": \"same\"", ".lanes[0].chainId is not that of another chain");
        _refuse(LANE, "\"chainId\": 5, \"gateway\": \"same\"", ".lanes[0] has no attestors in the file");
        _refuse("\"kind\": \"attestors\"", "\"kind\": \"none\"", ".clients[0].kind is none");
        _refuse(
            "\"assumption\": \"attestors\"",
            "\"assumption\": \"sync-committee\"",
            "lane to chain 424213: the client rests on something else"
        );
        _refuse("\"map\": true", "\"map\": false", "there are links, but map is not to be deployed");
    }

    function test_config_accepts_theFilesOfBothChains() public {
        script.deploy(json);
        assertEq(script.made(), 28, "transactions");
        vm.chainId(THERE);
        json =
            vm.replace(vm.readFile("contracts/script/config/local-b.json"), "heliograph local 1", "heliograph local 2");
        script.deploy(json);
        assertEq(script.made(), 27, "transactions: the factory is there already");
    }

    function _refuse(string memory from, string memory to, string memory why) private {
        string memory file = changed(from, to);
        vm.expectRevert(bytes(why));
        script.deploy(file);
    }

    function _quoted(string memory key, address account) private pure returns (string memory) {
        return string.concat("\"", key, "\": \"", vm.toString(account), "\"");
    }
}
