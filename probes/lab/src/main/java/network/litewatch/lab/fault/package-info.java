/**
 * Faults on command: typed, targeted, and ended by the injector itself when their lease lapses.
 */
@NullMarked
package network.litewatch.lab.fault;

import org.jspecify.annotations.NullMarked;
