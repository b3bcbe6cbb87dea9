/** Makes faults in a real environment, for drills of a control plane that runs elsewhere. */
@NullMarked
package network.litewatch.controlplane.injector;

import org.jspecify.annotations.NullMarked;
