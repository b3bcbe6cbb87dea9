/** The far side of a benchmark. */
@NullMarked
package network.litewatch.lab.load;

import org.jspecify.annotations.NullMarked;
