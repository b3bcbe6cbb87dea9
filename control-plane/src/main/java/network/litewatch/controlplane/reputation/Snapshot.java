package network.litewatch.controlplane.reputation;

import java.time.LocalDate;

/**
 * A node's counts at the end of a day.
 *
 * @param day in UTC, the last with evidence
 */
public record Snapshot(LocalDate day, NodeRecord record) {}
