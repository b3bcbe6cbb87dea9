package network.litewatch.controlplane.noise;

/**
 * How often an alert of one target fired.
 *
 * @param target empty for one that is of no target
 * @param times above 0
 */
public record Fired(String alert, String network, String target, long times) {}
