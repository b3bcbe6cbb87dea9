/**
 * What people run for this today, as child processes beside ours: Prometheus over blackbox_exporter, and Alertmanager where somebody
 * is to be told. Read by the measurements that compare; knows nothing of what they measure.
 */
@NullMarked
package network.litewatch.controlplane.bench.peer;

import org.jspecify.annotations.NullMarked;
