/** A server that answers as an attacker would. */
@NullMarked
package network.litewatch.lab.hostile;

import org.jspecify.annotations.NullMarked;
