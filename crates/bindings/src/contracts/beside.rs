//! What stands beside the message service and knows nothing of proofs: attestors and fees.

alloy_sol_types::sol! {
    #[derive(Debug, PartialEq, Eq)]
    interface IAttestors {
        enum Statement {
            None,
            Sent,
            Delivered,
            Cancelled,
            Expired,
            CancellationRequested
        }

        event AttestorsSet(uint256 indexed chainId, address[] attestors, uint256 threshold);

        function setAttestors(uint256 chainId, address[] calldata attestors_, uint256 threshold_) external;
        function verify(uint256 chainId, Statement statement, bytes32 id, bytes calldata signatures) external view;
        function verifyHead(uint256 chainId, uint64 number, bytes32 blockHash, bytes calldata signatures)
            external
            view;
        function attestorsOf(uint256 chainId)
            external
            view
            returns (address[] memory attestors_, uint256 threshold_);
        function attestationDigest(uint256 chainId, Statement statement, bytes32 id) external view returns (bytes32);
        function headDigest(uint256 chainId, uint64 number, bytes32 blockHash) external view returns (bytes32);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IRelayFees {
        struct Price {
            uint64 baseGas;
            uint192 perGas;
        }

        event PriceSet(uint256 indexed chainId, address indexed token, uint64 baseGas, uint192 perGas);
        event FeePaid(bytes32 indexed id, address indexed token, address indexed payer, uint256 amount);
        event FeeReleased(bytes32 indexed id, address indexed token, address indexed payee, uint256 amount);
        event NoticeGiven(bytes32 indexed id, address indexed token, address indexed payer, uint64 until);
        event FeeTakenBack(bytes32 indexed id, address indexed token, address indexed payer, uint256 amount);
        event FeeKept(address indexed owner, address indexed token, uint256 amount);

        function requestRelay(uint256 destinationChainId, bytes32 id, uint256 gasLimit, address refundRecipient)
            external
            payable;
        function pay(uint256 destinationChainId, bytes32 id, address token, uint256 amount, address payer)
            external
            payable;
        function release(bytes32 id, address token) external returns (uint256 amount);
        function giveNotice(bytes32 id, address token) external returns (uint64 until);
        function takeBack(bytes32 id, address token, address payer) external returns (uint256 amount);
        function collect(address token, address to) external returns (uint256 amount);
        function setPrice(uint256 chainId, address token, Price calldata price) external;
        function quote(uint256 destinationChainId, address token, uint256 gasLimit) external view returns (uint256);
        function priceOf(uint256 chainId, address token) external view returns (Price memory);
        function paidFor(bytes32 id, address token) external view returns (uint256);
        function paidBy(bytes32 id, address token, address payer)
            external
            view
            returns (uint256 amount, uint64 until);
        function keptFor(address owner, address token) external view returns (uint256);
        function checker() external view returns (address);
        function noticePeriod() external view returns (uint64);
    }
}
