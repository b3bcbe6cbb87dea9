/**
 * Judges observations: success ratio, head lag, canary speed.
 *
 * <p>Pure. Nothing here reads a clock, a socket, a file or a database; time arrives inside observations. A detector is a
 * value and a step, {@code state' = step(state, observation)}, so that every judgement can be recomputed by folding
 * history. Fed by the pipeline, read by {@code alert}.
 */
@NullMarked
package network.litewatch.controlplane.assess;

import org.jspecify.annotations.NullMarked;
