// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// What a parent chain shows of a rollup: the events of its sequencer inbox and of its rollup contract in one, with Nitro's names, arguments
/// and topics, whenever they are asked for. Ours; it checks nothing.
contract Rollup {
    struct TimeBounds { uint64 minTimestamp; uint64 maxTimestamp; uint64 minBlockNumber; uint64 maxBlockNumber; }
    struct GlobalState { bytes32[2] bytes32Vals; uint64[2] u64Vals; }
    struct AssertionState { GlobalState globalState; uint8 machineStatus; bytes32 endHistoryRoot; }
    struct ConfigData {
        bytes32 wasmModuleRoot; uint256 requiredStake; address challengeManager; uint64 confirmPeriodBlocks; uint64 nextInboxPosition;
    }
    struct BeforeStateData { bytes32 prevPrevAssertionHash; bytes32 sequencerBatchAcc; ConfigData configData; }
    struct AssertionInputs { BeforeStateData beforeStateData; AssertionState beforeState; AssertionState afterState; }

    event SequencerBatchDelivered(
        uint256 indexed batchSequenceNumber, bytes32 indexed beforeAcc, bytes32 indexed afterAcc, bytes32 delayedAcc,
        uint256 afterDelayedMessagesRead, TimeBounds timeBounds, uint8 dataLocation
    );
    event AssertionCreated(
        bytes32 indexed assertionHash, bytes32 indexed parentAssertionHash, AssertionInputs assertion, bytes32 afterInboxBatchAcc,
        uint256 inboxMaxCount, bytes32 wasmModuleRoot, uint256 requiredStake, address challengeManager, uint64 confirmPeriodBlocks
    );

    event AssertionConfirmed(bytes32 indexed assertionHash, bytes32 blockHash, bytes32 sendRoot);

    struct AssertionNode {
        uint64 firstChildBlock; uint64 secondChildBlock; uint64 createdAtBlock; bool isFirstChild; uint8 status; bytes32 configHash;
    }

    uint64 public constant confirmPeriodBlocks = 100;
    uint256 public batchCount;
    bytes32 public latestConfirmed = keccak256("genesis");
    bytes32 private latest = latestConfirmed;
    mapping(bytes32 => AssertionNode) private nodes;

    /// The batch's data stays in the transaction's input: a certificate of the committee, or the data itself.
    function addSequencerL2BatchFromOrigin(uint256 number, bytes calldata data, uint256 delayed, address, uint256, uint256) external {
        require(data.length > 0, "empty");
        TimeBounds memory bounds;
        emit SequencerBatchDelivered(number, bytes32(batchCount), bytes32(++batchCount), 0, delayed, bounds, 0);
    }

    function stakeOnNewAssertion() external {
        AssertionInputs memory inputs;
        bytes32 parent = latest;
        latest = keccak256(abi.encode(parent, block.number));
        nodes[latest].createdAtBlock = uint64(block.number);
        if (nodes[parent].firstChildBlock == 0) {
            nodes[parent].firstChildBlock = uint64(block.number);
        }
        emit AssertionCreated(latest, parent, inputs, 0, batchCount, 0, 0, address(0), confirmPeriodBlocks);
    }

    /// All that is there is confirmed.
    function confirmLatest() external {
        latestConfirmed = latest;
        emit AssertionConfirmed(latest, 0, 0);
    }

    function getAssertion(bytes32 assertionHash) external view returns (AssertionNode memory) {
        return nodes[assertionHash];
    }
}
