/**
 * Where a series changed, and by how much: {@link network.litewatch.controlplane.drift.Segmenter} over stored history,
 * {@link network.litewatch.controlplane.drift.OnlineDetector} sample by sample, and
 * {@link network.litewatch.controlplane.drift.AnomalyScorer}, which says of each row how unusual it is.
 *
 * <p>Pure. Nothing here reads a clock, a socket or a file, and nothing is random. Every formula names its source; one setting
 * serves every series ({@code control-plane/docs/detect} says how it was found). Read by {@code litewatch detect}.
 */
@NullMarked
package network.litewatch.controlplane.drift;

import org.jspecify.annotations.NullMarked;
