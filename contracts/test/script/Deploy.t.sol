// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Deploy} from "../../script/Deploy.s.sol";
import {Create3Factory} from "../../script/deploy/Create3Factory.sol";
import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {DeployTest} from "./DeployTest.sol";
import {LateClient} from "./LateClient.sol";
import {RecordingDeploy} from "./RecordingDeploy.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";

/// @dev What a run does, a second one does not, and one that was stopped makes up for.
contract DeployRunTest is DeployTest {
    string private constant LANES = "\"lanes\": [";
    string private constant ONE_WAY =
        "\"lanes\": [{ \"chainId\": 5, \"gateway\": \"0x00000000000000000000000000000000000000aa\", \"assumption\": \"none\", \"attested\": false }, ";

    function test_deploy_accepts_aSecondRun() public {
        Deploy.Deployment memory first = script.deploy(json);
        assertEq(script.made(), 28, "transactions of the first run");
        Deploy.Deployment memory second = script.deploy(json);
        assertEq(script.made(), 0, "transactions of the second run");
        assertEq(abi.encode(second), abi.encode(first), "addresses");
    }

    function test_deploy_accepts_aRunThatWasStoppedAnywhere() public {
        vm.pauseGasMetering();
        uint256 start = vm.snapshotState();
        bytes memory wanted = abi.encode(script.deploy(json));
        RecordingDeploy.Transaction[] memory all = script.recorded();
        assertEq(all.length, 28, "transactions of a whole run");
        for (uint256 stop = 0; stop <= all.length; ++stop) {
            vm.revertToState(start);
            for (uint256 i = 0; i < stop; ++i) {
                vm.prank(DEPLOYER);
                (bool success,) = all[i].target.call(all[i].data);
                assertTrue(success, "transaction of the run that stops");
            }
            Deploy.Deployment memory deployed = script.deploy(json);
            assertEq(script.made(), all.length - stop, "transactions of the run that goes on");
            assertEq(abi.encode(deployed), wanted, "addresses");
        }
    }

    function test_deploy_accepts_anotherChainAtTheSameAddresses() public {
        uint256 start = vm.snapshotState();
        Deploy.Deployment memory here = script.deploy(json);
        vm.revertToState(start);
        vm.chainId(THERE);
        Deploy.Deployment memory there = script.deploy(vm.readFile("contracts/script/config/local-b.json"));
        // Their clients follow different chains; all else is the same.
        (here.clients, there.clients) = (there.clients, there.clients);
        assertEq(abi.encode(here), abi.encode(there));
        assertEq(there.messageService.lane(HERE).gateway, address(here.messageService));
    }

    function test_deploy_accepts_clientsThatComeLater() public {
        string memory client = "{ \"chainId\": 7, \"kind\": \"map-validators\", \"account\": \"pending\" }";
        string memory file = changed("\"clients\": [", string.concat("\"clients\": [", client, ", "));
        Deploy.Deployment memory deployed = script.deploy(file);
        assertEq(address(deployed.messageService.fees()), address(0), "nothing is wired yet");
        vm.expectRevert("a client in the file is pending");
        script.requireDeployed(file);
        vm.expectRevert("a client in the file is pending");
        script.acceptAs(file);

        address late = address(new LateClient());
        script.deploy(vm.replace(file, "pending", vm.toString(late)));
        assertEq(address(deployed.lightClientManager.registeredClient(7)), late);
        assertEq(address(deployed.messageService.fees()), address(deployed.relayFees));
    }

    function test_deploy_rejects_clientsOfAnotherChainOrKind() public {
        string memory late = vm.toString(address(new LateClient()));
        string memory client =
            string.concat("\"account\": \"", late, "\", \"chainId\": 8, \"kind\": \"map-validators\"");
        string memory clients = string.concat("\"clients\": [{", client, "}, ");
        string memory file = changed("\"clients\": [", clients);
        vm.expectRevert("client of chain 8 follows another chain");
        script.deploy(file);
        file = vm.replace(vm.replace(file, "\"chainId\": 8", "\"chainId\": 7"), "map-validators", "sync-committee");
        vm.expectRevert("client of chain 7 is of another kind");
        script.deploy(file);
    }

    function test_deploy_rejects_otherArguments() public {
        Deploy.Deployment memory deployed = script.deploy(json);
        string memory at = vm.toString(address(deployed.messageService));
        string memory file = changed("\"recipientGas\": 200000", "\"recipientGas\": 200001");
        vm.expectRevert(bytes(string.concat("MessageService at ", at, " has other code or arguments")));
        script.deploy(file);
    }

    function test_deploy_rejects_toOverwrite() public {
        script.deploy(json);
        _refuse("\"threshold\": 2", "\"threshold\": 3", "attestors of chain 424213: is set to something else");
        _refuse("\"attested\": true", "\"attested\": false", "lane to chain 424213: is set to something else");
        string memory price =
            "price for chain 424213 in 0x0000000000000000000000000000000000000000: is set to something else";
        _refuse("\"baseGas\": 150000", "\"baseGas\": 150001", price);
        _refuse("\"delay\": 3600", "\"delay\": 3601", "role pricer: is set to something else");
        _refuse(
            "\"targetDelay\": 259200",
            "\"targetDelay\": 259201",
            "roles of LightClientManager: is set to something else"
        );
        _refuse("\"delay\": 259200", "\"delay\": 259201", "role admin: is set to something else");
        _refuse(vm.toString(GUARDIAN), vm.toString(address(0xabc)), "role guardian: is set to something else");
    }

    function test_deploy_rejects_whatIsTheCouncilsByNow() public {
        Deploy.Deployment memory deployed = script.deploy(json);
        bytes memory call = abi.encodeCall(IMessageService.setLane, (5, address(0xaa), Assumption.None, false));
        string memory who = string.concat(vm.toString(address(deployed.messageService)), " with ", vm.toString(call));
        string memory file = changed(LANES, ONE_WAY);
        vm.expectRevert(
            bytes(string.concat("lane to chain 5: is not for the deployer any more; who has the role calls ", who))
        );
        script.deploy(file);
    }

    function test_check_rejects_whatIsNotThere() public {
        vm.expectRevert("Create3Factory is not deployed");
        script.requireDeployed(json);
        script.deploy(json);
        string memory file = changed(LANES, ONE_WAY);
        vm.expectRevert("lane to chain 5: is not set");
        script.requireDeployed(file);
    }

    function test_check_rejects_aDeployerWhoIsAdminStill() public {
        script.deploy(json);
        vm.expectRevert("the deployer is admin still: the new one has to accept");
        script.requireDeployed(json);
    }

    function test_check_rejects_aDeployerWhoHasARole() public {
        Deploy.Deployment memory deployed = script.deploy(json);
        vm.prank(DEPLOYER);
        deployed.accessManager.grantRole(2, DEPLOYER, 0);
        script.acceptAs(json);
        script.deploy(json);
        vm.expectRevert("the deployer has the role guardian");
        script.requireDeployed(json);
    }

    function test_check_accepts_whatIsAsTheFileSays() public {
        Deploy.Deployment memory deployed = deployAll();
        assertEq(abi.encode(script.requireDeployed(json)), abi.encode(deployed));
        assertEq(script.made(), 0, "checking changes nothing");
    }

    function test_trial_accepts_anAdminWithoutADelay() public {
        string memory file =
            "{\"chainId\": 424242, \"trial\": true, \"recipientGas\": 7, \"admin\": \"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266\"}";
        Deploy.Deployment memory deployed = script.deploy(file);
        (bool isAdmin, uint32 delay) = deployed.accessManager.hasRole(0, DEPLOYER);
        assertTrue(isAdmin && delay == 0);
        vm.expectRevert("a trial has no other admin");
        script.acceptAs(file);
    }

    function test_factory_rejects_aSaltThatWasUsed() public {
        Create3Factory factory = new Create3Factory();
        bytes memory code = type(Create3Factory).creationCode;
        address at = factory.create("salt", code);
        assertEq(at, factory.addressOf(address(this), "salt"));
        assertEq(factory.initCodeHashOf(at), keccak256(code));
        vm.expectRevert(Errors.FailedDeployment.selector);
        factory.create("salt", code);
    }

    function test_factory_accepts_theSameSaltOfSomebodyElse() public {
        Create3Factory factory = new Create3Factory();
        bytes memory code = type(Create3Factory).creationCode;
        vm.prank(GUARDIAN);
        address theirs = factory.create("salt", code);
        assertEq(theirs, factory.addressOf(GUARDIAN, "salt"));
        address ours = factory.create("salt", code);
        assertEq(ours, factory.addressOf(address(this), "salt"));
        assertNotEq(ours, theirs);
    }

    function _refuse(string memory from, string memory to, string memory why) private {
        string memory file = changed(from, to);
        vm.expectRevert(bytes(why));
        script.deploy(file);
    }
}
