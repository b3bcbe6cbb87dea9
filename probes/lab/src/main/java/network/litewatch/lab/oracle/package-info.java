/** The oracle of user tasks: ends on the chain what the miners do not finish in time. */
@NullMarked
package network.litewatch.lab.oracle;

import org.jspecify.annotations.NullMarked;
