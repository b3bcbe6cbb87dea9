/**
 * Detectors of change, and the arithmetic that they share.
 *
 * <p>What the service watches as it comes: {@link network.litewatch.controlplane.drift.SuccessWatch},
 * {@link network.litewatch.controlplane.drift.LevelWatch} and {@link network.litewatch.controlplane.drift.FleetControl}, each a
 * value and a step, {@code state' = step(state, sample)}, small enough for a checkpoint. What {@code litewatch detect} says of
 * stored series: {@link network.litewatch.controlplane.drift.Segmenter},
 * {@link network.litewatch.controlplane.drift.OnlineDetector} and {@link network.litewatch.controlplane.drift.AnomalyScorer}; one
 * setting serves every series ({@code control-plane/docs/detect} says how it was found).
 *
 * <p>Pure. Nothing here reads a clock, a socket, a file or a database, and nothing is random. Every formula names its source.
 * What it is told of is a series of numbers: what these are, and whose, is its caller's business.
 */
@NullMarked
package network.litewatch.controlplane.drift;

import org.jspecify.annotations.NullMarked;
