/**
 * Probes of EVM RPCs: what chain, which head, how old.
 *
 * <p>web3j is the protocol library; the wire beneath it is {@link network.litewatch.probe.http}. Judging one RPC by the
 * others of its network is no business of a probe: that is {@code assess}, from the numbers measured here.
 */
@NullMarked
package network.litewatch.probe.rpc;

import org.jspecify.annotations.NullMarked;
