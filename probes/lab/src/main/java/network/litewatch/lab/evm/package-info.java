/**
 * The chain: two real EVM nodes, our contracts on them, and calls and logs in and out.
 */
@NullMarked
package network.litewatch.lab.evm;

import org.jspecify.annotations.NullMarked;
