/**
 * Probes of Cortensor routers through their public HTTP API.
 *
 * <p>Asks what the API documents and tolerates what it does not; a router without miners is a state, not an outage.
 */
@NullMarked
package network.litewatch.probe.router;

import org.jspecify.annotations.NullMarked;
