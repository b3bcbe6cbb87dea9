/**
 * Detectors of change, and the arithmetic that they share: each a value and a step, {@code state' = step(state, sample)}, the
 * same for the same samples, small enough for a checkpoint.
 *
 * <p>Pure. Nothing here reads a clock, a socket, a file or a database, and nothing is random. Every formula names its source.
 * What it is told of is a series of numbers: what these are, and whose, is its caller's business.
 */
@NullMarked
package network.litewatch.controlplane.drift;

import org.jspecify.annotations.NullMarked;
