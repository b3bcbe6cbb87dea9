/** The stand-in of the dashboards' backend: what it counts on the lab's chain, and the lies it can tell of that. */
@NullMarked
package network.litewatch.lab.indexer;

import org.jspecify.annotations.NullMarked;
