/** Measurements that anyone can repeat: {@code litewatch bench}. Nothing of the service depends on it. */
@NullMarked
package network.litewatch.controlplane.bench;

import org.jspecify.annotations.NullMarked;
