/** SLOs while the service runs: which series there are, and the probe that asks how they stand. */
@NullMarked
package network.litewatch.controlplane.slo.live;

import org.jspecify.annotations.NullMarked;
