//! Messages, and what every light client answers that they are proven against.

alloy_sol_types::sol! {
    #[derive(Debug, PartialEq, Eq)]
    enum Assumption {
        None,
        SyncCommittee,
        MapValidators,
        Attestors
    }

    #[derive(Debug, PartialEq, Eq)]
    interface ILightClient {
        event HeadVerified(uint64 id, bytes32 blockHash);

        function chainId() external view returns (uint256);
        function assumption() external view returns (Assumption);
        function latestHead() external view returns (uint64 id);
        function headHash(uint64 id) external view returns (bytes32 blockHash);
        function ancestorHash(uint64 id, bytes calldata proof) external view returns (bytes32 blockHash);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IMessageService {
        struct Lane {
            address gateway;
            Assumption assumption;
            bool attested;
            bool sendingPaused;
            bool deliveringPaused;
        }

        struct Route {
            uint256 hubChainId;
            address hub;
            Assumption assumption;
        }

        enum Direction {
            Sending,
            Delivering
        }

        struct DeliveryProof {
            uint64 headId;
            bytes ancestry;
            bytes[] headers;
            uint64 transactionIndex;
            bytes[] receiptProof;
            uint256 logIndex;
            uint64 nonce;
            bytes attestations;
        }

        struct BatchProof {
            uint64 headId;
            bytes ancestry;
            bytes[] headers;
            bytes[] nodes;
            BatchItem[] items;
        }

        struct BatchItem {
            uint64 transactionIndex;
            uint256 logIndex;
            uint64 nonce;
            bytes attestations;
        }

        enum Result {
            Left,
            Delivered,
            Failed
        }

        struct Body {
            uint64 nonce;
            bytes sender;
            bytes recipient;
            bytes payload;
            bytes[] attributes;
        }

        event MessageSent(
            bytes32 indexed sendId, bytes sender, bytes recipient, bytes payload, uint256 value, bytes[] attributes
        );
        event MessageDelivered(bytes32 indexed id, uint256 indexed sourceChainId, uint64 nonce, address payee);
        event MessageFailed(bytes32 sendId, string reason);
        event CancellationRequested(bytes32 indexed id, uint256 indexed destinationChainId, uint64 nonce);
        event MessageCancelled(bytes32 indexed id, uint256 indexed sourceChainId, uint64 nonce);
        event MessageSkipped(bytes32 indexed id, uint256 indexed sourceChainId, uint64 nonce);
        event LaneSet(uint256 indexed chainId, address gateway, Assumption assumption, bool attested);
        event RouteSet(uint256 indexed sourceChainId, uint256 hubChainId, address hub, Assumption assumption);
        event LanePaused(uint256 indexed chainId, Direction direction);
        event LaneUnpaused(uint256 indexed chainId, Direction direction);
        event FeesSet(address fees);

        function sendMessage(bytes calldata recipient, bytes calldata payload, bytes[] calldata attributes)
            external
            payable
            returns (bytes32 sendId);
        function supportsAttribute(bytes4 selector) external view returns (bool);
        function deliver(uint256 sourceChainId, DeliveryProof calldata proof, address payee)
            external
            returns (bytes32 id);
        function deliverRouted(uint256 sourceChainId, DeliveryProof calldata proof, address payee)
            external
            returns (bytes32 id);
        function deliverBatch(uint256 sourceChainId, BatchProof calldata proof, address payee)
            external
            returns (Result[] memory results);
        function retry(uint256 sourceChainId, Body calldata body, uint256 gasLimit, address payee)
            external
            returns (bytes32 id);
        function skip(uint256 sourceChainId, DeliveryProof calldata proof) external returns (bytes32 id);
        function cancel(uint256 destinationChainId, Body calldata body) external returns (bytes32 id);
        function acceptCancellation(uint256 sourceChainId, DeliveryProof calldata proof) external returns (bytes32 id);
        function setLane(uint256 chainId, address gateway, Assumption assumption, bool attested) external;
        function setRoute(uint256 sourceChainId, Route calldata route_) external;
        function setFees(address fees_) external;
        function pause(uint256 chainId, Direction direction) external;
        function unpause(uint256 chainId, Direction direction) external;
        function lane(uint256 chainId) external view returns (Lane memory);
        function route(uint256 sourceChainId) external view returns (Route memory);
        function isSettled(uint256 sourceChainId, address sourceGateway, uint64 nonce) external view returns (bool);
        function hasFailed(bytes32 id) external view returns (bool);
        function isCommitted(bytes32 id) external view returns (bool);
        function nextNonce(uint256 destinationChainId) external view returns (uint64);
        function nextPlace(uint256 sourceChainId, address sourceGateway, bytes calldata sender, bytes calldata recipient)
            external
            view
            returns (uint64);
        function clients() external view returns (address);
        function attestors() external view returns (address);
        function fees() external view returns (address);
        function recipientGas() external view returns (uint256);
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

    #[derive(Debug, PartialEq, Eq)]
    interface IMessageChecker {
        enum Outcome {
            None,
            Delivered,
            Cancelled,
            Expired
        }

        struct ExpiryProof {
            uint64 headId;
            bytes ancestry;
            bytes[] headers;
            bytes[] accountProof;
            bytes[] storageProof;
            bool absent;
            bytes attestations;
        }

        event OutcomeProven(bytes32 indexed id, Outcome outcome, address payee);

        function acknowledge(uint256 destinationChainId, IMessageService.DeliveryProof calldata proof)
            external
            returns (bytes32 id);
        function proveCancelled(uint256 destinationChainId, IMessageService.DeliveryProof calldata proof)
            external
            returns (bytes32 id);
        function proveExpired(
            uint256 destinationChainId, IMessageService.Body calldata body, ExpiryProof calldata proof
        ) external returns (bytes32 id);
        function outcomeOf(bytes32 id) external view returns (Outcome outcome, address payee);
        function idOf(uint256 destinationChainId, IMessageService.Body calldata body)
            external
            view
            returns (bytes32 id);
        function service() external view returns (address);
    }
}
