/**
 * Who is sent a canary next, and who pays: a draw that a miner cannot foresee, within a budget that is a hard stop on all nodes
 * together.
 */
@NullMarked
package network.litewatch.controlplane.sampling;

import org.jspecify.annotations.NullMarked;
