/** The load of the phase gate: completions through a router, at fixed slots. */
@NullMarked
package network.litewatch.controlplane.gate.load;

import org.jspecify.annotations.NullMarked;
