// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// What Arbitrum's precompile for retryable tickets shows, with its names, arguments and topics: tickets are made and redeemed whenever it is
/// asked for. Ours; it moves no money and calls nobody.
contract Retryables {
    event TicketCreated(bytes32 indexed ticketId);
    event LifetimeExtended(bytes32 indexed ticketId, uint256 newTimeout);
    event RedeemScheduled(
        bytes32 indexed ticketId, bytes32 indexed retryTxHash, uint64 indexed sequenceNum, uint64 donatedGas, address gasDonor,
        uint256 maxRefund, uint256 submissionFeeRefund
    );
    event Canceled(bytes32 indexed ticketId);

    error NoTicketWithID();

    uint256 private constant LIFETIME = 7 days;
    mapping(bytes32 => uint256) private timeouts;
    uint64 private attempts;

    /// A message of the parent chain arrives, and its redeem is tried at once.
    function submit(bytes32 ticketId, bool succeeds) external {
        timeouts[ticketId] = block.timestamp + LIFETIME;
        emit TicketCreated(ticketId);
        attempt(ticketId, succeeds);
    }

    /// As one that was made `age` seconds ago and whose redeem failed then.
    function arrived(bytes32 ticketId, uint256 age) external {
        require(age < LIFETIME, "too old");
        timeouts[ticketId] = block.timestamp + LIFETIME - age;
        emit TicketCreated(ticketId);
        attempt(ticketId, false);
    }

    /// Somebody tries again.
    function retry(bytes32 ticketId, bool succeeds) external {
        getTimeout(ticketId);
        attempt(ticketId, succeeds);
    }

    function keepalive(bytes32 ticketId) external returns (uint256) {
        timeouts[ticketId] = getTimeout(ticketId) + LIFETIME;
        emit LifetimeExtended(ticketId, timeouts[ticketId]);
        return timeouts[ticketId];
    }

    function cancel(bytes32 ticketId) external {
        getTimeout(ticketId);
        delete timeouts[ticketId];
        emit Canceled(ticketId);
    }

    function getLifetime() external pure returns (uint256) {
        return LIFETIME;
    }

    function getTimeout(bytes32 ticketId) public view returns (uint256) {
        if (timeouts[ticketId] < block.timestamp) {
            revert NoTicketWithID();
        }
        return timeouts[ticketId];
    }

    function attempt(bytes32 ticketId, bool succeeds) private {
        emit RedeemScheduled(ticketId, keccak256(abi.encode(ticketId, attempts)), attempts++, 0, msg.sender, 0, 0);
        if (succeeds) {
            delete timeouts[ticketId];
        }
    }
}
