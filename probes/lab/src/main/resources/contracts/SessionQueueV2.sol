// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// Tasks of sessions: queued, acked, precommitted (hash), committed (data), ended. Names, arguments and un-indexed events as the network's.
contract SessionQueueV2 {
    struct Task {
        uint256 id; uint256 gid; uint256 sessionId; string data; address[] assignedMiners; bool ended; uint8 status;
        uint256 createdAt; uint256 lastPrecommitAt; uint256 lastCommitAt; uint256 finishedAt;
    }
    struct Result { uint8 state; uint256 ackedAt; uint256 precommittedAt; uint256 committedAt; bytes32 hash; string data; }

    uint8 public constant version = 2;
    uint8 public constant subversion = 0;
    address public owner;
    address public sessions;
    uint256 public globalCount;
    mapping(uint256 => Task[]) private tasks;
    mapping(uint256 => mapping(uint256 => mapping(address => Result))) private results;

    event TaskQueued(uint256 sessionId, uint256 taskId, uint256 globalId, string taskData);
    event TaskAssigned(uint256 sessionId, uint256 taskId, address[] miners);
    event TaskAcked(uint256 sessionId, uint256 taskId, address miner);
    event TaskPrecommitted(uint256 sessionId, uint256 taskId, address miner);
    event TaskAllPrecommitted(uint256 sessionId, uint256 taskId, address[] miners);
    event TaskPrecommitEnded(uint256 sessionId, uint256 taskId);
    event TaskCommitted(uint256 sessionId, uint256 taskId, address miner);
    event TaskAllCommitted(uint256 sessionId, uint256 taskId, address[] miners);
    event TaskCommitEnded(uint256 sessionId, uint256 taskId);
    event TaskEnded(uint256 sessionId, uint256 taskId, address[] miners);

    constructor(address sessions_) { owner = msg.sender; sessions = sessions_; }

    /// Called by SessionV2.submit: queue and assign in one step.
    function enqueue(uint256 sessionId, string calldata taskData, address[] calldata miners) external returns (uint256 taskId) {
        require(msg.sender == sessions, "only SessionV2");
        taskId = tasks[sessionId].length;
        Task storage t = tasks[sessionId].push();
        t.id = taskId; t.gid = globalCount++; t.sessionId = sessionId; t.data = taskData; t.assignedMiners = miners; t.createdAt = block.timestamp;
        emit TaskQueued(sessionId, taskId, t.gid, taskData);
        emit TaskAssigned(sessionId, taskId, miners);
    }

    function ack(uint256 sessionId, uint256 taskId) external {
        (Task storage t, Result storage r) = mine(sessionId, taskId, 0);
        r.state = 1; r.ackedAt = block.timestamp;
        if (t.status < 1) t.status = 1;
        emit TaskAcked(sessionId, taskId, msg.sender);
    }

    function precommit(uint256 sessionId, uint256 taskId, bytes32 hash, string calldata) external {
        (Task storage t, Result storage r) = mine(sessionId, taskId, 1);
        r.state = 2; r.precommittedAt = block.timestamp; r.hash = hash; t.lastPrecommitAt = block.timestamp;
        emit TaskPrecommitted(sessionId, taskId, msg.sender);
        if (t.status < 2 && all(t, 2)) {
            t.status = 2;
            emit TaskAllPrecommitted(sessionId, taskId, t.assignedMiners);
            emit TaskPrecommitEnded(sessionId, taskId);
        }
    }

    function commit(uint256 sessionId, uint256 taskId, string calldata data) external {
        (Task storage t, Result storage r) = mine(sessionId, taskId, 2);
        require(t.status >= 2, "precommit phase is not over");
        require(keccak256(bytes(data)) == r.hash, "not what was precommitted");
        r.state = 3; r.committedAt = block.timestamp; r.data = data; t.lastCommitAt = block.timestamp;
        t.status = 3;
        emit TaskCommitted(sessionId, taskId, msg.sender);
        if (all(t, 3)) {
            emit TaskAllCommitted(sessionId, taskId, t.assignedMiners);
            emit TaskCommitEnded(sessionId, taskId);
            finish(t);
        }
    }

    /// The oracle ends the wait for precommits, by force although some are missing: those who have precommitted may commit then.
    function endPrecommit(uint256 sessionId, uint256 taskId, bool forceEnd) external {
        Task storage t = tasks[sessionId][taskId];
        require(!t.ended && t.status < 2, "precommit phase is over");
        require(forceEnd || all(t, 2), "not all precommitted");
        t.status = 2;
        emit TaskPrecommitEnded(sessionId, taskId);
    }

    /// The router or the oracle closes a task that its miners will not finish: the phases end without "all".
    function end(uint256 sessionId, uint256 taskId, bool forceEnd) external {
        Task storage t = tasks[sessionId][taskId];
        require(!t.ended, "ended");
        require(forceEnd || all(t, 3), "not all committed");
        if (t.status < 2) emit TaskPrecommitEnded(sessionId, taskId);
        emit TaskCommitEnded(sessionId, taskId);
        finish(t);
    }

    function finish(Task storage t) private {
        t.ended = true; t.status = 4; t.finishedAt = block.timestamp;
        emit TaskEnded(t.sessionId, t.id, t.assignedMiners);
    }

    function mine(uint256 sessionId, uint256 taskId, uint8 state) private view returns (Task storage t, Result storage r) {
        t = tasks[sessionId][taskId];
        require(!t.ended, "ended");
        r = results[sessionId][taskId][msg.sender];
        require(r.state == state, "wrong state");
        bool assigned;
        for (uint256 i; i < t.assignedMiners.length; i++) assigned = assigned || t.assignedMiners[i] == msg.sender;
        require(assigned, "not assigned");
    }

    function all(Task storage t, uint8 state) private view returns (bool) {
        for (uint256 i; i < t.assignedMiners.length; i++)
            if (results[t.sessionId][t.id][t.assignedMiners[i]].state < state) return false;
        return true;
    }

    function getTask(uint256 sessionId, uint256 taskId) external view returns (Task memory) { return tasks[sessionId][taskId]; }
    function getTasksBySessionId(uint256 sessionId) external view returns (Task[] memory) { return tasks[sessionId]; }
    function getTaskCountBySessionId(uint256 sessionId) external view returns (uint256) { return tasks[sessionId].length; }
    function getTaskCountBySessionIds(uint256[] calldata ids) external view returns (uint256[] memory counts) {
        counts = new uint256[](ids.length);
        for (uint256 i; i < ids.length; i++) counts[i] = tasks[ids[i]].length;
    }
    function getTaskStatus(uint256 sessionId, uint256 taskId) external view returns (uint8) { return tasks[sessionId][taskId].status; }
    function getTaskResultState(uint256 sessionId, uint256 taskId, address addr) external view returns (uint8) { return results[sessionId][taskId][addr].state; }
    function getTaskResults(uint256 sessionId, uint256 taskId) external view returns (address[] memory miners, string[] memory data) {
        (miners, data,) = getTaskResultsAndHashes(sessionId, taskId);
    }
    function getTaskResultsAndHashes(uint256 sessionId, uint256 taskId) public view returns (address[] memory miners, string[] memory data, bytes32[] memory hashes) {
        miners = tasks[sessionId][taskId].assignedMiners;
        data = new string[](miners.length); hashes = new bytes32[](miners.length);
        for (uint256 i; i < miners.length; i++) { Result storage r = results[sessionId][taskId][miners[i]]; data[i] = r.data; hashes[i] = r.hash; }
    }
    function getAllTaskResultAckedTimestamps(uint256 sessionId, uint256 taskId) external view returns (address[] memory miners, uint256[] memory times) {
        miners = tasks[sessionId][taskId].assignedMiners; times = new uint256[](miners.length);
        for (uint256 i; i < miners.length; i++) times[i] = results[sessionId][taskId][miners[i]].ackedAt;
    }
    function getAllTaskResultPrecommitTimestamps(uint256 sessionId, uint256 taskId) external view returns (address[] memory miners, uint256[] memory times) {
        miners = tasks[sessionId][taskId].assignedMiners; times = new uint256[](miners.length);
        for (uint256 i; i < miners.length; i++) times[i] = results[sessionId][taskId][miners[i]].precommittedAt;
    }
    function getAllTaskResultCommitTimestamps(uint256 sessionId, uint256 taskId) external view returns (address[] memory miners, uint256[] memory times) {
        miners = tasks[sessionId][taskId].assignedMiners; times = new uint256[](miners.length);
        for (uint256 i; i < miners.length; i++) times[i] = results[sessionId][taskId][miners[i]].committedAt;
    }
}
