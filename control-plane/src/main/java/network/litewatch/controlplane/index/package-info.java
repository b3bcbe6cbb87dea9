/**
 * Reads the chain: a contiguous cursor over the contracts' events that survives reorgs, restarts and RPCs that leave things
 * out, and audits itself.
 *
 * <p>Fed by the RPCs of a network through {@code probe.chain}; writes documents to {@code ingest}'s outbox and says of itself,
 * as the probe {@code chain.events}, what {@code assess} needs. {@link ChainState} and {@link ChainStep} are pure; nothing here
 * judges.
 */
@NullMarked
package network.litewatch.controlplane.index;

import org.jspecify.annotations.NullMarked;
