/**
 * A simulated fleet, in virtual time, for {@code litewatch bench canary}: nodes with planted faults, judged by the detectors of
 * {@code canary} as the service judges real ones. Everything follows from the seed.
 */
@NullMarked
package network.litewatch.controlplane.bench.fleet;

import org.jspecify.annotations.NullMarked;
