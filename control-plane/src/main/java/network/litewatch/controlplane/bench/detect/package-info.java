/** What the detectors of drift cost, and what they promise, measured: {@code litewatch bench detect}. */
@NullMarked
package network.litewatch.controlplane.bench.detect;

import org.jspecify.annotations.NullMarked;
