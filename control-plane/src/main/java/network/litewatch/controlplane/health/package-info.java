/** Health checks of what the service depends on, its inputs included. */
@NullMarked
package network.litewatch.controlplane.health;

import org.jspecify.annotations.NullMarked;
