/** Faults of the lab's own parts, and the API by which they are made. */
@NullMarked
package network.litewatch.lab.fault;

import org.jspecify.annotations.NullMarked;
