/**
 * The phase gate: what a locked plan limits, and whether what was measured keeps it. Pure; it is fed by the root package, which runs
 * the plan, and its readers write reports.
 */
@NullMarked
package network.litewatch.controlplane.gate;

import org.jspecify.annotations.NullMarked;
