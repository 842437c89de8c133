// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../src/interfaces/IBeaconLightClient.sol";
import {ILightClientManager} from "../src/interfaces/ILightClientManager.sol";
import {BeaconLightClient} from "../src/light-clients/BeaconLightClient.sol";
import {HeliographScript} from "./HeliographScript.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @title Deploys a light client of a beacon chain, registers it, and says who may append fork rows to it, with what delay
/// @notice The client's authority is the registry's. The sender has to hold the registry's role for `setClient`, unless the file says
/// `"register": false`, and be an admin of the AccessManager if it has a `forkRole`. Without one only an admin appends rows.
contract DeployBeaconClient is HeliographScript {
    /// @dev Who may append fork rows, and how many seconds each row has to be announced before.
    struct ForkRole {
        uint64 id;
        address holder;
        uint32 delay;
    }

    function run() external returns (BeaconLightClient client) {
        string memory json = readConfig();
        bytes32 trustedRoot = vm.parseJsonBytes32(json, ".trustedRoot");
        require(trustedRoot != 0, "trustedRoot is zero: name the root of a finalized header you trust");
        IBeaconLightClient.Config memory config = _config(json);
        IBeaconLightClient.Bootstrap memory bootstrap = _bootstrap(json);
        ILightClientManager manager = ILightClientManager(readContract(json, ".lightClientManager"));
        bool register = !vm.keyExistsJson(json, ".register") || vm.parseJsonBool(json, ".register");

        AccessManager authority = AccessManager(IAccessManaged(address(manager)).authority());
        ForkRole memory role = _forkRole(json);

        vm.startBroadcast();
        client = new BeaconLightClient(config, bootstrap, trustedRoot, address(authority));
        if (register) manager.setClient(config.chainId, client);
        if (role.id != 0) _giveForkRole(authority, client, role);
        vm.stopBroadcast();

        require(client.chainId() == config.chainId, "client follows another chain");
        require(client.authority() == address(authority), "client has another authority");
        require(client.trusted().finalizedSlot == bootstrap.header.slot, "client trusts another slot");
        require(keccak256(abi.encode(client.config())) == keccak256(abi.encode(config)), "client has another config");
        _assertHead(client, bootstrap.executionBlockHash);
        _assertForkRole(authority, client, role);
        if (register) {
            require(manager.clientOf(config.chainId) == client, "registry names another client");
        }
        _write(config.chainId, client);
    }

    /// @dev A bootstrap of Altair or Bellatrix has no execution block.
    function _assertHead(BeaconLightClient client, bytes32 blockHash) private view {
        if (client.latestHead() == 0) return;
        require(client.latestHead() == 1, "client has more than one head");
        require(client.headHash(1) == blockHash, "client's head is not the bootstrap's block");
    }

    function _forkRole(string memory json) private view returns (ForkRole memory role) {
        if (!vm.keyExistsJson(json, ".forkRole")) return role;
        role.id = readUint64(json, ".forkRole.id");
        role.holder = vm.parseJsonAddress(json, ".forkRole.holder");
        uint64 delay = readUint64(json, ".forkRole.delay");
        require(role.id != 0, "forkRole.id is zero: that is the admin's role");
        require(delay != 0 && delay <= type(uint32).max, "forkRole.delay is zero, or beyond 32 bits");
        // forge-lint: disable-next-line(unsafe-typecast) compared above
        role.delay = uint32(delay);
    }

    function _giveForkRole(AccessManager authority, BeaconLightClient client, ForkRole memory role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = client.appendFork.selector;
        authority.setTargetFunctionRole(address(client), selectors, role.id);
        authority.grantRole(role.id, role.holder, role.delay);
    }

    function _assertForkRole(AccessManager authority, BeaconLightClient client, ForkRole memory role) private view {
        uint64 id = authority.getTargetFunctionRole(address(client), client.appendFork.selector);
        require(id == role.id, "fork rows are under another role");
        if (id == 0) return;
        (bool isHolder, uint32 delay) = authority.hasRole(id, role.holder);
        require(isHolder && delay == role.delay, "holder does not have the fork role with its delay");
    }

    function _config(string memory json) private view returns (IBeaconLightClient.Config memory config) {
        config.chainId = vm.parseJsonUint(json, ".config.chainId");
        config.genesisTime = readUint64(json, ".config.genesisTime");
        config.genesisValidatorsRoot = vm.parseJsonBytes32(json, ".config.genesisValidatorsRoot");
        config.secondsPerSlot = readUint64(json, ".config.secondsPerSlot");
        config.slotsPerEpoch = readUint64(json, ".config.slotsPerEpoch");
        config.epochsPerPeriod = readUint64(json, ".config.epochsPerPeriod");
        config.committeeSize = readUint64(json, ".config.committeeSize");
        config.slotsPerHistoricalRoot = readUint64(json, ".config.slotsPerHistoricalRoot");
        config.trustingPeriod = readUint64(json, ".config.trustingPeriod");

        uint256 count = 0;
        while (vm.keyExistsJson(json, _row(count))) ++count;
        config.forks = new IBeaconLightClient.Fork[](count);
        for (uint256 i = 0; i < count; ++i) {
            config.forks[i] = _fork(json, _row(i));
        }
    }

    function _fork(string memory json, string memory row) private pure returns (IBeaconLightClient.Fork memory fork) {
        fork.epoch = readUint64(json, string.concat(row, ".epoch"));
        bytes memory version = vm.parseJsonBytes(json, string.concat(row, ".version"));
        require(version.length == 4, string.concat(row, ".version is not 4 bytes"));
        // forge-lint: disable-next-line(unsafe-typecast) compared above
        fork.version = bytes4(version);

        fork.indexSet = _indexSet(vm.parseJsonString(json, string.concat(row, ".indexSet")));
    }

    function _indexSet(string memory name) private pure returns (IBeaconLightClient.IndexSet) {
        string[5] memory names = ["altair", "capella", "deneb", "electra", "gloas"];
        for (uint256 i = 0; i < names.length; ++i) {
            if (keccak256(bytes(name)) == keccak256(bytes(names[i]))) return IBeaconLightClient.IndexSet(i);
        }
        revert(string.concat("no index set is named ", name));
    }

    function _bootstrap(string memory json) private pure returns (IBeaconLightClient.Bootstrap memory bootstrap) {
        bootstrap.header.slot = readUint64(json, ".bootstrap.header.slot");
        bootstrap.header.proposerIndex = readUint64(json, ".bootstrap.header.proposerIndex");
        bootstrap.header.parentRoot = vm.parseJsonBytes32(json, ".bootstrap.header.parentRoot");
        bootstrap.header.stateRoot = vm.parseJsonBytes32(json, ".bootstrap.header.stateRoot");
        bootstrap.header.bodyRoot = vm.parseJsonBytes32(json, ".bootstrap.header.bodyRoot");
        bootstrap.currentCommitteeRoot = vm.parseJsonBytes32(json, ".bootstrap.currentCommitteeRoot");
        bootstrap.currentCommitteeBranch = vm.parseJsonBytes32Array(json, ".bootstrap.currentCommitteeBranch");
        bootstrap.executionBlockHash = vm.parseJsonBytes32(json, ".bootstrap.executionBlockHash");
        bootstrap.executionBranch = vm.parseJsonBytes32Array(json, ".bootstrap.executionBranch");
    }

    function _write(uint256 sourceChainId, BeaconLightClient client) private {
        string memory object = "beaconClient";
        vm.serializeUint(object, "chainId", block.chainid);
        vm.serializeUint(object, "sourceChainId", sourceChainId);
        writeOutput(vm.serializeAddress(object, "lightClient", address(client)));
    }

    function _row(uint256 i) private pure returns (string memory) {
        return string.concat(".config.forks[", vm.toString(i), "]");
    }
}
