/** The metrics that Prometheus scrapes, through simpleclient; the only package that knows it. */
@NullMarked
package network.litewatch.controlplane.metrics;

import org.jspecify.annotations.NullMarked;
