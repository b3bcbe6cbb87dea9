/**
 * A miner: a process of its own that computes tokens on a real, tiny model and records its work on the chain.
 */
@NullMarked
package network.litewatch.lab.miner;

import org.jspecify.annotations.NullMarked;
