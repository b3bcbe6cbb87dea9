/**
 * Arithmetic of canaries: how many samples show what, how fast a card can be, what a budget buys; and the detectors that judge
 * a node by its answers ({@code ...Watch}, {@link network.litewatch.controlplane.canary.Warmth},
 * {@link network.litewatch.controlplane.canary.TokenClaims}): each a value and a step, small enough for a checkpoint.
 *
 * <p>Pure. Nothing here reads a clock, a socket, a file or a database, and nothing is random but what a caller seeds.
 * Every formula names its source. Read by {@code litewatch canary} and {@code litewatch bench canary}.
 */
@NullMarked
package network.litewatch.controlplane.canary;

import org.jspecify.annotations.NullMarked;
