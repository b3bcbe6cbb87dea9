/** The HTTP API: translation between requests and what the wiring supplies as functions, and nothing else. */
@NullMarked
package network.litewatch.controlplane.api;

import org.jspecify.annotations.NullMarked;
