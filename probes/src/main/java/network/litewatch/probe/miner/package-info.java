/**
 * The timed inference canary: a short streaming completion, asked of one miner through its router.
 *
 * <p>A miner is charged only for what is its own: whatever goes wrong before the router has taken the request, or in
 * the router itself, is inconclusive. Prompts and answers are never stored, but for the first characters of an answer.
 */
@NullMarked
package network.litewatch.probe.miner;

import org.jspecify.annotations.NullMarked;
