package network.litewatch.controlplane.bench;

import java.time.Duration;

/**
 * What is to be measured.
 *
 * @param length of one run, after its warm-up
 * @param runs how often; what is reported is the median
 */
public record ProbesOrder(int targets, Duration interval, Duration length, int runs) {}
