/**
 * The vocabulary that every stage shares: what is probed ({@link network.litewatch.probe.Target}), how one asking ended
 * ({@link network.litewatch.probe.Outcome}) and what it saw ({@link network.litewatch.probe.Observation}).
 *
 * <p>Fed by the protocol packages below it, read by every stage of the control plane. Knows nothing of scheduling,
 * storage or alerting.
 */
@NullMarked
package network.litewatch.probe;

import org.jspecify.annotations.NullMarked;
