/**
 * Decides when which question is put to which target: plans, their slots, the wheel that fires them, and the Quartz
 * jobs that own shards of plans and run the slower chores.
 *
 * <p>The first stage: knows probes and targets, and hands {@link network.litewatch.probe.Observation}s to a consumer that
 * the wiring supplies.
 */
@NullMarked
package network.litewatch.controlplane.schedule;

import org.jspecify.annotations.NullMarked;
