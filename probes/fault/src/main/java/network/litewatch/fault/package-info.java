/**
 * Faults on command: typed, targeted, and ended by who makes them when their lease lapses.
 */
@NullMarked
package network.litewatch.fault;

import org.jspecify.annotations.NullMarked;
