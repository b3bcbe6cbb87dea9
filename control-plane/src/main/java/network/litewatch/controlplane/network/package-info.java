/**
 * Network profiles: one file per chain environment, read into a {@link network.litewatch.controlplane.network.Network}
 * with its targets and how often each kind is asked.
 *
 * <p>A leaf beside {@code config}; read by the wiring, the API and {@code check}. What is not publicly known of a network
 * stands in its file as a required setting, never as a guess.
 */
@NullMarked
package network.litewatch.controlplane.network;

import org.jspecify.annotations.NullMarked;
