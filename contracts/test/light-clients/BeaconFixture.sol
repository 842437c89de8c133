// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {Test} from "forge-std/Test.sol";

/// @notice The made-up network of `vectors/beacon/updates.json`, for tests of the client.
abstract contract BeaconFixture is Test {
    string internal constant VECTORS = "vectors/beacon/updates.json";

    string internal json;
    IBeaconLightClient.Config internal network;
    mapping(string => uint256) private _places;

    /// @dev Slot of the bootstrap "electra", with which most cases begin.
    uint64 internal constant START = 13 * 8192 + 320;

    function setUp() public virtual {
        json = vm.readFile(VECTORS);
        IBeaconLightClient.Config memory config =
            abi.decode(vm.parseJsonBytes(json, ".config"), (IBeaconLightClient.Config));
        network.chainId = config.chainId;
        network.genesisTime = config.genesisTime;
        network.genesisValidatorsRoot = config.genesisValidatorsRoot;
        network.secondsPerSlot = config.secondsPerSlot;
        network.slotsPerEpoch = config.slotsPerEpoch;
        network.epochsPerPeriod = config.epochsPerPeriod;
        network.trustingPeriod = config.trustingPeriod;
        for (uint256 i = 0; i < config.forks.length; ++i) {
            network.forks.push(config.forks[i]);
        }
        string[] memory names = vm.parseJsonStringArray(json, ".names");
        for (uint256 i = 0; i < names.length; ++i) {
            _places[names[i]] = i + 1;
        }
    }

    /// @dev JSON path of a case.
    function _at(string memory name) internal view returns (string memory) {
        uint256 place = _places[name];
        require(place != 0, name);
        return string.concat(".cases[", vm.toString(place - 1), "]");
    }

    function _update(string memory name) internal view returns (IBeaconLightClient.Update memory) {
        return abi.decode(vm.parseJsonBytes(json, string.concat(_at(name), ".update")), (IBeaconLightClient.Update));
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

    function _committee(uint256 period) internal view returns (bytes32) {
        return vm.parseJsonBytes32(json, string.concat(".committees[?(@.period==", vm.toString(period), ")].root"));
    }

    /// @dev A client at the bootstrap, with the clock at the bootstrap's slot.
    function _deploy(string memory name) internal returns (BeaconLightClient) {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 trustedRoot) = _bootstrap(name);
        _warp(bootstrap.header.slot);
        return new BeaconLightClient(network, bootstrap, trustedRoot);
    }

    /// @dev A client to which a case applies: after its bootstrap and what it names, at its time.
    function _deployFor(string memory name) internal returns (BeaconLightClient client) {
        client = _deploy(vm.parseJsonString(json, string.concat(_at(name), ".bootstrap")));
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

    function _warp(uint64 slot) internal {
        vm.warp(network.genesisTime + network.secondsPerSlot * uint256(slot));
    }

    // ── What tests change ───────────────────────────────────────────────────────────────────────────────────────

    function _flipped(bytes32 word) internal pure returns (bytes32) {
        return word ^ bytes32(uint256(1));
    }

    /// @dev Cut at the end, or lengthened by zeros.
    function _resized(bytes32[] memory from, uint256 length) internal pure returns (bytes32[] memory to) {
        to = new bytes32[](length);
        for (uint256 i = 0; i < length && i < from.length; ++i) {
            to[i] = from[i];
        }
    }

    /// @dev hash_tree_root of a header, the plain way.
    function _headerRoot(IBeaconLightClient.BeaconHeader memory header) internal pure returns (bytes32) {
        bytes32[8] memory row;
        row[0] = _littleEndian(header.slot);
        row[1] = _littleEndian(header.proposerIndex);
        (row[2], row[3], row[4]) = (header.parentRoot, header.stateRoot, header.bodyRoot);
        for (uint256 width = 8; width > 1; width /= 2) {
            for (uint256 i = 0; i < width; i += 2) {
                row[i / 2] = sha256(bytes.concat(row[i], row[i + 1]));
            }
        }
        return row[0];
    }

    function _littleEndian(uint64 value) private pure returns (bytes32 leaf) {
        for (uint256 i = 0; i < 8; ++i) {
            leaf |= bytes32(uint256(value >> (8 * i) & 0xff) << (248 - 8 * i));
        }
    }
}
