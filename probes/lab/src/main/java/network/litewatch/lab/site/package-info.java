/** A web page beside the network: what a status page or a dashboard's front is to whoever looks from outside. */
@NullMarked
package network.litewatch.lab.site;

import org.jspecify.annotations.NullMarked;
