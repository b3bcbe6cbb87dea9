// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// Nodes and their levels.
contract CognitiveLevel {
    struct NodeData {
        address nodeAddress; uint8 currentLevel; uint8 lastLevel; bool isRegistered; uint256 registrationTime; uint256 lastLevelChangeTime;
        uint256 totalTasksCompleted; uint256 successfulTasks; uint256 failedTasks; uint256 lastMetricsUpdate;
    }

    uint8 public constant MIN_LEVEL = 0;
    uint8 public constant MAX_LEVEL = 5;
    address public owner;
    address[] private addresses;
    mapping(address => NodeData) private nodes;
    mapping(address => uint8[]) private levels;
    mapping(address => uint256[]) private times;

    event NodeRegistered(address indexed node, uint8 initialLevel, uint256 timestamp);
    event NodeLevelChanged(address indexed node, uint8 previousLevel, uint8 newLevel, address indexed evaluator, string reason);
    event NodeMetricsUpdated(address indexed node, uint256 totalTasksCompleted, uint256 successfulTasks, uint256 failedTasks);
    event TaskReported(address indexed node, uint8 level, uint256 taskCount, uint256 successCount, address indexed cognitiveModule);

    modifier onlyOwner() { require(msg.sender == owner, "only the owner"); _; }

    constructor() { owner = msg.sender; }

    function registerNode(address node, uint8 initialLevel) external onlyOwner {
        require(!nodes[node].isRegistered, "registered");
        nodes[node] = NodeData(node, initialLevel, initialLevel, true, block.timestamp, block.timestamp, 0, 0, 0, block.timestamp);
        addresses.push(node);
        levels[node].push(initialLevel); times[node].push(block.timestamp);
        emit NodeRegistered(node, initialLevel, block.timestamp);
    }

    function changeNodeLevel(address node, uint8 newLevel, string calldata reason) external onlyOwner {
        NodeData storage n = nodes[node];
        require(n.isRegistered && newLevel <= MAX_LEVEL, "not registered, or no such level");
        n.lastLevel = n.currentLevel; n.currentLevel = newLevel; n.lastLevelChangeTime = block.timestamp;
        levels[node].push(newLevel); times[node].push(block.timestamp);
        emit NodeLevelChanged(node, n.lastLevel, newLevel, msg.sender, reason);
    }

    function reportTaskCompletion(address node, uint8 level, bool success, uint256) external onlyOwner {
        NodeData storage n = nodes[node];
        n.totalTasksCompleted++; n.lastMetricsUpdate = block.timestamp;
        if (success) n.successfulTasks++; else n.failedTasks++;
        emit TaskReported(node, level, n.totalTasksCompleted, n.successfulTasks, msg.sender);
        emit NodeMetricsUpdated(node, n.totalTasksCompleted, n.successfulTasks, n.failedTasks);
    }

    /// A new phase: every node counts from 0 again. Ours; how the network does it is not public.
    function startPhase() external onlyOwner {
        for (uint256 i; i < addresses.length; i++) {
            NodeData storage n = nodes[addresses[i]];
            n.totalTasksCompleted = 0; n.successfulTasks = 0; n.failedTasks = 0; n.lastMetricsUpdate = block.timestamp;
        }
    }

    function getNodeData(address node) external view returns (NodeData memory) { return nodes[node]; }
    function getNodeLevel(address node) external view returns (uint8) { return nodes[node].currentLevel; }
    function isNodeRegistered(address node) external view returns (bool) { return nodes[node].isRegistered; }
    function getAllNodeAddresses() external view returns (address[] memory) { return addresses; }
    function getAllNodes() external view returns (NodeData[] memory all) {
        all = new NodeData[](addresses.length);
        for (uint256 i; i < all.length; i++) all[i] = nodes[addresses[i]];
    }
    function getNodeLevels(address[] calldata addrs) external view returns (uint8[] memory result) {
        result = new uint8[](addrs.length);
        for (uint256 i; i < addrs.length; i++) result[i] = nodes[addrs[i]].currentLevel;
    }
    function getNodeLevelHistory(address node) external view returns (uint8[] memory, uint256[] memory) { return (levels[node], times[node]); }
}
