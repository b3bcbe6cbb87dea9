/** Reads the formula that people keep, for {@code reputation}, which is pure. */
@NullMarked
package network.litewatch.controlplane.reputation.files;

import org.jspecify.annotations.NullMarked;
