// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {HeliographScript} from "../HeliographScript.sol";
import {Roles} from "./Roles.sol";

/// @title What `Deploy.s.sol` is told by its file, and what it refuses to be told
/// @dev Keys that are not known are errors: a power that is misspelt would silently be nobody's. `config/README.md` is the schema.
abstract contract DeployConfig is HeliographScript {
    /// @dev Of a role. `delay` is what its members' calls have to be announced before; `grantDelay` what passes until a new member is one.
    struct Role {
        uint64 id;
        string label;
        address[] members;
        uint32 delay;
        uint32 grantDelay;
    }

    /// @dev Who decides about roles at last. `targetDelay` is the least delay of a change of who may call a contract.
    struct Admin {
        address account;
        uint32 delay;
        uint32 grantDelay;
        uint32 targetDelay;
    }

    /// @dev A client of attestors alone is deployed; another one is there already, or, with an account of zero, is still to come.
    struct Client {
        uint256 chainId;
        Assumption kind;
        address account;
    }

    struct AttestorSet {
        uint256 chainId;
        address[] attestors;
        uint256 threshold;
    }

    /// @dev A gateway of zero stands for an address that is the same as here. With an assumption of none nothing is delivered from there.
    struct LaneTo {
        uint256 chainId;
        address gateway;
        Assumption assumption;
        bool attested;
    }

    struct RouteFrom {
        uint256 chainId;
        uint256 hubChainId;
        address hub;
        Assumption assumption;
    }

    struct PriceOf {
        uint256 chainId;
        address token;
        uint64 baseGas;
        uint192 perGas;
    }

    /// @dev An account of zero stands for one that is the same as here.
    struct LinkTo {
        uint256 chainId;
        address account;
    }

    struct Config {
        bool trial;
        bool pending;
        address deployer;
        string salt;
        uint256 recipientGas;
        uint64 noticePeriod;
        bool fees;
        bool greeter;
        bool hub;
        bool map;
        Admin admin;
        Role[] roles;
        Client[] clients;
        AttestorSet[] attestors;
        LaneTo[] lanes;
        RouteFrom[] routes;
        PriceOf[] prices;
        LinkTo[] links;
        address[] bridges;
    }

    string private constant TRIAL_KEYS = " chainId trial admin recipientGas greeter ";
    string private constant KEYS =
        " chainId deployer salt recipientGas noticePeriod greeter hub map roles clients attestors lanes routes prices links bridges ";

    /// @notice Everything in the file, once it is found to make sense.
    function _parse(string memory json) internal view returns (Config memory config) {
        uint256 expected = vm.parseJsonUint(json, ".chainId");
        require(
            block.chainid == expected,
            string.concat("config is for chain ", vm.toString(expected), ", this is ", vm.toString(block.chainid))
        );
        config.trial = _flag(json, ".trial");
        config.recipientGas = vm.parseJsonUint(json, ".recipientGas");
        require(config.recipientGas != 0, "recipientGas is zero: no recipient could run");
        config.greeter = _flag(json, ".greeter");
        if (config.trial) {
            _requireKeys(json, "$", TRIAL_KEYS);
            config.deployer = vm.parseJsonAddress(json, ".admin");
            require(config.deployer != address(0), "admin is zero: nobody could register clients or open lanes");
            config.salt = "trial";
            return config;
        }
        _requireKeys(json, "$", KEYS);
        config.deployer = vm.parseJsonAddress(json, ".deployer");
        require(config.deployer != address(0), "deployer is zero");
        config.salt = vm.parseJsonString(json, ".salt");
        config.noticePeriod = readUint64(json, ".noticePeriod");
        require(config.noticePeriod != 0, "noticePeriod is zero: fees could be taken back before a delivery is proven");
        (config.fees, config.hub, config.map) = (true, _flag(json, ".hub"), _flag(json, ".map"));
        _readRoles(json, config);
        _readTrust(json, config);
        _readLanes(json, config);
        _readMoney(json, config);
    }

    function _readRoles(string memory json, Config memory config) private view {
        _requireKeys(json, ".roles", " admin council guardian pricer ");
        _requireKeys(json, ".roles.admin", " account delay grantDelay targetDelay ");
        Admin memory admin = config.admin;
        admin.account = vm.parseJsonAddress(json, ".roles.admin.account");
        admin.delay = _seconds(json, ".roles.admin.delay");
        admin.grantDelay = _seconds(json, ".roles.admin.grantDelay");
        admin.targetDelay = _seconds(json, ".roles.admin.targetDelay");
        require(admin.account != address(0), "roles.admin.account is zero: nobody could change a role");
        require(admin.account != config.deployer, "roles.admin.account is the deployer, who is to have nothing left");

        config.roles = new Role[](3);
        config.roles[0] = _role(json, "council", Roles.COUNCIL, config.deployer);
        config.roles[1] = _role(json, "guardian", Roles.GUARDIAN, config.deployer);
        config.roles[2] = _role(json, "pricer", Roles.PRICER, config.deployer);
        (Role memory council, Role memory guardian, Role memory pricer) =
            (config.roles[0], config.roles[1], config.roles[2]);
        require(council.delay != 0, "roles.council.delay is zero: what it does could not be seen before");
        require(guardian.delay == 0, "roles.guardian.delay is not zero: a pause would come too late");
        require(pricer.delay != 0, "roles.pricer.delay is zero: what it does could not be seen before");
        require(admin.delay >= council.delay, "roles.admin.delay is below the council's: the admin could go around it");
        require(admin.targetDelay >= council.delay, "roles.admin.targetDelay is below the council's delay");
        for (uint256 i = 0; i < guardian.members.length; ++i) {
            address account = guardian.members[i];
            require(account != admin.account, "the admin is a guardian too: who stops is not to decide");
            require(!_has(council.members, account), "a guardian is in the council too: who stops is not to decide");
        }
    }

    function _role(string memory json, string memory label, uint64 id, address deployer)
        private
        pure
        returns (Role memory role)
    {
        string memory key = string.concat(".roles.", label);
        _requireKeys(json, key, " members delay grantDelay ");
        role.id = id;
        role.label = label;
        role.members = vm.parseJsonAddressArray(json, string.concat(key, ".members"));
        role.delay = _seconds(json, string.concat(key, ".delay"));
        role.grantDelay = _seconds(json, string.concat(key, ".grantDelay"));
        require(role.members.length != 0, string.concat("roles.", label, ".members is empty"));
        for (uint256 i = 0; i < role.members.length; ++i) {
            require(role.members[i] != address(0), string.concat("roles.", label, ".members has zero in it"));
            require(role.members[i] != deployer, string.concat("roles.", label, ".members has the deployer in it"));
        }
    }

    function _readTrust(string memory json, Config memory config) private view {
        uint256 count = _count(json, ".attestors");
        config.attestors = new AttestorSet[](count);
        for (uint256 i = 0; i < count; ++i) {
            string memory at = _at(".attestors", i);
            _requireKeys(json, at, " chainId attestors threshold ");
            AttestorSet memory set = config.attestors[i];
            set.chainId = _remote(json, at);
            set.attestors = vm.parseJsonAddressArray(json, string.concat(at, ".attestors"));
            set.threshold = vm.parseJsonUint(json, string.concat(at, ".threshold"));
            require(set.threshold != 0, string.concat(at, ".threshold is zero"));
            require(set.threshold <= set.attestors.length, string.concat(at, ".threshold is more than there are"));
        }

        count = _count(json, ".clients");
        config.clients = new Client[](count);
        for (uint256 i = 0; i < count; ++i) {
            string memory at = _at(".clients", i);
            _requireKeys(json, at, " chainId kind account ");
            Client memory client = config.clients[i];
            client.chainId = _remote(json, at);
            client.kind = readAssumption(json, string.concat(at, ".kind"));
            require(client.kind != Assumption.None, string.concat(at, ".kind is none"));
            if (client.kind == Assumption.Attestors) {
                require(_attested(config, client.chainId), string.concat(at, " has no attestors in the file"));
            } else if (_word(json, string.concat(at, ".account")) == keccak256("pending")) {
                config.pending = true;
            } else {
                client.account = readContract(json, string.concat(at, ".account"));
            }
        }
    }

    function _readLanes(string memory json, Config memory config) private view {
        uint256 count = _count(json, ".lanes");
        config.lanes = new LaneTo[](count);
        for (uint256 i = 0; i < count; ++i) {
            string memory at = _at(".lanes", i);
            _requireKeys(json, at, " chainId gateway assumption attested ");
            LaneTo memory lane = config.lanes[i];
            lane.chainId = _remote(json, at);
            lane.gateway = _sameOr(json, string.concat(at, ".gateway"));
            lane.assumption = readAssumption(json, string.concat(at, ".assumption"));
            lane.attested = _flag(json, string.concat(at, ".attested"));
            require(
                !lane.attested || _attested(config, lane.chainId), string.concat(at, " has no attestors in the file")
            );
        }

        count = _count(json, ".routes");
        config.routes = new RouteFrom[](count);
        for (uint256 i = 0; i < count; ++i) {
            string memory at = _at(".routes", i);
            _requireKeys(json, at, " chainId hubChainId hub assumption ");
            RouteFrom memory route = config.routes[i];
            route.chainId = _remote(json, at);
            route.hubChainId = vm.parseJsonUint(json, string.concat(at, ".hubChainId"));
            route.hub = _sameOr(json, string.concat(at, ".hub"));
            route.assumption = readAssumption(json, string.concat(at, ".assumption"));
            require(route.hubChainId != route.chainId, string.concat(at, ".hubChainId is the source chain's"));
        }
    }

    function _readMoney(string memory json, Config memory config) private view {
        uint256 count = _count(json, ".prices");
        config.prices = new PriceOf[](count);
        for (uint256 i = 0; i < count; ++i) {
            string memory at = _at(".prices", i);
            _requireKeys(json, at, " chainId token baseGas perGas ");
            PriceOf memory price = config.prices[i];
            price.chainId = _remote(json, at);
            price.token = vm.parseJsonAddress(json, string.concat(at, ".token"));
            price.baseGas = readUint64(json, string.concat(at, ".baseGas"));
            uint256 perGas = vm.parseJsonUint(json, string.concat(at, ".perGas"));
            require(perGas != 0, string.concat(at, ".perGas is zero: that would be no price"));
            require(perGas <= type(uint192).max, string.concat(at, ".perGas is beyond 192 bits"));
            // forge-lint: disable-next-line(unsafe-typecast) compared above
            price.perGas = uint192(perGas);
        }

        count = _count(json, ".links");
        require(count == 0 || config.map, "there are links, but map is not to be deployed");
        config.links = new LinkTo[](count);
        for (uint256 i = 0; i < count; ++i) {
            string memory at = _at(".links", i);
            _requireKeys(json, at, " chainId account ");
            config.links[i].chainId = _remote(json, at);
            config.links[i].account = _sameOr(json, string.concat(at, ".account"));
        }

        if (!vm.keyExistsJson(json, ".bridges")) return;
        config.bridges = vm.parseJsonAddressArray(json, ".bridges");
        for (uint256 i = 0; i < config.bridges.length; ++i) {
            require(config.bridges[i].code.length != 0, string.concat(_at(".bridges", i), " has no code on this chain"));
        }
    }

    function _attested(Config memory config, uint256 chainId) private pure returns (bool) {
        for (uint256 i = 0; i < config.attestors.length; ++i) {
            if (config.attestors[i].chainId == chainId) return true;
        }
        return false;
    }

    /// @dev `chainId` of an entry: another chain's.
    function _remote(string memory json, string memory at) private view returns (uint256 chainId) {
        chainId = vm.parseJsonUint(json, string.concat(at, ".chainId"));
        require(chainId != 0 && chainId != block.chainid, string.concat(at, ".chainId is not that of another chain"));
    }

    /// @dev Zero for "same".
    function _sameOr(string memory json, string memory key) private pure returns (address account) {
        if (_word(json, key) == keccak256("same")) return address(0);
        account = vm.parseJsonAddress(json, key);
        require(account != address(0), string.concat(key, " is zero"));
    }

    function _word(string memory json, string memory key) private pure returns (bytes32) {
        return keccak256(bytes(vm.parseJsonString(json, key)));
    }

    function _seconds(string memory json, string memory key) private pure returns (uint32) {
        uint256 value = vm.parseJsonUint(json, key);
        require(value <= type(uint32).max, string.concat(key, " is beyond 32 bits"));
        // forge-lint: disable-next-line(unsafe-typecast) compared above
        return uint32(value);
    }

    function _flag(string memory json, string memory key) private view returns (bool) {
        return vm.keyExistsJson(json, key) && vm.parseJsonBool(json, key);
    }

    function _count(string memory json, string memory key) private view returns (uint256 count) {
        while (vm.keyExistsJson(json, _at(key, count))) ++count;
    }

    /// @param allowed With a space before and after each.
    function _requireKeys(string memory json, string memory at, string memory allowed) private pure {
        string[] memory keys = vm.parseJsonKeys(json, at);
        for (uint256 i = 0; i < keys.length; ++i) {
            bool known = vm.indexOf(allowed, string.concat(" ", keys[i], " ")) != type(uint256).max;
            require(known, string.concat(at, " has an unknown key: ", keys[i]));
        }
    }

    function _has(address[] memory accounts, address account) private pure returns (bool) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (accounts[i] == account) return true;
        }
        return false;
    }

    function _at(string memory key, uint256 i) private pure returns (string memory) {
        return string.concat(key, "[", vm.toString(i), "]");
    }
}
