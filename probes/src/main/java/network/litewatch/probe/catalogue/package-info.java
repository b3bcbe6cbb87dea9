/** All the probes there are, wired: the one place that knows every protocol package. Read by the control plane. */
@NullMarked
package network.litewatch.probe.catalogue;

import org.jspecify.annotations.NullMarked;
