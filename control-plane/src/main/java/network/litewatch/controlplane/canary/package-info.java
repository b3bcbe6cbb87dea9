/**
 * Arithmetic of canaries: how many samples show what, how fast a card can be, what a budget buys.
 *
 * <p>Pure. Nothing here reads a clock, a socket, a file or a database, and nothing is random but what a caller seeds.
 * Every formula names its source. Read by {@code litewatch canary}.
 */
@NullMarked
package network.litewatch.controlplane.canary;

import org.jspecify.annotations.NullMarked;
