/** How often alerts fired, beside how often their runbooks expect it. Pure. */
@NullMarked
package network.litewatch.controlplane.noise;

import org.jspecify.annotations.NullMarked;
