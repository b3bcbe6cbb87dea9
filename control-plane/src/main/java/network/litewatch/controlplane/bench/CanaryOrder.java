package network.litewatch.controlplane.bench;

/**
 * How the time that our client adds to a first token is to be measured.
 *
 * @param streams open at once; positive
 * @param rounds of each client, turn about, after two that are not counted; positive
 */
public record CanaryOrder(int streams, int rounds) {}
