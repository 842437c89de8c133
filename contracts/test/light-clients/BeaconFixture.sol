// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";

/// @notice The made-up networks of `vectors/beacon/updates.json`, for tests of the client.
abstract contract BeaconFixture is Test {
    string internal constant VECTORS = "vectors/beacon/updates.json";

    string internal json;
    AccessManager internal access;
    mapping(string => uint256) private _places;

    /// @dev Slot of the bootstrap "fulu", with which most cases begin.
    uint64 internal constant START = 13 * 8192 + 320;

    function setUp() public virtual {
        json = vm.readFile(VECTORS);
        access = new AccessManager(address(this));
        string[] memory names = vm.parseJsonStringArray(json, ".names");
        for (uint256 i = 0; i < names.length; ++i) {
            _places[names[i]] = i + 1;
        }
    }

    // ── The file ────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev JSON path of a case.
    function _at(string memory name) internal view returns (string memory) {
        uint256 place = _places[name];
        require(place != 0, name);
        return string.concat(".cases[", vm.toString(place - 1), "]");
    }

    function _update(string memory name) internal view returns (bytes memory) {
        return vm.parseJsonBytes(json, string.concat(_at(name), ".update"));
    }

    function _config(string memory network) internal view returns (IBeaconLightClient.Config memory) {
        string memory at = string.concat(".networks[?(@.name=='", network, "')].config");
        return abi.decode(vm.parseJsonBytes(json, at), (IBeaconLightClient.Config));
    }

    /// @dev The network of 512 members, with the rows up to Fulu.
    function _mainnet() internal view returns (IBeaconLightClient.Config memory) {
        return _config("mainnet");
    }

    /// @dev Rows that the configuration does not have yet.
    function _laterForks() internal view returns (IBeaconLightClient.Fork[] memory) {
        bytes memory rows = vm.parseJsonBytes(json, ".networks[?(@.name=='mainnet')].later");
        return abi.decode(rows, (IBeaconLightClient.Fork[]));
    }

    function _bootstrap(string memory name)
        internal
        view
        returns (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 trustedRoot)
    {
        string memory at = string.concat(".bootstraps[?(@.name=='", name, "')]");
        bootstrap = abi.decode(vm.parseJsonBytes(json, string.concat(at, ".bootstrap")), (IBeaconLightClient.Bootstrap));
        trustedRoot = vm.parseJsonBytes32(json, string.concat(at, ".trustedRoot"));
    }

    function _networkOf(string memory bootstrap) internal view returns (IBeaconLightClient.Config memory) {
        string memory at = string.concat(".bootstraps[?(@.name=='", bootstrap, "')].network");
        return _config(vm.parseJsonString(json, at));
    }

    function _committee(uint256 period) internal view returns (bytes32) {
        return vm.parseJsonBytes32(json, string.concat(".committees[?(@.period==", vm.toString(period), ")].root"));
    }

    // ── Clients ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev A client at the bootstrap, with the clock at the bootstrap's slot.
    function _deploy(string memory name) internal returns (BeaconLightClient) {
        return _deploy(_networkOf(name), name);
    }

    function _deploy(IBeaconLightClient.Config memory config, string memory name) internal returns (BeaconLightClient) {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 trustedRoot) = _bootstrap(name);
        vm.warp(config.genesisTime + config.secondsPerSlot * uint256(bootstrap.header.slot));
        return new BeaconLightClient(config, bootstrap, trustedRoot, address(access));
    }

    /// @dev A client to which a case applies: after its bootstrap and what it names, at its time.
    function _deployFor(string memory name) internal returns (BeaconLightClient client) {
        client = _deploy(vm.parseJsonString(json, string.concat(_at(name), ".bootstrap")));
        uint256 appended = vm.parseJsonUint(json, string.concat(_at(name), ".appended"));
        for (uint256 i = 0; i < appended; ++i) {
            client.appendFork(_laterForks()[i]);
        }
        string[] memory after_ = vm.parseJsonStringArray(json, string.concat(_at(name), ".after"));
        for (uint256 i = 0; i < after_.length; ++i) {
            _warpTo(after_[i]);
            client.update(_update(after_[i]));
        }
        _warpTo(name);
    }

    function _warpTo(string memory name) internal {
        uint256 time = vm.parseJsonUint(json, string.concat(_at(name), ".now"));
        // forge-lint: disable-next-line(block-timestamp) the clock of a test
        if (time > block.timestamp) vm.warp(time);
    }

    /// @dev To a slot of the network of 512 members.
    function _warp(uint64 slot) internal {
        vm.warp(1_600_000_000 + 12 * uint256(slot));
    }
}
