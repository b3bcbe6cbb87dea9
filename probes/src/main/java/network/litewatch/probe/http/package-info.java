/**
 * The way onto the wire that every probe shares: one exchange with a stranger's server, with a total deadline, bounded
 * bytes, an egress policy, and the time of each stretch.
 *
 * <p>Called by the protocol packages. Nothing a server does comes out of here as an exception: failures are values. It
 * must never follow a redirect, repeat a request, or let a client library's types through its port.
 */
@NullMarked
package network.litewatch.probe.http;

import org.jspecify.annotations.NullMarked;
