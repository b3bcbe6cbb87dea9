// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

interface Queue { function enqueue(uint256 sessionId, string calldata taskData, address[] calldata miners) external returns (uint256); }

/// Sessions: who may be asked, and by whom. Names, arguments and events as the network's newest public ABI.
contract SessionV2 {
    struct Session {
        uint256 id; bytes32 sid; string name; string metadata; uint8 state; uint256 createdAt; uint256 updatedAt; address owner;
        address[] ephemeralNodes; address[] dedicatedNodes; uint256 mode; uint256 redundant; uint256 minNumOfNodes; uint256 maxNumOfNodes;
        uint256 numOfValidatorNodes; string[] routerMetadatas; address[] routerAddresses; uint256 sla; uint256 modelIdentifier;
        uint256 reservePeriod; uint256 maxTaskExecutionCount;
    }

    uint256 public constant MAX_RESERVE_PERIOD = 86400;
    uint256 public constant MAX_TASK_EXECUTION_COUNT = 1000000;
    address public admin;
    Queue public queue;
    uint256 private count;
    mapping(uint256 => Session) private sessions;
    mapping(address => uint256[]) private byOwner;
    mapping(address => uint256) private sessionOfNode;
    mapping(address => uint256) private assignedAt;

    event SessionCreated(uint256 sessionId, bytes32 sid, address owner, address[] miners);
    event SessionUpdated(uint256 indexed sessionId, address indexed updater, uint256 minNumOfNodes, uint256 maxNumOfNodes, uint256 redundant);
    event SessionDeactivated(uint256 indexed sessionId, address indexed deactivator);
    event NewNodeAssignedToSession(uint256 indexed sessionId, address[] nodeAddresses, uint256 newNodeCount, uint256 assignmentType);
    event DedicatedNodeAdded(address indexed nodeAddress);
    event RouterAdded(address routerAddress, string routerInfo);
    event TaskSubmitted(uint256 sessionId, uint256 taskId, string taskData, string clientReference);
    event TaskAssigned(uint256 sessionId, uint256 taskId, bytes32[] nodeIds);

    constructor() { admin = msg.sender; }

    function setSessionQueue(address queue_) external { require(msg.sender == admin, "only admin"); queue = Queue(queue_); }
    function getSessionQueueAddress() external view returns (address) { return address(queue); }

    struct Wanted {
        string name; string metadata; address variableAddress; uint256 minNumOfNodes; uint256 maxNumOfNodes; uint256 redundant;
        uint256 numOfValidatorNodes; uint256 mode; bool reserveEphemeralNodes; uint256 sla; uint256 modelIdentifier; uint256 reservePeriod;
        uint256 maxTaskExecutionCount;
    }

    bytes4 private constant CREATE =
        bytes4(keccak256("create(string,string,address,uint256,uint256,uint256,uint256,uint256,bool,uint256,uint256,uint256,uint256)"));

    /// create(...): thirteen arguments are more than the stack can name without the slow compiler pipeline, so they are read here as one struct.
    /// The first session has id 1, so that 0 says "none".
    fallback() external {
        require(msg.sig == CREATE, "no such function");
        open(abi.decode(bytes.concat(bytes32(uint256(32)), msg.data[4:]), (Wanted)));
    }

    function open(Wanted memory w) private {
        Session storage s = sessions[++count];
        s.id = count; s.sid = keccak256(abi.encode(count, w.name)); s.name = w.name; s.metadata = w.metadata; s.state = 1;
        s.createdAt = block.timestamp; s.updatedAt = block.timestamp; s.owner = w.variableAddress;
        s.minNumOfNodes = w.minNumOfNodes; s.maxNumOfNodes = w.maxNumOfNodes; s.redundant = w.redundant;
        s.numOfValidatorNodes = w.numOfValidatorNodes; s.mode = w.mode; s.sla = w.sla; s.modelIdentifier = w.modelIdentifier;
        s.reservePeriod = w.reservePeriod; s.maxTaskExecutionCount = w.maxTaskExecutionCount;
        byOwner[s.owner].push(count);
        emit SessionCreated(count, s.sid, s.owner, new address[](0));
    }

    function addDedicatedNode(uint256 sessionId, address node) external {
        Session storage s = sessions[sessionId];
        s.dedicatedNodes.push(node); s.updatedAt = block.timestamp;
        if (sessionOfNode[node] == 0) { sessionOfNode[node] = sessionId; assignedAt[node] = block.timestamp; }
        emit DedicatedNodeAdded(node);
        address[] memory one = new address[](1);
        one[0] = node;
        emit NewNodeAssignedToSession(sessionId, one, 1, 1);
    }

    function addRouter(uint256 sessionId, address router, string calldata metadata) external {
        sessions[sessionId].routerAddresses.push(router); sessions[sessionId].routerMetadatas.push(metadata);
        emit RouterAdded(router, metadata);
    }

    function deactivateSession(uint256 sessionId) external {
        require(msg.sender == sessions[sessionId].owner, "only the owner");
        sessions[sessionId].state = 0; sessions[sessionId].updatedAt = block.timestamp;
        emit SessionDeactivated(sessionId, msg.sender);
    }

    function submit(
        uint256 sessionId, uint256, string memory taskData, uint256, string memory, uint256[] memory, uint256[] memory,
        string memory clientReference
    ) external {
        uint256 taskId = queue.enqueue(sessionId, taskData, active(sessionId));
        emit TaskSubmitted(sessionId, taskId, taskData, clientReference);
        emit TaskAssigned(sessionId, taskId, nodeIds(sessionId));
    }

    function active(uint256 sessionId) private view returns (address[] memory) {
        require(sessions[sessionId].state == 1, "session is not active");
        require(sessions[sessionId].dedicatedNodes.length > 0, "session has no nodes");
        return sessions[sessionId].dedicatedNodes;
    }

    function nodeIds(uint256 sessionId) private view returns (bytes32[] memory ids) {
        address[] storage nodes = sessions[sessionId].dedicatedNodes;
        ids = new bytes32[](nodes.length);
        for (uint256 i; i < ids.length; i++) ids[i] = getNodeId(nodes[i]);
    }

    function getNodeId(address addr) public pure returns (bytes32) { return keccak256(abi.encodePacked(addr)); }
    function getSession(uint256 sessionId) external view returns (Session memory) { return sessions[sessionId]; }
    function doesSessionExist(uint256 sessionId) external view returns (bool) { return sessions[sessionId].id != 0; }
    function getSessionCount() external view returns (uint256) { return count; }
    function getSessionCountByAddress(address a) external view returns (uint256) { return byOwner[a].length; }
    function getSessionsIdsByAddress(address a) external view returns (uint256[] memory) { return byOwner[a]; }
    function getSessionsByAddressByPage(address a, uint256 offset, uint256 amount) external view returns (Session[] memory page) {
        uint256 n = byOwner[a].length > offset ? byOwner[a].length - offset : 0;
        page = new Session[](n < amount ? n : amount);
        for (uint256 i; i < page.length; i++) page[i] = sessions[byOwner[a][offset + i]];
    }
    function getActiveSessionsByAddress(address a) external view returns (Session[] memory page) {
        uint256 n;
        for (uint256 i; i < byOwner[a].length; i++) if (sessions[byOwner[a][i]].state == 1) n++;
        page = new Session[](n);
        n = 0;
        for (uint256 i; i < byOwner[a].length; i++) if (sessions[byOwner[a][i]].state == 1) page[n++] = sessions[byOwner[a][i]];
    }
    function getRouterCount(uint256 sessionId) external view returns (uint256) { return sessions[sessionId].routerAddresses.length; }
    function getRouterAddress(uint256 sessionId, uint256 index) external view returns (address) { return sessions[sessionId].routerAddresses[index]; }
    function getNodeSessionId(address node) external view returns (uint256) { return sessionOfNode[node]; }
    function getNodeAssignedTimestamp(address node) external view returns (uint256) { return assignedAt[node]; }
    function isNodeAssignedToAnySession(address node) external view returns (bool) { return sessionOfNode[node] != 0; }
}
