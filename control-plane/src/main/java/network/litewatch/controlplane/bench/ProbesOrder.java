package network.litewatch.controlplane.bench;

import java.time.Duration;

/**
 * What is to be measured.
 *
 * @param length of one run, after its warm-up
 * @param runs how often; what is reported is the median
 * @param peer whether Prometheus with blackbox_exporter is measured on the same targets, turn about
 */
public record ProbesOrder(int targets, Duration interval, Duration length, int runs, boolean peer) {}
