/** Faults that others make, over their HTTP API: the lab, or a fault injector of a real environment. */
@NullMarked
package network.litewatch.controlplane.drill.http;

import org.jspecify.annotations.NullMarked;
