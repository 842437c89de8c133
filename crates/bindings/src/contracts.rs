//! The interfaces under `contracts/src/interfaces`, without what they inherit: a call of an inherited function is
//! encoded by the interface that declares it.
#![expect(missing_docs, reason = "generated; NatSpec is in the contracts")]
#![expect(
    clippy::too_many_arguments,
    reason = "generated; events have as many fields as they have"
)]

alloy_sol_types::sol! {
    #[derive(Debug, PartialEq, Eq)]
    interface ILightClient {
        event HeadVerified(uint64 id, bytes32 blockHash);

        function chainId() external view returns (uint256);
        function latestHead() external view returns (uint64 id);
        function headHash(uint64 id) external view returns (bytes32 blockHash);
        function ancestorHash(uint64 id, bytes calldata proof) external view returns (bytes32 blockHash);
    }

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

    #[derive(Debug, PartialEq, Eq)]
    interface IMessageService {
        struct DeliveryProof {
            uint64 headId;
            bytes ancestry;
            bytes[] headers;
            uint64 transactionIndex;
            bytes[] receiptProof;
            uint256 logIndex;
            uint64 nonce;
        }

        event MessageSent(
            bytes32 indexed sendId, bytes sender, bytes recipient, bytes payload, uint256 value, bytes[] attributes
        );
        event MessageDelivered(bytes32 indexed id, uint256 indexed sourceChainId, uint64 nonce);
        event LaneSet(uint256 indexed chainId, address gateway);
        event RouteSet(uint256 indexed sourceChainId, uint256 hubChainId, address hub);

        function sendMessage(bytes calldata recipient, bytes calldata payload, bytes[] calldata attributes)
            external
            payable
            returns (bytes32 sendId);
        function supportsAttribute(bytes4 selector) external view returns (bool);
        function deliver(uint256 sourceChainId, DeliveryProof calldata proof) external returns (bytes32 id);
        function deliverRouted(uint256 sourceChainId, DeliveryProof calldata proof) external returns (bytes32 id);
        function setLane(uint256 chainId, address gateway) external;
        function setRoute(uint256 sourceChainId, uint256 hubChainId, address hub) external;
        function lane(uint256 chainId) external view returns (address gateway);
        function route(uint256 sourceChainId) external view returns (uint256 hubChainId, address hub);
        function isDelivered(uint256 sourceChainId, address sourceGateway, uint64 nonce) external view returns (bool);
        function nextNonce(uint256 destinationChainId) external view returns (uint64);
        function recipientGas() external view returns (uint256);
        function clients() external view returns (address);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IMessageHub {
        event MessageRelayed(
            bytes32 indexed id,
            uint256 indexed sourceChainId,
            address indexed sourceGateway,
            bytes sender,
            bytes recipient,
            bytes payload,
            uint256 value,
            bytes[] attributes
        );

        function relay(uint256 sourceChainId, address sourceGateway, IMessageService.DeliveryProof calldata proof)
            external
            returns (bytes32 id);
        function clients() external view returns (address);
    }
}
