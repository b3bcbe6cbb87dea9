/** Reads plans of the phase gate. */
@NullMarked
package network.litewatch.controlplane.gate.files;

import org.jspecify.annotations.NullMarked;
