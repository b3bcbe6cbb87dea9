/**
 * The control plane. Stages in data-flow order: schedule, (probe), ingest, assess, alert, notify, runbook, drill; they
 * meet only in this package, in the Application class and what it wires.
 */
@NullMarked
package network.litewatch.controlplane;

import org.jspecify.annotations.NullMarked;
