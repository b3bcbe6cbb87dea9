/** Reads drills out of the front matter of runbooks, and checks them against rules and networks. */
@NullMarked
package network.litewatch.controlplane.drill.files;

import org.jspecify.annotations.NullMarked;
