/** Threads that work off what is stored, and how long they wait when that fails. Knows nothing of what they do. */
@NullMarked
package network.litewatch.controlplane.worker;

import org.jspecify.annotations.NullMarked;
