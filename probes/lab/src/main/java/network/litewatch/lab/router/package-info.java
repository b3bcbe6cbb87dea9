/**
 * The router: the network's HTTP API in front of the miners and the chain, oddities included.
 */
@NullMarked
package network.litewatch.lab.router;

import org.jspecify.annotations.NullMarked;
