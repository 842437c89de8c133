//! Light clients of each family, and their registry.

alloy_sol_types::sol! {
    #[derive(Debug, PartialEq, Eq)]
    interface IBeaconLightClient {
        struct BeaconHeader {
            uint64 slot;
            uint64 proposerIndex;
            bytes32 parentRoot;
            bytes32 stateRoot;
            bytes32 bodyRoot;
        }

        enum IndexSet {
            Altair,
            Capella,
            Deneb,
            Electra,
            Gloas
        }

        struct Fork {
            uint64 epoch;
            bytes4 version;
            IndexSet indexSet;
        }

        struct Config {
            uint256 chainId;
            uint64 genesisTime;
            bytes32 genesisValidatorsRoot;
            uint64 secondsPerSlot;
            uint64 slotsPerEpoch;
            uint64 epochsPerPeriod;
            uint64 committeeSize;
            uint64 slotsPerHistoricalRoot;
            uint64 trustingPeriod;
            Fork[] forks;
        }

        struct Bootstrap {
            BeaconHeader header;
            bytes32 currentCommitteeRoot;
            bytes32[] currentCommitteeBranch;
            bytes32 executionBlockHash;
            bytes32[] executionBranch;
        }

        struct Trusted {
            uint64 finalizedSlot;
            bytes32 currentCommitteeRoot;
            bytes32 nextCommitteeRoot;
            uint64 latestHead;
            uint64 frozenAt;
        }

        event Bootstrapped(uint64 indexed slot, bytes32 trustedRoot);
        event ForkAppended(uint64 indexed epoch, bytes4 version, IndexSet indexSet);
        event Frozen(uint64 indexed slot, bytes32 rootA, bytes32 rootB);

        constructor(Config config, Bootstrap bootstrap, bytes32 trustedRoot, address authority);
        function update(bytes calldata encoded) external returns (uint64 headId);
        function verifyUpdate(bytes calldata encoded) external view returns (bytes32 finalizedRoot);
        function submitMisbehaviour(bytes calldata a, bytes calldata b) external;
        function appendFork(Fork calldata row) external;
        function trusted() external view returns (Trusted memory);
        function config() external view returns (Config memory);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IMapLightClient {
        struct Config {
            uint256 chainId;
            uint64 epochSize;
            uint64 forkHeight;
            uint64 trustingPeriod;
        }

        struct Checkpoint {
            uint64 epoch;
            uint64 time;
            bytes keys;
        }

        struct Trusted {
            uint64 epoch;
            uint64 time;
            bytes32 commitment;
            uint64 latestHead;
            uint64 frozenAt;
        }

        event Bootstrapped(uint64 indexed epoch, bytes32 commitment);
        event EpochEntered(uint64 indexed epoch, bytes32 commitment, uint256 size);
        event Frozen(uint64 indexed number, bytes32 hashA, bytes32 hashB);

        constructor(Config config, Checkpoint checkpoint, bytes32 trustedCommitment);
        function update(bytes calldata encoded) external returns (uint64 headId);
        function verifyUpdate(bytes calldata encoded)
            external view returns (uint64 number, bytes32 blockHash, bytes32 receiptsRoot_);
        function submitMisbehaviour(bytes calldata a, bytes calldata b) external;
        function receiptsRoot(uint64 headId) external view returns (bytes32);
        function commitmentOf(uint64 epoch) external view returns (bytes32);
        function trusted() external view returns (Trusted memory);
        function config() external view returns (Config memory);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface ILightClientManager {
        event ClientSet(uint256 indexed chainId, address client);
        event ChainPaused(uint256 indexed chainId);
        event ChainUnpaused(uint256 indexed chainId);

        function clientOf(uint256 chainId) external view returns (address);
        function registeredClient(uint256 chainId) external view returns (address);
        function isPaused(uint256 chainId) external view returns (bool);
        function setClient(uint256 chainId, address client) external;
        function pause(uint256 chainId) external;
        function unpause(uint256 chainId) external;
        function headHash(uint256 chainId, uint64 headId) external view returns (bytes32 blockHash);
        function ancestorHash(uint256 chainId, uint64 headId, bytes calldata proof)
            external view returns (bytes32 blockHash);
    }
}
