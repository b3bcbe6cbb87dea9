/**
 * PostgreSQL: migrations, and what the pipeline keeps there between batches (detector checkpoints, alerts).
 *
 * <p>A leaf: may know every stage's values, no stage knows it.
 */
@NullMarked
package network.litewatch.controlplane.store;

import org.jspecify.annotations.NullMarked;
