// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// The one function of the public staking pools that is asked for here, with its name and answer; and a way to have a stake. Ours.
contract StakingPool {
    struct Share { uint256 amount; uint256 stakedTime; }

    mapping(address => Share) public shares;

    function stake(uint256 amount) external {
        shares[msg.sender] = Share(shares[msg.sender].amount + amount, block.timestamp);
    }
}
