/**
 * The process that asks from elsewhere: fetches the plan of its vantage, runs it, keeps what it saw on its disk until the control
 * plane says that it has it. Knows the schedule and the probes, and no later stage.
 */
@NullMarked
package network.litewatch.controlplane.agent;

import org.jspecify.annotations.NullMarked;
