package network.litewatch.controlplane.drill;

import java.time.LocalDate;

/**
 * An alert that no drill proves, for now.
 *
 * @param reason why
 * @param until when that is looked at again; from the day after it is an error
 */
public record Undrilled(String runbook, String alert, String reason, LocalDate until) {}
