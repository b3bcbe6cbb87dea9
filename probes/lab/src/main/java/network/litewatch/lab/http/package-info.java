/**
 * A loopback HTTP server and client that speak JSON, with bounded bodies and named threads.
 */
@NullMarked
package network.litewatch.lab.http;

import org.jspecify.annotations.NullMarked;
