/**
 * The local network: the far side of the wire, on real parts, with faults on command.
 *
 * <p>Knows nothing of the probes or the control plane; speaks the protocols that they speak.
 */
@NullMarked
package network.litewatch.lab;

import org.jspecify.annotations.NullMarked;
