/** Faults of the lab, over its HTTP API. */
@NullMarked
package network.litewatch.controlplane.drill.lab;

import org.jspecify.annotations.NullMarked;
