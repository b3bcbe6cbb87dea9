/**
 * Probes of the public indexers behind Cortensor's dashboards.
 *
 * <p>What an indexer says is a claim: it is kept as it was said, beside what the chain has, and never taken for the truth.
 */
@NullMarked
package network.litewatch.probe.indexer;

import org.jspecify.annotations.NullMarked;
