// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// Network tasks (proof of useful work): request, create, prepare, start, precommit, commit, end. The lab keeps the life cycle and leaves
/// oracles, signatures and reassignment out.
contract Cognitive {
    struct Session {
        uint256 id; uint256 timestamp; uint256 seed; string domain; string subdomain; uint256 maxPrompts; uint256 challengeIndex;
        string[] challenges; address[] miners; uint8 state; uint256 startTimestamp; uint256 endTimestamp; address creator;
        address[] preparers; uint256 preparerIndex; bytes32[] submitterIds; bytes32[] completionHashes; string[] completions;
        uint256 completionCounter; address[] validators;
    }

    uint8 public constant version = 1;
    uint8 public constant subversion = 0;
    uint256 public sessionCounter;
    uint256 public requestCounter;
    mapping(uint256 => Session) private sessions;
    mapping(uint256 => mapping(address => bytes32)) private hashes;
    mapping(uint256 => mapping(address => bool)) public alreadyCommitted;

    event NewSessionRequest(uint256 indexed id, address[] addrs);
    event SessionCreated(uint256 indexed id, address indexed addr);
    event SessionPrepared(uint256 indexed id, address indexed addr);
    event SessionStarted(uint256 indexed id, uint256 startTimestamp, address[] addrs);
    event SessionPrecommitted(uint256 indexed id, address indexed addr);
    event SessionAllPrecommitted(uint256 indexed id, address[] addrs, bool forceEnd);
    event SessionCommitted(uint256 indexed id, address indexed addr);
    event SessionAllCommitted(uint256 indexed id, address[] addrs);
    event SessionEnded(uint256 indexed id, uint256 endTimestamp);

    function request() external {
        requestCounter++;
        Session storage s = sessions[++sessionCounter];
        s.id = sessionCounter; s.timestamp = block.timestamp;
        emit NewSessionRequest(s.id, new address[](0));
    }

    function create(string calldata domain, string calldata subdomain) external returns (uint256) {
        Session storage s = inState(sessionCounter, 0);
        s.domain = domain; s.subdomain = subdomain; s.creator = msg.sender; s.state = 1;
        emit SessionCreated(s.id, msg.sender);
        return s.id;
    }

    function prepare(uint256 id, string[] calldata challenges, bytes calldata, uint256 seed) external {
        Session storage s = inState(id, 1);
        for (uint256 i; i < challenges.length; i++) s.challenges.push(challenges[i]); s.seed = seed; s.preparers.push(msg.sender); s.state = 2;
        emit SessionPrepared(id, msg.sender);
    }

    /// The caller names the miners; the network draws them.
    function startWith(uint256 id, address[] calldata miners) external {
        Session storage s = inState(id, 2);
        s.miners = miners; s.startTimestamp = block.timestamp; s.state = 3;
        emit SessionStarted(id, block.timestamp, miners);
    }

    function precommit(uint256 id, bytes32 hash, bytes calldata, uint256) external {
        Session storage s = inState(id, 3);
        require(assigned(s) && hashes[id][msg.sender] == 0 && hash != 0, "not yours, or done");
        hashes[id][msg.sender] = hash; s.completionHashes.push(hash);
        emit SessionPrecommitted(id, msg.sender);
        if (s.completionHashes.length == s.miners.length) { s.state = 4; emit SessionAllPrecommitted(id, s.miners, false); }
    }

    function commit(uint256 id, string calldata completion, bytes calldata, uint256) external {
        Session storage s = inState(id, 4);
        require(hashes[id][msg.sender] == keccak256(bytes(completion)) && !alreadyCommitted[id][msg.sender], "not what was precommitted, or done");
        alreadyCommitted[id][msg.sender] = true; s.completions.push(completion); s.completionCounter++;
        emit SessionCommitted(id, msg.sender);
        if (s.completionCounter == s.miners.length) { s.state = 5; emit SessionAllCommitted(id, s.miners); }
    }

    function end(uint256 id, bool forceEnd) external {
        Session storage s = sessions[id];
        require(s.state == 5 || forceEnd, "not all committed");
        s.state = 6; s.endTimestamp = block.timestamp;
        emit SessionEnded(id, block.timestamp);
    }

    function inState(uint256 id, uint8 state) private view returns (Session storage s) { s = sessions[id]; require(s.id != 0 && s.state == state, "wrong state"); }
    function assigned(Session storage s) private view returns (bool yes) { for (uint256 i; i < s.miners.length; i++) yes = yes || s.miners[i] == msg.sender; }

    function get(uint256 id) external view returns (Session memory) { return sessions[id]; }
    function alreadyPrecommitted(uint256 id, address miner) external view returns (bool) { return hashes[id][miner] != 0; }
    function getLatestSessionId() external view returns (uint256) { return sessionCounter; }
    function getLatestSessionInfo() external view returns (uint256, uint8) { return (sessionCounter, sessions[sessionCounter].state); }
    function getLatestSessionState() external view returns (uint8) { return sessions[sessionCounter].state; }
    function getSessionState(uint256 id) external view returns (uint8) { return sessions[id].state; }
}
