/** Reads the table of GPU classes and model sizes that people keep, for {@code canary}, which is pure. */
@NullMarked
package network.litewatch.controlplane.canary.classes;

import org.jspecify.annotations.NullMarked;
